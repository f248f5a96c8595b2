"""An erasure read one page of what is open, of 100,000 rows at most, and left the rest to wait for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.customer.erasing import erase
from commands.executor.executor import CommandExecutor
from domain.promise import MakePromise
from infra.log.application import Log
from infra.postgres.database import Database
from projections.open_work import OpenWorkInViews
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def test_what_is_open_on_any_page_is_settled(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given three pages of conversations and three of promises
    ids = [deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in range(12)]
    customer_id = executor.read(ids[0]).state.customer_id
    promised = [
        promises.make(
            executor,
            MakePromise(customer_id=customer_id, conversation_id=ids[0], text="We call", due_at=TOMORROW),
            AGENT,
        ).id
        for _ in range(12)
    ]
    work = OpenWorkInViews(projector, lambda *_: catch_up(log, projector), page_size=5)
    assert sorted(work.of_customer(customer_id, 0)) == sorted([*ids, *promised])
    # When
    erase(executor, customer_id, AGENT, work)
    # Then
    assert {executor.read(id).state.status for id in ids} == {"resolved"}
    assert {executor.read(id).state.end for id in promised} == {"withdrawn"}
    assert list(work.of_customer(customer_id, 0)) == []
