"""What nobody can answer or keep any more, because its customer is erased, waits no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.promise import MakePromise
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT, GATEWAY, mail


def test_the_inbox_shows_no_conversation_of_somebody_who_was_erased(
    antiphon: Antiphon, executor: CommandExecutor, log: Log
) -> None:
    # Given
    ids = [deliver(executor, mail(number, thread=f"t{number}"), GATEWAY).id for number in (1, 2)]
    other = deliver(executor, mail(3, thread="t3", sender="bob@example.org"), GATEWAY).id
    customer_id = executor.read(ids[0]).state.customer_id
    # When
    erased = antiphon("erase", customer_id, "--reason", "they asked")
    # Then
    assert erased.status == 0
    assert {executor.read(id).state.status for id in ids} == {"resolved"}
    shown = antiphon("inbox").out
    assert other in shown
    assert not [id for id in ids if id in shown]


def test_what_was_promised_to_somebody_who_is_erased_is_withdrawn(
    antiphon: Antiphon, executor: CommandExecutor
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    due_at = datetime.now(UTC) + timedelta(days=1)
    made = MakePromise(customer_id=customer_id, conversation_id=id, text="We call", due_at=due_at)
    promise_id = promises.make(executor, made, AGENT).id
    # When
    antiphon("erase", customer_id, "--reason", "they asked")
    # Then
    assert executor.read(promise_id).state.end == "withdrawn"
