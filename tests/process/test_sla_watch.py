"""What the watch notices of clocks, look by look: each thing once, and what turns out wrong is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangePriority, OpenConversation, ReceiveMessage, SendReply
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.kernel.event import Recorded
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy
from domain.service_level.verdicts import Breached, Warned, stream_of
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from process.service_level import ClockTimers
from process.watch import Watch
from projections.service_level import clocks as sla_clocks
from projections.timer import TimerRow, Timers
from tests.support.clocked import follow_clocks, unlike_clocks
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.exactly_once import whole
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import recorded_as
from tests.support.waiting import wait_until

HOUR = timedelta(hours=1)


@pytest.fixture
def watch(executor: CommandExecutor, database_urls: Urls) -> Iterator[Watch]:
    """A watch that looks only when it is told to."""
    reader = Database(database_urls.database_url, "reader")
    yield Watch(ClockTimers(executor, reader))
    reader.close()


@pytest.fixture
def customer_id(executor: CommandExecutor) -> str:
    found = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    assert isinstance(found, str)
    return found


@pytest.fixture(autouse=True)
def timers(log: Log) -> Iterator[None]:
    """After each test, the timer table says what the view of clocks says."""
    yield
    assert unlike_clocks(log) == []


def polled(watch: Watch, log: Log, projector: Database) -> None:
    """Until the watch has nothing more to notice."""
    while True:
        follow_clocks(log, projector)
        end = log.position()
        watch.poll()
        if log.position() == end:
            return


def begun(executor: CommandExecutor, customer_id: str, ago: timedelta, **told: str) -> str:
    """An inquiry that was made so long ago."""
    opening = OpenConversation(customer_id=customer_id, kind="inquiry", channel="web", body="Where is it?")
    said = replace(GATEWAY, occurred_at=executor.log.now() - ago)
    return conversations.open_conversation(executor, opening, said).id


def verdict(log: Log, conversation_id: str) -> str:
    """What was noticed last, if anything but that it was seen."""
    found = names(log, stream_of(conversation_id))
    return next((name for name in reversed(found) if name != "clocks.seen"), found[-1])


def row(projector: Database, conversation_id: str) -> sla_clocks.ClocksRow:
    with projector.connection() as connection:
        found = sla_clocks.one(connection, conversation_id)
    assert found is not None
    return found


def test_a_due_that_passed_becomes_one_event_with_due_and_detection(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given one that is late and one that is not, and warnings
    policy_for_inquiries(executor, warn_before=(timedelta(minutes=30),))
    late, near = (begun(executor, customer_id, ago) for ago in (3 * HOUR, HOUR * 3 / 4))
    # When
    polled(watch, log, projector)
    # Then
    assert names(log, stream_of(late)) == ["clocks.seen", "clocks.breached"]
    assert names(log, stream_of(near)) == ["clocks.seen", "clocks.warned"]
    (breach,) = recorded_as(Breached, whole(log))
    assert breach.event.breached_at < breach.event.detected_at <= breach.at
    assert (breach.event.due_at, breach.event.cause) == (breach.event.breached_at, "time")
    # And the view has each with its verdict
    (clock,) = row(projector, late).clocks
    assert datetime.fromisoformat(clock["detected_at"]) == breach.event.detected_at
    assert (clock["policy_version"], clock["calendar_version"], bool(clock["positions"])) == (1, 1, True)
    assert 0 < watch.poll() <= 60
    # When it is answered
    conversations.act(executor, near, SendReply(body="Here"), AGENT)
    polled(watch, log, projector)
    # Then
    assert names(log, stream_of(near))[2:] == ["clocks.seen", "clocks.met"]
    assert row(projector, near).next_at is None


class WithoutWarnings(Timers):
    """Forgets that a warning was recorded."""

    def fold(self, row: TimerRow | None, recorded: Recorded[Any]) -> TimerRow | None:
        return row if isinstance(recorded.event, Warned) else super().fold(row, recorded)


def test_a_timer_table_that_forgets_a_warning_is_caught(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given
    policy_for_inquiries(executor, warn_before=(timedelta(minutes=30),))
    near = begun(executor, customer_id, HOUR * 3 / 4)
    # When
    polled(watch, log, projector)
    # Then
    assert [each.split(":")[0] for each in unlike_clocks(log, WithoutWarnings())] == [near]


def test_a_back_dated_reply_withdraws_the_breach(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given
    policy_for_inquiries(executor)
    conversation_id = begun(executor, customer_id, 3 * HOUR)
    polled(watch, log, projector)
    # When
    said = replace(AGENT, occurred_at=executor.log.now() - 2 * HOUR - HOUR / 2, reported_by=GATEWAY.actor)
    conversations.act(executor, conversation_id, SendReply(body="On the phone"), said)
    polled(watch, log, projector)
    # Then
    told = names(log, stream_of(conversation_id))
    assert told == ["clocks.seen", "clocks.breached", "clocks.seen", "clocks.breach-withdrawn", "clocks.met"]
    (clock,) = row(projector, conversation_id).clocks
    assert (clock["state"], clock["breached_at"], clock["detected_at"]) == ("met", None, None)
    assert clock["withdrawn_at"] is not None


def test_other_rules_are_taken_up_and_corrections_reach_what_has_stopped(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given one that runs, and one that was answered in time
    policy_id = policy_for_inquiries(executor, hour=8 * HOUR)
    runs, answered = (begun(executor, customer_id, 3 * HOUR) for _ in range(2))
    conversations.act(executor, answered, SendReply(body="Here"), AGENT)
    polled(watch, log, projector)
    assert names(log, stream_of(answered))[-1] == "clocks.met"
    # When the time to come is edited
    edit = EditPolicy(effective_from=executor.log.now() + HOUR, targets={"first_reply": HOUR})
    sla.change_policy(executor, policy_id, edit, AGENT)
    polled(watch, log, projector)
    # Then nothing was missed; by a correction, both were
    assert "clocks.breached" not in names(log, stream_of(runs)) + names(log, stream_of(answered))
    correct = CorrectPolicy(correct_from=executor.log.now() - 9 * HOUR, targets={"first_reply": HOUR})
    sla.change_policy(executor, policy_id, correct, AGENT)
    polled(watch, log, projector)
    assert names(log, stream_of(runs))[-1] == names(log, stream_of(answered))[-1] == "clocks.breached"


class Counted(ClockTimers):
    """Keeps what it looked at."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        self.looked_at: list[str] = []

    def handle(self, timer: TimerRow, now: datetime) -> None:
        self.looked_at.append(timer.id)
        super().handle(timer, now)

    def evaluate_together(self, conversation_ids: Iterable[str]) -> set[str]:
        done = super().evaluate_together(conversation_ids)
        self.looked_at.extend(done)
        return done


class Counting(Watch):
    """A watch that keeps what it looked at."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        self.handler = Counted(executor, database)
        super().__init__(self.handler)


@pytest.fixture
def started(executor: CommandExecutor, database_urls: Urls) -> Iterator[Callable[[], Counting]]:
    """As after a restart: a watch that knows nothing of what others did."""
    reader = Database(database_urls.database_url, "reader")
    yield lambda: Counting(executor, reader)
    reader.close()


Started = Callable[[], Counting]


def test_a_correction_while_no_watch_runs_is_found_by_the_next(
    executor: CommandExecutor, log: Log, projector: Database, started: Started, customer_id: str
) -> None:
    # Given one that was answered in time, one that was not, and one that runs
    policy_id = policy_for_inquiries(executor, hour=2 * HOUR)
    in_time, late, runs = (begun(executor, customer_id, ago) for ago in (HOUR, 3 * HOUR, HOUR))
    for id in (in_time, late):
        conversations.act(executor, id, SendReply(body="Here"), AGENT)
    polled(started(), log, projector)
    assert [verdict(log, id) for id in (in_time, late, runs)] == ["clocks.met", "clocks.breached", "clocks.seen"]
    # When it is started again
    again = started()
    polled(again, log, projector)
    # Then nothing is new
    assert again.handler.looked_at == []
    # When it should have been less, and then more
    for hours, last in (
        (0.5, ["clocks.breached"] * 3),
        (4, ["clocks.met", "clocks.met", "clocks.breach-withdrawn"]),
    ):
        correct = CorrectPolicy(correct_from=log.now() - 9 * HOUR, targets={"first_reply": hours * HOUR})
        sla.change_policy(executor, policy_id, correct, AGENT)
        polled(started(), log, projector)
        # Then
        assert [verdict(log, id) for id in (in_time, late, runs)] == last
    again = started()
    polled(again, log, projector)
    assert again.handler.looked_at == []


def test_what_comes_into_force_while_no_watch_runs_is_found_by_the_next(
    executor: CommandExecutor, log: Log, projector: Database, started: Started, customer_id: str
) -> None:
    # Given
    policy_id = policy_for_inquiries(executor, hour=8 * HOUR)
    runs = begun(executor, customer_id, 3 * HOUR)
    soon = log.now() + timedelta(seconds=1)
    sla.change_policy(executor, policy_id, EditPolicy(effective_from=soon, targets={"first_reply": HOUR}), AGENT)
    polled(started(), log, projector)
    # When
    wait_until(lambda: log.now() > soon, 10, "it comes into force")
    polled(started(), log, projector)
    # Then
    (breach,) = recorded_as(Breached, log.streams([stream_of(runs)])[stream_of(runs)])
    assert (breach.event.breached_at, breach.event.cause) == (soon, "policy_change")
    again = started()
    polled(again, log, projector)
    assert again.handler.looked_at == []


def test_a_policy_written_later_reaches_what_there_was_under_none(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given what was looked at while no policy was for it
    sla.write_calendar(executor, WriteCalendar(name="always", opening_hours=OpeningHours(zone="UTC", hours={})), AGENT)
    late = begun(executor, customer_id, 3 * HOUR)
    polled(watch, log, projector)
    assert names(log, stream_of(late)) == ["clocks.seen"]
    # When
    policy_for_inquiries(executor)
    polled(watch, log, projector)
    # Then
    assert names(log, stream_of(late))[1:] == ["clocks.seen", "clocks.breached"]


def test_what_is_due_waits_for_no_re_evaluation_and_is_not_forgotten(
    executor: CommandExecutor, log: Log, projector: Database, started: Started, customer_id: str
) -> None:
    # Given a correction that is to reach several, of which few are judged at once
    policy_id = policy_for_inquiries(executor, hour=8 * HOUR)
    answered = [begun(executor, customer_id, 3 * HOUR) for _ in range(5)]
    for id in answered:
        conversations.act(executor, id, SendReply(body="Here"), AGENT)
    polled(started(), log, projector)
    correct = CorrectPolicy(correct_from=log.now() - 9 * HOUR, targets={"first_reply": HOUR})
    sla.change_policy(executor, policy_id, correct, AGENT)
    late = begun(executor, customer_id, 3 * HOUR)
    follow_clocks(log, projector)
    cut_short = started()
    cut_short.handler.EVALUATED_PER_POLL = 2
    # When
    assert cut_short.poll() == 0
    # Then
    assert verdict(log, late) == "clocks.breached"
    assert 0 < sum(verdict(log, id) == "clocks.breached" for id in answered) < 3
    # And whoever comes next goes through all of it
    polled(started(), log, projector)
    assert {verdict(log, id) for id in answered} == {"clocks.breached"}


@pytest.mark.parametrize("announced", [True, False])
def test_what_a_policy_change_missed_is_recorded_if_the_policy_says_so(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str, announced: bool
) -> None:
    # Given
    urgent = {"urgent": {"first_reply": timedelta()}}
    policy_for_inquiries(executor, hour=8 * HOUR, by_priority=urgent, tells_policy_breaches=announced)
    conversation_id = begun(executor, customer_id, 3 * HOUR)
    polled(watch, log, projector)
    # When
    conversations.act(executor, conversation_id, ChangePriority(priority="urgent"), AGENT)
    polled(watch, log, projector)
    # Then the verdict is the same
    (clock,) = row(projector, conversation_id).clocks
    assert clock["cause"] == "policy_change"
    assert names(log, stream_of(conversation_id)) == ["clocks.seen", "clocks.seen", *(["clocks.breached"] * announced)]


def test_two_watches_notice_each_thing_once_and_leave_the_rest_alone(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, watch: Watch, customer_id: str
) -> None:
    # Given conversations before there was any policy
    begun(executor, customer_id, 3 * HOUR)
    end = log.position()
    polled(watch, log, projector)
    assert log.position() == end
    # When
    policy_for_inquiries(executor)
    late = begun(executor, customer_id, 3 * HOUR)
    follow_clocks(log, projector)
    reader = Database(database_urls.database_url, "reader")
    other = Watch(ClockTimers(executor, reader))
    watch.poll()
    other.poll()  # behind: the view has not been told
    polled(other, log, projector)
    reader.close()
    # Then
    assert names(log, stream_of(late)) == ["clocks.seen", "clocks.breached"]


def test_who_asks_the_log_hears_when_the_watch_detected(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch
) -> None:
    # Given what is due at once, so that nothing but the watch sees it missed
    policy_for_inquiries(executor, hour=timedelta())
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    assert ClockFacts(log, "UTC").of(conversation_id).at(log.now()).detected == {}
    # When
    polled(watch, log, projector)
    # Then
    (breached,) = recorded_as(Breached, whole(log))
    assert list(ClockFacts(log, "UTC").of(conversation_id).at(log.now()).detected.values()) == [
        breached.event.detected_at
    ]


def test_a_calendar_that_never_opens_is_an_error_that_is_recorded_once(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch, customer_id: str
) -> None:
    # Given
    policy_for_inquiries(executor, opens=False)
    conversation_id = begun(executor, customer_id, 3 * HOUR)
    # When
    polled(watch, log, projector)
    conversations.act(executor, conversation_id, ReceiveMessage(body="Hello?"), AGENT)
    polled(watch, log, projector)
    # Then
    assert names(log, stream_of(conversation_id)) == ["clocks.seen", "clocks.never-due", "clocks.seen"]
    assert row(projector, conversation_id).next_at is None


def test_a_split_message_is_owed_a_first_reply_and_its_source_goes_on(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch
) -> None:
    # Given a conversation that was answered, and words of something else
    policy_for_inquiries(executor)
    source = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, source, SendReply(body="Here"), AGENT)
    words = ReceiveMessage(body="And the toaster burns")
    conversations.act(executor, source, words, GATEWAY)
    polled(watch, log, projector)
    (before,) = row(projector, source).clocks
    # When
    split = SplitMessage(message_id=words.message_id, kind="inquiry")
    new = splitting.split(executor, source, split, AGENT).id
    polled(watch, log, projector)
    # Then
    (clock,) = row(projector, new).clocks
    assert (clock["which"]["metric"], clock["state"]) == ("first_reply", "running")
    assert row(projector, source).clocks == (before,)
    # And taken back, no clock of it is left
    splitting.undo_split(executor, new, UndoSplit(), AGENT)
    polled(watch, log, projector)
    assert row(projector, new).clocks == ()
    assert row(projector, source).clocks == (before,)
