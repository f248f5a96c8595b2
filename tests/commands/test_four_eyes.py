"""Four eyes: where the company's policy wants it, a second person confirms an erasure and an export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands import confirmation as confirmations
from commands import decision_table as tables
from commands import hold as holds
from commands.conversation.delivering import deliver
from commands.customer.deferred import resume
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.confirmation import Confirm, DoConfirmed, stream_of
from domain.decision_table.written import TableWritten
from domain.hold import HoldCustomer, ReleaseHold, ResumeErasures
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.asking import met
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown

PETRA = Context(Actor(id="staff-petra", kind="agent", roles=("privacy",)), reason="asked on 3 June")
OTTO = Context(Actor(id="staff-otto", kind="agent", roles=("privacy",)))
SYSTEM = Context(Actor(id="system-confirmed-acts", kind="system"))


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def policy(executor: CommandExecutor, *acts: str, within: str = "P7D") -> None:
    """From now on, these acts need a second person."""
    table = TableWritten.model_validate(
        {
            "hit_policy": "first",
            "inputs": [{"name": "act", "type": "string"}],
            "outputs": [
                {"name": "confirm", "type": "boolean"},
                {"name": "within", "type": "days and time duration"},
            ],
            "rules": [
                {"when": {"act": f'"{act}"'}, "then": {"confirm": "true", "within": f'duration("{within}")'}}
                for act in acts
            ],
            "otherwise": {"confirm": "false", "within": 'duration("P1D")'},
        }
    )
    tables.put(executor, {"four-eyes": table}, AGENT)


def ada(executor: CommandExecutor) -> str:
    id: str = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    return id


def erased(executor: CommandExecutor, id: str) -> bool:
    gone = executor.read(id).state.erased
    assert gone == bool(executor.log.vault.destroyed([id]))
    return bool(gone)


def confirm(executor: CommandExecutor, id: str, by: Context = OTTO) -> None:
    """Confirmed, and done as the reaction does it."""
    confirmations.give(executor, Confirm(confirmation_id=id), by)
    confirmations.carry_out(executor, DoConfirmed(confirmation_id=id), SYSTEM, Shown())


@pytest.mark.parametrize("who", [ada, met])
def test_an_erasure_waits_for_a_second_person(
    executor: CommandExecutor, log: Log, who: Callable[[CommandExecutor], str]
) -> None:
    # Given
    policy(executor, "erasure")
    person = who(executor)
    # When
    asked = confirmations.erase(executor, person, replace(PETRA, on_behalf_of=person), Shown())
    # Then
    assert asked.id.startswith("confirmation-")
    assert not erased(executor, person)
    # When the same person confirms, by themselves
    with pytest.raises(Refusal, match="confirmation-by-asker"):
        confirmations.give(executor, Confirm(confirmation_id=asked.id), PETRA)
    # And another one
    confirm(executor, asked.id)
    # Then it is done, for the reason and on behalf of whom it was asked for
    assert erased(executor, person)
    gone = log.streams([person], opened=False)[person][-1].envelope
    assert (gone.on_behalf_of, gone.reason) == (person, "asked on 3 June")
    assert names(log, stream_of(person)) == ["confirmations.requested", "confirmations.given", "confirmations.act-done"]
    given = log.streams([stream_of(person)])[stream_of(person)][1].envelope
    assert given.actor.id == "staff-otto"


def test_without_a_policy_nobody_else_is_needed(executor: CommandExecutor) -> None:
    policy(executor, "export")
    person = ada(executor)
    confirmations.erase(executor, person, PETRA, Shown())
    assert erased(executor, person)


def test_what_waits_too_long_is_asked_for_again(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    policy(executor, "erasure", within="PT1H")
    person = ada(executor)
    first = confirmations.erase(executor, person, PETRA, Shown()).id
    assert confirmations.erase(executor, person, OTTO, Shown()).id == first
    # When
    later = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(executor, "clock", lambda: later)
    # Then
    with pytest.raises(Refusal, match="confirmation-expired"):
        confirmations.give(executor, Confirm(confirmation_id=first), OTTO)
    second = confirmations.erase(executor, person, PETRA, Shown()).id
    assert second != first
    confirm(executor, second)
    assert erased(executor, person)


def test_a_repeat_gets_the_first_answer(executor: CommandExecutor, log: Log) -> None:
    # Given
    policy(executor, "erasure")
    person = ada(executor)
    keyed = replace(PETRA, command_id="forget")
    asked = confirmations.erase(executor, person, keyed, Shown())
    # Then
    end = log.position()
    assert confirmations.erase(executor, person, keyed, Shown()) == replace(asked, repeated=True)
    assert log.position() == end
    # And what is confirmed twice is done once
    confirm(executor, asked.id)
    end = log.position()
    confirmations.carry_out(executor, DoConfirmed(confirmation_id=asked.id), SYSTEM, Shown())
    with pytest.raises(Refusal, match="not-found"):
        confirmations.give(executor, Confirm(confirmation_id=asked.id), OTTO)
    assert log.position() == end


def test_a_hold_wins_over_what_was_confirmed(executor: CommandExecutor) -> None:
    # Given
    policy(executor, "erasure")
    person = ada(executor)
    asked = confirmations.erase(executor, person, PETRA, Shown()).id
    hold_id = holds.hold(executor, HoldCustomer(customer_id=person), PETRA).id
    # When
    confirm(executor, asked)
    # Then
    assert not erased(executor, person)
    holds.end(executor, ReleaseHold(hold_id=hold_id), PETRA)
    resume(executor, ResumeErasures(customer_id=person), SYSTEM, Shown())
    assert erased(executor, person)


def test_a_confirmed_export_is_fetched_once(executor: CommandExecutor) -> None:
    # Given
    policy(executor, "export")
    person = ada(executor)
    asked = confirmations.request_first(executor, "export", person, PETRA, None)
    assert asked is not None
    # Then
    with pytest.raises(Refusal, match="confirmation-missing"):
        confirmations.take(executor, "export", person, asked.id, PETRA)
    confirmations.give(executor, Confirm(confirmation_id=asked.id), OTTO)
    # And the reaction leaves it to who fetches it
    confirmations.carry_out(executor, DoConfirmed(confirmation_id=asked.id), SYSTEM, Shown())
    with pytest.raises(Refusal, match="not-found"):
        confirmations.take(executor, "erasure", person, asked.id, PETRA)
    confirmations.take(executor, "export", person, asked.id, PETRA)
    with pytest.raises(Refusal, match="not-found"):
        confirmations.take(executor, "export", person, asked.id, PETRA)


def test_no_program_confirms(executor: CommandExecutor) -> None:
    policy(executor, "erasure")
    asked = confirmations.erase(executor, ada(executor), PETRA, Shown()).id
    with pytest.raises(Refusal, match="forbidden"):
        confirmations.give(executor, Confirm(confirmation_id=asked), GATEWAY)
    for unknown in (asked[:-1] + "9", "confirmation-1", "hold-1-1"):
        with pytest.raises(Refusal, match="not-found"):
            confirmations.give(executor, Confirm(confirmation_id=unknown), OTTO)


def test_a_policy_that_cannot_decide_lets_nothing_through(executor: CommandExecutor) -> None:
    policy(executor, "erasure", within="PT0S")
    person = ada(executor)
    with pytest.raises(Refusal, match="table-invalid"):
        confirmations.erase(executor, person, PETRA, Shown())
    assert not erased(executor, person)
