"""What the watch of clocks notes: each thing once, as of the log's clock, and how far it has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks, facts
from commands.service_level import handlers as sla
from commands.service_level.facts import AHEAD, ClockFacts, check_within_reach
from domain.conversation.commands import ChangeStatus, CompanyStatus, SendReply, SetPolicy
from domain.conversation.merging import MergeInto, Separate
from domain.kernel.refusal import NotFound, Refusal
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Targets, Terms
from domain.service_level.policy_decisions import CorrectPolicy, WritePolicy
from domain.service_level.verdicts import stream_of
from infra.log.application import Log
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def late(executor: CommandExecutor) -> str:
    """A conversation whose first reply was due at once."""
    always: dict[str, Any] = {"mon-sun": ("00:00-24:00",)}
    hours = OpeningHours(zone="UTC", hours=always)
    calendar = sla.write_calendar(executor, WriteCalendar(name="always", opening_hours=hours), AGENT).id
    terms = Terms(calendar_id=calendar, targets={"first_reply": timedelta()})
    policy = sla.write_policy(executor, WritePolicy(name="at once", terms=terms), AGENT).id
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, SetPolicy(policy_id=policy), AGENT)
    return id


def test_what_was_missed_is_noted_once(executor: CommandExecutor, log: Log, late: str) -> None:
    known = ClockFacts(log, "UTC")
    stream = stream_of(late)
    # When
    first = clocks.evaluate(executor, known, late, AGENT)
    # Then
    assert first.id == stream
    assert names(log, stream) == ["clocks.seen", "clocks.breached"]
    seen, breached = events_of(log, stream)
    assert seen.up_to == 4
    assert breached.breached_at <= breached.detected_at
    clocks.evaluate(executor, known, late, AGENT)
    assert len(names(log, stream)) == 2
    # What happens afterwards is another look.
    conversations.act(executor, late, SendReply(body="Sorry"), AGENT)
    clocks.evaluate(executor, known, late, AGENT)
    assert events_of(log, stream)[2].up_to == 5
    assert events_of(log, stream)[2].clocks[0].state == "met-late"
    # What was noticed when is known, where that is asked.
    detected = known.of(late).at(datetime.now(UTC)).detected
    assert [origin.started_in for origin in detected] == [late]
    with pytest.raises(NotFound):
        clocks.evaluate(executor, known, "conversation-none", AGENT)


def test_an_evaluation_is_of_the_conversations_own_version(executor: CommandExecutor, log: Log, late: str) -> None:
    # Given a part of which much more is known
    part = deliver(executor, mail(2, "t2"), GATEWAY).id
    for _ in range(3):
        conversations.act(executor, part, SendReply(body="And"), AGENT)
    merging.merge(executor, part, MergeInto(into=late), AGENT)
    assert len(names(log, part)) > len(names(log, late))
    # When
    clocks.evaluate(executor, ClockFacts(log, "UTC"), late, AGENT)
    # Then
    assert events_of(log, stream_of(late))[0].up_to == len(names(log, late))


def test_what_is_recorded_at_this_very_instant_is_known() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    log = MemoryLog(lambda: now)
    executor = CommandExecutor(log, lambda: now)
    policy_for_inquiries(executor)
    id = deliver(executor, mail(1), GATEWAY).id
    answer = clocks.evaluate(executor, ClockFacts(log, "UTC"), id, AGENT)
    executor.close()
    assert answer.id == stream_of(id)
    assert events_of(log, answer.id)[0].clocks[0].state == "running"


def test_a_conversation_is_known_with_all_that_was_ever_merged_with_it(
    executor: CommandExecutor, log: Log, late: str
) -> None:
    other, third, alone = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (2, 3, 4))
    merging.merge(executor, other, MergeInto(into=late), AGENT)
    merging.merge(executor, late, MergeInto(into=third), AGENT)
    merging.separate(executor, other, Separate(), AGENT)
    for id in (late, other, third):
        found = facts.whole(log, [id, "policy-1"])
        assert set(found) == {late, other, third}
        assert [recorded.event.stored_name for recorded in found[other]] == names(log, other)
    assert set(facts.whole(log, [alone])) == {alone}
    assert set(facts.whole(log, [])) == set()
    # Of texts there is none in it.
    assert {getattr(recorded.event, "body", "[erased]") for recorded in facts.whole(log, [alone])[alone]} == {
        "[erased]"
    }


def test_warnings_are_of_what_runs_and_come_before_its_due(executor: CommandExecutor, log: Log) -> None:
    # Given warnings of which one is longer than the target
    minutes = [timedelta(minutes=number) for number in (10, 120, 30)]
    policy_for_inquiries(executor, metric="agent_work", warn_before=tuple(minutes))
    id = deliver(executor, mail(1), GATEWAY).id

    def warnings() -> list[timedelta]:
        now = log.now()
        (clock,) = ClockFacts(log, "UTC").of(id).conversations(now)[id].clocks
        assert clock.due_at is not None or not clock.warn_at
        return [clock.due_at - at for at in clock.warn_at if clock.due_at]

    assert warnings() == [timedelta(minutes=30), timedelta(minutes=10)]
    # What pauses or stands still warns of nothing.
    expected: list[tuple[CompanyStatus, int]] = [("on_hold", 0), ("open", 2), ("resolved", 0)]
    for status, number in expected:
        conversations.act(executor, id, ChangeStatus(status=status), AGENT)
        assert len(warnings()) == number


@pytest.mark.parametrize("tells", [True, False])
def test_a_breach_by_a_change_is_noted_where_the_policy_tells_it(
    executor: CommandExecutor, log: Log, tells: bool
) -> None:
    # Given one that waits for three hours, and a policy by which two have been too many since an hour
    policy = policy_for_inquiries(executor, hour=timedelta(hours=10), tells_policy_breaches=tells)
    ago = [log.now() - timedelta(hours=hours) for hours in range(4)]
    id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=ago[3])).id
    shorter: Targets = {"first_reply": timedelta(hours=1)}
    sla.change_policy(executor, policy, CorrectPolicy(correct_from=ago[1], targets=shorter), AGENT)
    # When
    clocks.evaluate(executor, ClockFacts(log, "UTC"), id, AGENT)
    # Then
    assert (names(log, stream_of(id))[1:] == ["clocks.breached"]) == tells
    (clock,) = ClockFacts(log, "UTC").of(id).conversations(log.now())[id].clocks
    assert (clock.breached_at, clock.cause, clock.unannounced) == (ago[1], "policy_change", not tells)
    # and what time alone misses is noted in any case
    other = deliver(executor, mail(2, "t2"), replace(GATEWAY, occurred_at=ago[1] + timedelta(seconds=1))).id
    sla.change_policy(executor, policy, CorrectPolicy(correct_from=ago[2], targets={"first_reply": timedelta()}), AGENT)
    clocks.evaluate(executor, ClockFacts(log, "UTC"), other, AGENT)
    assert names(log, stream_of(other))[1:] == ["clocks.breached"]


def test_how_far_all_clocks_were_evaluated_only_grows(executor: CommandExecutor) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert clocks.all_evaluated_by(executor) is None
    first = clocks.record_all_evaluated(executor, 7, now, AGENT)
    assert clocks.all_evaluated_by(executor) == (7, now)
    assert clocks.record_all_evaluated(executor, 7, now, AGENT).position == first.position
    assert clocks.record_all_evaluated(executor, 6, now + timedelta(days=1), AGENT).position == first.position
    clocks.record_all_evaluated(executor, 7, now + timedelta(seconds=1), AGENT)
    clocks.record_all_evaluated(executor, 8, now, AGENT)
    assert clocks.all_evaluated_by(executor) == (8, now)


def test_what_is_asked_of_the_far_future_is_refused() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    check_within_reach(None, now)
    check_within_reach(now + AHEAD, now)
    with pytest.raises(Refusal) as refused:
        check_within_reach(now + AHEAD + timedelta(microseconds=1), now)
    assert refused.value.code == "input-invalid"


def test_rules_are_read_once_and_then_only_what_is_new(executor: CommandExecutor, log: Log, late: str) -> None:
    known = ClockFacts(log, "UTC")
    before = known.policy_events()
    assert [recorded.event.stored_name for recorded in before] == ["calendar.written", "policy.written"]
    hours: dict[str, Any] = {"mon": ("09:00-10:00",)}
    written = WriteCalendar(name="more", opening_hours=OpeningHours(zone="UTC", hours=hours))
    sla.write_calendar(executor, written, AGENT)
    assert [recorded.position for recorded in known.policy_events()] == [
        *(each.position for each in before),
        log.position(),
    ]
    assert len(known.policy_events()) == 3
