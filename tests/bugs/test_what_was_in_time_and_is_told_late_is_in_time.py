"""A delivery, or the outcome of a promise, that a gateway tells late counts as of when it happened: over HTTP, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commands import order as orders
from commands import promise as promises
from commands.executor.executor import CommandExecutor
from domain.order.commands import PlaceOrder
from domain.promise import MakePromise
from infra.embedded.postgres import Urls
from infra.views.view import fold_in_memory
from projections.order import ORDERS, OrderRow
from projections.promise import PROMISES, PromiseRow
from tests.support.companies import GATEWAY, opened
from tests.support.serving import Company, client, served

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(executor: CommandExecutor, promise_id: str) -> PromiseRow:
    ((row, _),) = fold_in_memory(PROMISES, executor.log.streams([promise_id])[promise_id]).values()
    assert row is not None
    return row


def order(executor: CommandExecutor, id: str) -> OrderRow:
    ((row, _),) = fold_in_memory(ORDERS, executor.log.streams([id])[id]).values()
    assert row is not None
    return row


def test_what_was_in_time_and_is_told_late_is_in_time(database_urls: Urls) -> None:
    # Given two promises whose date has passed, one of them of a delivery
    due = datetime.now(UTC).replace(microsecond=0) - DAY
    with opened(database_urls) as executor:
        company = Company.founded(executor)
        placed = replace(GATEWAY, occurred_at=due - DAY)
        order_id = orders.place(executor, PlaceOrder(customer_id=company.customer, number="K-1"), placed).id

        def promised(**more: Any) -> str:
            made = MakePromise(customer_id=company.customer, text="by then", due_at=due, order_id=order_id, **more)
            return promises.make(executor, made, placed).id

        call, delivery = promised(), promised(delivery=True)
        in_time = {"occurred_at": (due - HOUR).isoformat()}
        with served(executor, database_urls) as url, client(url, company.service) as gateway:
            # When
            kept = gateway.put(f"/promises/{call}/outcome", json={"outcome": "kept", **in_time})
            sent = gateway.put(f"/orders/{order_id}/shipment", json={"carrier": "post", **in_time})
            facts = {"in_full": True, "undamaged": True, "documents_right": True}
            came = gateway.put(f"/orders/{order_id}/delivery", json={**facts, **in_time})
            ahead = gateway.put(f"/orders/{order_id}/return", json={"occurred_at": "2199-01-01T00:00:00Z"})
        with served(executor, database_urls) as url, client(url, company.agent) as agent:
            theirs = agent.put(f"/orders/{order_id}/return", json=in_time)
        # Then
        assert [each.status_code for each in (kept, sent, came, ahead, theirs)] == [200, 200, 200, 425, 422]
        assert theirs.json()["code"] == "time-not-yours"
        assert [shown(executor, each).state for each in (call, delivery)] == ["kept", "kept"]
        row = order(executor, order_id)
        assert (row.shipped_at, row.delivered_at, row.perfect) == (due - HOUR, due - HOUR, True)
