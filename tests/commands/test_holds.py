"""Legal holds: the hold wins, and what was asked for is done when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands import hold as holds
from commands import stranger as strangers
from commands.conversation import handlers as conversations
from commands.conversation import merging, removing, splitting
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.deferred import resume
from commands.customer.erasing import erase
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import ReceiveMessage
from domain.conversation.merging import MergeInto
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage
from domain.customer import EraseCustomer, MergeCustomer, SeparateCustomer
from domain.hold import (
    HOLDS,
    ExpireHolds,
    HoldConversation,
    HoldCustomer,
    Holds,
    ReleaseHold,
    ResumeErasures,
    stream_of,
)
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.stranger import EraseStranger
from infra.log.append import Append, Appended
from infra.log.application import Log
from tests.support.asking import met
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown

OFFICER = Context(Actor(id="staff-dpo", kind="agent", roles=("privacy",)), reason="lawsuit 12")
SYSTEM = Context(Actor(id="system-deferred-erasures", kind="system"))
ASKED = replace(OFFICER, reason="asked for on 3 June")


class TookPart(Shown):
    """Nothing is open; a person took part in these conversations."""

    def __init__(self, person_id: str, conversation_id: str) -> None:
        super().__init__()
        self._took_part = {person_id: [conversation_id]}

    def of_participant(self, person_id: str, position: int) -> Iterator[str]:
        yield from self._took_part.get(person_id, ())


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def written(executor: CommandExecutor, number: int = 1, sender: str = "ada@example.org") -> tuple[str, str]:
    """A conversation, and its customer."""
    id = deliver(executor, mail(number, f"t{number}", sender), GATEWAY).id
    return id, executor.read(id).state.customer_id


def on_customer(executor: CommandExecutor, customer_id: str, until: datetime | None = None) -> str:
    return holds.hold(executor, HoldCustomer(customer_id=customer_id, until=until), OFFICER).id


def on_conversation(executor: CommandExecutor, conversation_id: str) -> str:
    return holds.hold(executor, HoldConversation(conversation_id=conversation_id), OFFICER).id


def released(executor: CommandExecutor, hold_id: str, customer_id: str) -> None:
    """Ended by somebody, and what waited is done as the reaction does it."""
    holds.end(executor, ReleaseHold(hold_id=hold_id), OFFICER)
    resume(executor, ResumeErasures(customer_id=customer_id), SYSTEM, Shown())


def waits(answer: Answer) -> bool:
    return answer.id.startswith("erasure-")


def holds_on(executor: CommandExecutor, customer_id: str) -> Holds:
    return executor.read(HOLDS, stream_of(customer_id)).state or Holds()


def erased(executor: CommandExecutor, customer_id: str) -> bool:
    gone = executor.read(customer_id).state.erased
    assert gone == bool(executor.log.vault.destroyed([customer_id]))
    return bool(gone)


def test_who_is_held_is_erased_when_the_hold_ends(executor: CommandExecutor, log: Log) -> None:
    # Given
    _, ada = written(executor)
    hold_id = on_customer(executor, ada)
    # When
    asked = erase(executor, ada, ASKED, Shown())
    # Then
    assert waits(asked)
    assert not erased(executor, ada)
    # When
    released(executor, hold_id, ada)
    # Then it was done in the name of who asked, and for the same reason
    assert erased(executor, ada)
    assert holds_on(executor, ada).waiting == {}
    gone = log.streams([ada], opened=False)[ada][-1]
    assert (gone.event.stored_name, gone.envelope.on_behalf_of, gone.envelope.reason) == (
        "customer.erased", "staff-dpo", "asked for on 3 June",
    )  # fmt: skip


def test_on_whose_behalf_it_was_asked_for_is_not_forgotten(executor: CommandExecutor, log: Log) -> None:
    # Given
    _, ada = written(executor)
    hold_id = on_customer(executor, ada)
    erase(executor, ada, replace(ASKED, on_behalf_of=ada), Shown())
    # Then
    _, (waiting,) = holds.holds_of(executor, ada)
    assert (waiting.event.asked_by, waiting.event.requested_by) == ("staff-dpo", ada)
    # When
    released(executor, hold_id, ada)
    # Then
    assert log.streams([ada], opened=False)[ada][-1].envelope.on_behalf_of == ada


def test_who_is_merged_later_is_not_erased_by_what_waited(executor: CommandExecutor) -> None:
    # Given
    (_, ada), (_, at_work) = written(executor), written(executor, 2, "ada@work.example")
    hold_id = on_customer(executor, ada)
    erase(executor, ada, ASKED, Shown())
    # When
    customers.act(executor, MergeCustomer(customer_id=at_work, into=ada), AGENT)
    released(executor, hold_id, ada)
    # Then
    assert erased(executor, ada)
    assert not erased(executor, at_work)


def test_a_hold_on_who_was_merged_later_holds_what_waited(executor: CommandExecutor) -> None:
    # Given
    (_, ada), (_, at_work) = written(executor), written(executor, 2, "ada@work.example")
    first = on_customer(executor, ada)
    erase(executor, ada, replace(ASKED, on_behalf_of=ada), Shown())
    customers.act(executor, MergeCustomer(customer_id=at_work, into=ada), AGENT)
    second = on_customer(executor, at_work)
    # When
    released(executor, first, ada)
    # Then it waits for the other hold, for the same person
    assert not erased(executor, ada)
    (waiting,) = holds_on(executor, at_work).waiting.values()
    assert (waiting.asked_by, waiting.requested_by, waiting.people) == ("staff-dpo", ada, (ada,))
    # When
    released(executor, second, at_work)
    # Then
    assert (erased(executor, ada), erased(executor, at_work)) == (True, False)


def test_what_fails_holds_up_nothing_else_that_waited(
    executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two erasures that wait for the same hold, and the first one fails
    id, ada = written(executor)
    bob, carl = met(executor), met(executor, "carl")
    hold_id = on_conversation(executor, id)
    for each in (bob, carl):
        strangers.erase(executor, EraseStranger(stranger_id=each), ASKED, TookPart(each, id))
    holds.end(executor, ReleaseHold(hold_id=hold_id), OFFICER)
    destroy = executor.log.vault.destroy

    def not_bob(*people: str) -> None:
        if bob in people:
            raise Refusal("seal-broken", "cannot be read")
        destroy(*people)

    monkeypatch.setattr(executor.log.vault, "destroy", not_bob)
    # When
    with pytest.raises(Refusal, match="seal-broken"):
        resume(executor, ResumeErasures(customer_id=ada), SYSTEM, Shown())
    # Then
    assert executor.log.vault.destroyed([bob, carl]) == {carl}
    assert [each.person_id for each in holds_on(executor, ada).waiting.values()] == [bob]
    # And a repeat does what is left
    monkeypatch.undo()
    resume(executor, ResumeErasures(customer_id=ada), SYSTEM, Shown())
    assert executor.log.vault.destroyed([bob, carl]) == {bob, carl}
    assert holds_on(executor, ada).waiting == {}


@pytest.mark.parametrize("what", ["stranger", "customer", "message"])
def test_a_hold_elsewhere_in_the_very_moment_is_not_missed(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    # Given a hold that another process places between the decision that nothing is held and its append
    id, _ada = written(executor)
    said = ReceiveMessage(body="4111 1111 1111 1111")
    conversations.act(executor, id, said, GATEWAY)
    person = met(executor) if what == "stranger" else written(executor, 2, "carl@example.org")[1]
    elsewhere, append_all = CommandExecutor(log), log.append_all
    placed: list[bool] = []

    def meanwhile(appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        if not placed:
            placed.append(True)
            on_conversation(elsewhere, id)
        return append_all(appends, until)

    monkeypatch.setattr(log, "append_all", meanwhile)
    # When
    if what == "stranger":
        asked = strangers.erase(executor, EraseStranger(stranger_id=person), ASKED, TookPart(person, id))
    elif what == "customer":
        asked = erase(executor, person, ASKED, TookPart(person, id))
    else:
        asked = removing.remove(executor, id, RemoveMessage(message_id=said.message_id), ASKED)
    elsewhere.close()
    # Then
    assert waits(asked)
    assert executor.log.vault.destroyed([person]) == set()
    assert log.vault.withheld() == frozenset()


def test_a_removal_that_began_before_a_hold_is_done(executor: CommandExecutor, log: Log) -> None:
    # Given a removal that did not come to its end, and then a hold
    id, ada = written(executor)
    said = ReceiveMessage(body="4111 1111 1111 1111")
    conversations.act(executor, id, said, GATEWAY)
    holds.begin_removal(executor, ada, id, said.message_id, [id], ASKED)
    on_customer(executor, ada)
    # When
    done = removing.remove(executor, id, RemoveMessage(message_id=said.message_id), ASKED)
    # Then
    assert not waits(done)
    assert {stream for stream, _ in log.vault.withheld()} == {id}


def test_another_hold_that_stands_wins_too(executor: CommandExecutor) -> None:
    # Given
    id, ada = written(executor)
    first, second = on_customer(executor, ada), on_conversation(executor, id)
    erase(executor, ada, ASKED, Shown())
    # When
    released(executor, first, ada)
    # Then
    assert not erased(executor, ada)
    # When
    released(executor, second, ada)
    # Then
    assert erased(executor, ada)


def test_a_hold_on_one_record_of_a_person_holds_all_of_them(executor: CommandExecutor) -> None:
    # Given
    (_, ada), (_, at_work) = written(executor), written(executor, 2, "ada@work.example")
    customers.act(executor, MergeCustomer(customer_id=at_work, into=ada), AGENT)
    hold_id = on_customer(executor, at_work)
    # When
    assert waits(erase(executor, ada, ASKED, Shown()))
    # Then
    assert not erased(executor, ada)
    released(executor, hold_id, at_work)
    assert erased(executor, ada)
    assert erased(executor, at_work)


def test_who_is_another_person_by_now_is_not_held(executor: CommandExecutor) -> None:
    # Given
    (_, ada), (_, bo) = written(executor), written(executor, 2, "bo@example.org")
    customers.act(executor, MergeCustomer(customer_id=bo, into=ada), AGENT)
    customers.act(executor, SeparateCustomer(customer_id=bo), AGENT)
    on_customer(executor, bo)
    # When
    erase(executor, ada, ASKED, Shown())
    # Then
    assert erased(executor, ada)
    assert not erased(executor, bo)


def test_what_was_asked_for_twice_waits_once(executor: CommandExecutor, log: Log) -> None:
    # Given
    _, ada = written(executor)
    on_customer(executor, ada)
    keyed = replace(ASKED, command_id="forget")
    first = erase(executor, ada, keyed, Shown())
    # Then
    end = log.position()
    assert erase(executor, ada, keyed, Shown()) == replace(first, repeated=True)
    assert erase(executor, ada, ASKED, Shown()).id == first.id
    assert log.position() == end


def test_a_repeat_after_the_hold_destroys_nothing_unrecorded(executor: CommandExecutor) -> None:
    # Given an erasure that waits, and a hold that has ended, while the reaction is slow
    _, ada = written(executor)
    hold_id = on_customer(executor, ada)
    keyed = replace(ASKED, command_id="forget")
    erase(executor, ada, keyed, Shown())
    holds.end(executor, ReleaseHold(hold_id=hold_id), OFFICER)
    # When
    assert waits(erase(executor, ada, keyed, Shown()))
    # Then
    assert not erased(executor, ada)


def test_a_held_message_is_not_taken_out(executor: CommandExecutor, log: Log) -> None:
    # Given
    id, ada = written(executor)
    said = ReceiveMessage(body="4111 1111 1111 1111")
    conversations.act(executor, id, said, GATEWAY)
    hold_id, command = on_conversation(executor, id), RemoveMessage(message_id=said.message_id)
    # When
    assert waits(removing.remove(executor, id, command, ASKED))
    # Then
    assert log.vault.withheld() == frozenset()
    released(executor, hold_id, ada)
    assert {stream for stream, _ in log.vault.withheld()} == {id}
    assert names(log, id)[-1] == "conversation.message-removed"


@pytest.mark.parametrize("how", ["merged", "split"])
def test_a_hold_covers_what_its_conversation_shows(executor: CommandExecutor, log: Log, how: str) -> None:
    # Given a message of one conversation that another one shows
    (id, _), (into, _) = written(executor), written(executor, 2)
    said = ReceiveMessage(body="And that?")
    conversations.act(executor, id, said, GATEWAY)
    if how == "merged":
        merging.merge(executor, id, MergeInto(into=into), AGENT)
    else:
        into = splitting.split(executor, id, SplitMessage(message_id=said.message_id, kind="inquiry"), AGENT).id
    on_conversation(executor, into)
    # Then
    assert waits(removing.remove(executor, id, RemoveMessage(message_id=said.message_id), ASKED))
    assert log.vault.withheld() == frozenset()


def test_a_hold_on_another_conversation_stops_no_removal(executor: CommandExecutor, log: Log) -> None:
    # Given
    (id, _), (other, _) = written(executor), written(executor, 2)
    said = ReceiveMessage(body="4111")
    conversations.act(executor, id, said, GATEWAY)
    on_conversation(executor, other)
    # Then
    assert not waits(removing.remove(executor, id, RemoveMessage(message_id=said.message_id), ASKED))


def test_who_took_part_in_what_is_held_is_not_erased(executor: CommandExecutor) -> None:
    # Given
    id, ada = written(executor)
    (_, carl), bob = written(executor, 2, "carl@example.org"), met(executor)
    hold_id = on_conversation(executor, id)
    # When
    asked = [
        strangers.erase(executor, EraseStranger(stranger_id=bob), ASKED, TookPart(bob, id)),
        erase(executor, carl, ASKED, TookPart(carl, id)),
    ]
    # Then
    assert all(waits(each) for each in asked)
    assert executor.log.vault.destroyed([bob, carl]) == set()
    # When
    released(executor, hold_id, ada)
    # Then
    assert executor.log.vault.destroyed([bob, carl]) == {bob, carl}


def test_a_hold_ends_by_itself(executor: CommandExecutor) -> None:
    # Given
    _, ada = written(executor)
    until = datetime.now(UTC) + timedelta(days=1)
    on_customer(executor, ada, until)
    erase(executor, ada, ASKED, Shown())
    # When
    for seconds in (-1, 1):
        at = until + timedelta(seconds=seconds)
        holds.end_expired(executor, ExpireHolds(customer_id=ada), SYSTEM, not_before=at)
        resume(executor, ResumeErasures(customer_id=ada), SYSTEM, Shown())
        # Then
        assert erased(executor, ada) == (seconds > 0)


def test_a_hold_that_comes_too_late_is_refused(executor: CommandExecutor) -> None:
    # Given an erasure that has begun, and did not come to its end
    _, ada = written(executor)
    holds.begin_erasure(executor, [ada], ASKED)
    # Then
    with pytest.raises(Refusal, match="erasure-begun"):
        on_customer(executor, ada)
    # And the same afterwards
    customers.act(executor, EraseCustomer(customer_id=ada), ASKED)
    with pytest.raises(Refusal, match="customer-erased"):
        on_customer(executor, ada)


def test_a_hold_at_the_last_moment_wins(executor: CommandExecutor) -> None:
    # Given a hold that is placed while the erasure looks where the customer took part
    _, ada = written(executor)

    class Meanwhile(Shown):
        def of_participant(self, person_id: str, position: int) -> Iterator[str]:
            on_customer(executor, ada)
            return iter(())

    # When
    assert waits(erase(executor, ada, ASKED, Meanwhile()))
    # Then
    assert not erased(executor, ada)


def test_who_holds_says_why(executor: CommandExecutor) -> None:
    _, ada = written(executor)
    with pytest.raises(Refusal, match="input-invalid"):
        holds.hold(executor, HoldCustomer(customer_id=ada), replace(OFFICER, reason=None))
    hold_id = on_customer(executor, ada)
    with pytest.raises(Refusal, match="input-invalid"):
        holds.end(executor, ReleaseHold(hold_id=hold_id), replace(OFFICER, reason=None))
    (standing,), waiting = holds.holds_of(executor, ada)
    assert (standing.event.hold_id, standing.envelope.actor.id, standing.envelope.reason) == (
        hold_id, "staff-dpo", "lawsuit 12",
    )  # fmt: skip
    assert waiting == []


def test_a_hold_ends_once(executor: CommandExecutor, log: Log) -> None:
    # Given
    _, ada = written(executor)
    hold_id = on_customer(executor, ada)
    released(executor, hold_id, ada)
    end = log.position()
    # Then
    released(executor, hold_id, ada)
    assert log.position() == end
    for unknown in (hold_id[:-1] + "2", hold_id + "0", "hold-1", ada, stream_of(ada), hold_id[:-1] + "٣"):
        with pytest.raises(Refusal, match="not-found"):
            holds.end(executor, ReleaseHold(hold_id=unknown), OFFICER)
    assert log.position() == end


def test_holds_are_bounded(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.hold.MOST_STANDING", 2)
    id, ada = written(executor)
    on_customer(executor, ada)
    on_conversation(executor, id)
    with pytest.raises(Refusal, match="holds-too-many"):
        on_customer(executor, ada)
    with pytest.raises(Refusal, match="hold-ends-before"):
        on_customer(executor, written(executor, 2, "bo@example.org")[1], datetime.now(UTC))
