"""Commands of one batch, and processes over one log: who fails fails alone, and who was overtaken decides anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, ChangePriority, SendReply
from domain.conversation.merging import MergeInto
from domain.customer import AddContactPoint, EraseCustomer, GiveConsent, RegisterCustomer
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.order.commands import PlaceOrder
from domain.promise import BreakPromise, MakePromise
from domain.staff import FormTeam, JoinStaff, LeaveStaff
from domain.subscription import SkipRequested
from infra.keys.subject_keys import SubjectKeys
from infra.log.append import UniqueKeyTaken
from infra.log.mapper import UnreadableEvent
from tests.support.batches import Ask, WatchedLog, together
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.newer_events import append_newer_event
from tests.support.recorded import events_of
from tests.support.waiting import wait_until


@pytest.fixture
def log() -> Iterator[WatchedLog]:
    """In memory: what is decided, nothing of a database."""
    log = WatchedLog()
    yield log
    log.close()


@pytest.fixture
def other(log: WatchedLog) -> Iterator[CommandExecutor]:
    """Commands as one more process has them."""
    other = CommandExecutor(log)
    yield other
    other.close()


def reply(executor: CommandExecutor, conversation_id: str, text: str = "yes", context: Context = AGENT) -> Ask:
    return lambda: conversations.act(executor, conversation_id, SendReply(body=text), context)


def conversation(executor: CommandExecutor, number: int) -> str:
    """A conversation of a customer of its own."""
    return deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id


# -- in one batch


def test_what_fails_while_deciding_fails_alone(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id

    def broken() -> UnitOfWork:
        raise RuntimeError("a mistake of ours")

    # When
    outcomes = together(
        executor,
        [
            lambda: executor.run(AGENT, broken),
            reply(executor, id, "first", Context(AGENT.actor, reason="\ud800")),
            reply(executor, "conversation-unknown"),
            reply(executor, id, "no", Context(AGENT.actor, reason="\ud800")),
            lambda: deliver(executor, mail(2, "t2", "c@example.org"), GATEWAY),
            reply(executor, id),
        ],
    )
    # Then
    assert isinstance(outcomes[0], RuntimeError)
    assert [each.code for each in outcomes[1:4] if isinstance(each, Refusal)] == [
        "input-invalid", "not-found", "input-invalid",
    ]  # fmt: skip
    assert [type(each) for each in outcomes[4:]] == [Answer, Answer]


def test_a_stream_that_cannot_be_read_stops_only_who_needs_it_and_says_why(
    executor: CommandExecutor, other: CommandExecutor, log: WatchedLog
) -> None:
    # Given two streams with an event that a newer process wrote
    ids = [conversation(executor, number) for number in range(1, 9)]
    for id in ids[:2]:
        append_newer_event(log, id)
    # When
    outcomes = together(other, [reply(other, id) for id in ids])
    # Then
    for outcome in outcomes[:2]:
        assert isinstance(outcome, UnreadableEvent)
        assert outcome.code == "version-newer"
        assert "conversation.message-received in conversation-" in str(outcome)
    assert [type(each) for each in outcomes[2:]] == [Answer] * 6


def test_an_erased_subject_stops_only_who_writes_about_them(executor: CommandExecutor, log: WatchedLog) -> None:
    # Given
    mine, anothers = conversation(executor, 1), conversation(executor, 2)
    customer_id = executor.read(mine).state.customer_id
    # When
    log.vault.destroy(customer_id)
    first = together(executor, [reply(executor, mine), reply(executor, anothers)])
    customers.act(executor, EraseCustomer(customer_id=customer_id), AGENT)
    then = together(executor, [reply(executor, mine), reply(executor, anothers, "and again")])
    # Then
    for outcomes in (first, then):
        assert isinstance(outcomes[0], Refusal)
        assert outcomes[0].code == "customer-erased"
        assert isinstance(outcomes[1], Answer)


def test_a_batch_that_takes_too_long_begins_nothing_more(executor: CommandExecutor, log: WatchedLog) -> None:
    # Given a command that decides longer than anybody waits
    log.deadline_seconds = 0.5
    begun: list[str] = []
    all_heard, heard = threading.Event(), threading.Semaphore(0)

    def forever() -> Answer:
        def work() -> UnitOfWork:
            wait_until(all_heard.is_set, 10, "the test lets it go on")
            return UnitOfWork("nothing", [])

        return heard_of(work)

    def late() -> Answer:
        def work() -> UnitOfWork:
            begun.append("late")
            return UnitOfWork("nothing", [])

        return heard_of(work)

    def heard_of(work: Callable[[], UnitOfWork]) -> Answer:
        try:
            return executor.run(AGENT, work)
        finally:
            heard.release()

    def end() -> None:
        assert all(heard.acquire(timeout=10) for _ in range(2))
        all_heard.set()

    ending = threading.Thread(target=end)
    ending.start()
    # When
    outcomes = together(executor, [forever, late])
    ending.join(10)
    # Then
    assert [each.code for each in outcomes if isinstance(each, Refusal)] == ["unavailable", "unavailable"]
    executor.run(AGENT, lambda: UnitOfWork("nothing", []))
    assert begun == []


def test_what_two_commands_touch_never_goes_into_one_append(executor: CommandExecutor, log: WatchedLog) -> None:
    # Given
    first, second, third, fourth = (conversation(executor, number) for number in (1, 2, 5, 6))
    once, twice = (replace(AGENT, command_id=command_id) for command_id in ("c1", "c2"))
    team = FormTeam(name="Care")
    # When
    outcomes = together(
        executor,
        [
            # the same stream, the same command, the same name, the same customer; the same command id only
            reply(executor, first),
            reply(executor, first, "and"),
            reply(executor, second, "once", once),
            reply(executor, second, "once", once),
            lambda: staffing.form_team(executor, team, AGENT),
            lambda: staffing.form_team(executor, FormTeam(name="CARE"), AGENT),
            lambda: deliver(executor, mail(3, "t3", "new@example.org"), GATEWAY),
            lambda: deliver(executor, mail(4, "t4", "new@example.org"), GATEWAY),
            reply(executor, third, "here", twice),
            reply(executor, fourth, "there", twice),
        ],
    )
    # Then
    assert [type(each) for each in outcomes] == [Answer] * 9 + [Refusal]
    for appends in log.calls:
        touched = [each for append in appends for each in append.exclusive()]
        assert len(touched) == len(set(touched))
    # and all of it happened, each once
    assert names(log, first)[3:] == ["conversation.message-sent"] * 2
    assert names(log, second)[3:] == ["conversation.message-sent"]
    assert names(log, team.team_id) == ["team.formed"]
    assert len({events_of(log, each.id)[0].customer_id for each in outcomes[6:8] if isinstance(each, Answer)}) == 1


def test_keys_are_asked_for_in_half_of_the_time_there_is(
    executor: CommandExecutor, log: WatchedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    log.deadline_seconds = 600
    asked: list[float] = []
    prepare = log.vault.prepare

    def watched(subjects: Any, seconds: float) -> Any:
        asked.append(seconds)
        return prepare(subjects, seconds)

    monkeypatch.setattr(log.vault, "prepare", watched)
    # When
    conversation(executor, 1)
    # Then, so that who needs no key is still served
    assert len(asked) == 1
    assert 250 < asked[0] <= 300


def test_keys_are_made_for_a_whole_batch_and_not_one_by_one(
    executor: CommandExecutor, log: WatchedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    prepared: set[str] = set()
    sealed_for: set[str] = set()
    prepare, of_subject = log.vault.prepare, log.vault.of_subject

    def watched_prepare(subjects: Any, seconds: float) -> Any:
        prepared.update(subjects)
        return prepare(subjects, seconds)

    def watched_keys(subject: str) -> SubjectKeys:
        sealed_for.add(subject)
        return of_subject(subject)

    monkeypatch.setattr(log.vault, "prepare", watched_prepare)
    monkeypatch.setattr(log.vault, "of_subject", watched_keys)

    def seals(ask: Ask) -> set[str]:
        prepared.clear()
        sealed_for.clear()
        ask()
        assert sealed_for == prepared
        return prepared

    # When
    id = conversation(executor, 1)
    ada = events_of(log, id)[0].customer_id
    soon = datetime.now(UTC) + timedelta(days=1)
    make = MakePromise(customer_id=ada, conversation_id=id, text="Soon", due_at=soon)
    join = JoinStaff(handle="bo", name="Bo")
    point = AddContactPoint(customer_id=ada, contact_kind="phone", value="1")
    register = RegisterCustomer(customer_id="customer-bo", name="Bo")
    # Then
    assert seals(reply(executor, id)) == {ada}
    assert seals(lambda: deliver(executor, mail(2, "t1", "1@example.org"), GATEWAY)) == {ada}
    assert seals(lambda: promises.make(executor, make, AGENT)) == {ada}
    broken = BreakPromise(because="No bike there")
    assert seals(lambda: promises.act(executor, make.promise_id, broken, AGENT)) == {ada}
    assert seals(lambda: customers.act(executor, point, AGENT)) == {ada}
    assert seals(lambda: customers.act(executor, register, AGENT)) == {"customer-bo"}
    both = [ContactPoint("mail", "1@example.org"), ContactPoint("handle", "@ada")]
    assert seals(lambda: customers.register(executor, both, GATEWAY)) == {ada}
    assert seals(lambda: staffing.join(executor, join, AGENT)) == {join.staff_id}
    # What has no text needs no key.
    assert seals(lambda: conversations.act(executor, id, ChangePriority(priority="high"), AGENT)) == set()
    assert seals(lambda: staffing.leave(executor, LeaveStaff(staff_id=join.staff_id), AGENT)) == set()


def test_who_stops_answers_what_waits_and_takes_no_more(executor: CommandExecutor, log: WatchedLog) -> None:
    id = conversation(executor, 1)
    executor.close()
    with pytest.raises(Refusal, match="unavailable"):
        reply(executor, id)()
    assert len(names(log, id)) == 3


# -- what is kept at hand


def test_what_is_kept_at_hand_is_what_the_log_says(executor: CommandExecutor, log: WatchedLog) -> None:
    # Given appends of several streams each, of several commands each, and such as add nothing
    first, second = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2))
    ada = events_of(log, first)[0].customer_id
    place = PlaceOrder(customer_id=ada)
    together(executor, [reply(executor, first), reply(executor, second), lambda: orders.place(executor, place, AGENT)])
    merging.merge(executor, first, MergeInto(into=second), AGENT)
    conversations.act(executor, second, ChangePriority(priority="normal"), AGENT)
    # Then
    kept = {id: executor._batcher.state_cache.load(id) for id in (first, second, ada, place.order_id)}
    assert kept == {id: executor.read(id) for id in kept}
    # and the answer of what changed nothing is from when it became so
    answer = conversations.act(executor, second, ChangePriority(priority="normal"), AGENT)
    assert answer.position == kept[second].position


THING: Stream[None, SkipRequested] = Stream("thing", SkipRequested, lambda state, event: None)


def test_events_that_need_no_decision_are_appended_one_after_the_other(
    executor: CommandExecutor, log: WatchedLog
) -> None:
    # Given
    def skip(position: int) -> Answer:
        def work() -> UnitOfWork:
            before = executor.load(THING, "thing-1")
            event = SkipRequested(follower="history", version=1, stream="conversation-1", position=position)
            return UnitOfWork("thing-1", [Change("thing-1", before, [event])])

        return executor.run(AGENT, work)

    # When
    answers = [skip(1), skip(2)]
    # Then
    assert [answer.position for answer in answers] == [1, 2]
    assert [record.originator_version for record in log.read(0)] == [1, 2]


# -- what another process did first


def test_who_was_overtaken_decides_anew_on_what_is_so_by_then(
    executor: CommandExecutor, other: CommandExecutor, log: WatchedLog
) -> None:
    # Given a conversation that this process has at hand, and that another one went on with
    id = conversation(executor, 1)
    conversations.act(other, id, AddNote(body="noted"), AGENT)
    # When
    answer = reply(executor, id)()
    # Then
    assert names(log, id)[3:] == ["conversation.note-added", "conversation.message-sent"]
    assert answer.position == log.position()


def test_who_has_no_time_left_is_told_so(executor: CommandExecutor, log: WatchedLog) -> None:
    id = conversation(executor, 1)
    log.deadline_seconds = 0
    with pytest.raises(Refusal, match="unavailable"):
        reply(executor, id)()
    assert len(names(log, id)) == 3


def test_a_no_is_said_only_to_what_is_so_now(
    executor: CommandExecutor, other: CommandExecutor, log: WatchedLog
) -> None:
    # Given two processes, each with what it knew of the same conversation
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(other, id, ChangePriority(priority="high"), AGENT)
    # When
    conversations.act(executor, id, ChangePriority(priority="normal"), AGENT)
    again = conversations.act(other, id, ChangePriority(priority="high"), AGENT)
    keyed = Context(AGENT.actor, command_id="k")
    conversations.act(executor, id, ChangePriority(priority="low"), AGENT)
    once_more = conversations.act(other, id, ChangePriority(priority="high"), keyed)
    # Then
    assert once_more.position > again.position
    assert executor.read(id).state.priority == "high"
    assert executor.read(id).position == once_more.position


def test_who_was_not_there_is_looked_for_anew(executor: CommandExecutor, other: CommandExecutor) -> None:
    # Given a process that knows that there is no such customer
    consent = GiveConsent(customer_id="customer-bo", purpose="surveys")
    with pytest.raises(Refusal, match="not-found"):
        customers.act(other, consent, AGENT)
    # When there is one
    customers.act(executor, RegisterCustomer(customer_id="customer-bo"), AGENT)
    # Then
    assert customers.act(other, consent, AGENT).position == executor.log.position()


def test_a_name_that_was_taken_meanwhile_is_anothers_and_known(
    executor: CommandExecutor, other: CommandExecutor, log: WatchedLog
) -> None:
    # Given
    mail_of_bo, phone = ContactPoint("mail", "bo@example.org"), ContactPoint("phone", "1")
    log.meanwhile.append(lambda: customers.register(other, [mail_of_bo], GATEWAY))
    # When
    answer = customers.register(executor, [mail_of_bo, phone], GATEWAY)
    # Then there is one customer, with all that was told
    assert not answer.repeated
    assert [each.value for each in events_of(log, answer.id)[1:]] == ["bo@example.org", "1"]
    assert find(executor, phone) == find(executor, mail_of_bo) == answer.id


def test_a_message_that_another_process_takes_in_first_is_a_repeat(
    executor: CommandExecutor, other: CommandExecutor, log: WatchedLog
) -> None:
    first: list[Answer] = []
    log.meanwhile.append(lambda: first.append(deliver(other, mail(1), GATEWAY)))
    assert deliver(executor, mail(1), GATEWAY) == replace(first[0], repeated=True)
    once = replace(AGENT, command_id="c1")
    log.meanwhile.append(lambda: first.append(reply(other, first[0].id, "yes", once)()))
    assert reply(executor, first[0].id, "yes", once)() == replace(first[1], repeated=True)
    log.meanwhile.append(reply(other, first[0].id, "yes", replace(AGENT, command_id="c2")))
    with pytest.raises(Refusal, match="idempotency-key-reused"):
        reply(executor, first[0].id, "no", replace(AGENT, command_id="c2"))()


def test_an_append_that_is_sent_again_meets_itself(executor: CommandExecutor, log: WatchedLog) -> None:
    # Given what a writer sends again when a connection ends before the answer
    id = conversation(executor, 1)
    reply(executor, id)()
    reply(executor, id, "once", replace(AGENT, command_id="c1"))()
    deliver(executor, mail(2, "t1", "1@example.org"), GATEWAY)
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    # Then its first unique key says so
    sent = [append for appends in log.calls for append in appends]
    for append, stands_for in zip(sent, [id, id, id, id, team], strict=True):
        with pytest.raises(UniqueKeyTaken) as met:
            log._memory.append(append)
        assert (met.value.number, met.value.id) == (0, stands_for)
    # One such key is enough: a message of a channel and a command id have theirs, a name is none.
    assert [len(append.unique_keys) for append in sent] == [3, 1, 1, 1, 2]
