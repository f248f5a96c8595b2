"""The reaction that files feedback items: what customers bring, their verdicts, and what they do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import pytest

from commands import order as orders
from commands import registry
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import erasing
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from domain.conversation.commands import AddInteraction, ChangeKind, JudgeAnswer, SendReply
from domain.decision_table.written import TableWritten
from domain.kernel.event import Event, Recorded
from domain.order.commands import CancelOrder, DeliverOrder, OrderLine, PlaceOrder, ReturnOrder
from domain.signal.item import ITEM, ItemDecided, ItemFiled, ItemWithdrawn, item_id
from infra.log.application import Log
from process.reaction import Reactor
from process.signal import PLACED, SignalItems
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import Shown
from tests.support.signal_evidence import NothingSaid

THEMES: dict[str, Any] = {
    "hit_policy": "first",
    "inputs": [{"name": "kind", "type": "string"}],
    "outputs": [{"name": "stage", "type": "string"}],
    "rules": [{"then": {"stage": '"service"'}}],
}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what follows from events, nothing of a database."""
    return memory_log


def react(executor: CommandExecutor) -> Sequence[Recorded[Event]]:
    """Take in the whole log, as for the first time; answers the events of items."""
    reaction = SignalItems()
    reactor = Reactor(reaction, partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
    page = [
        each
        for each in executor.log.recorded_events(executor.log.read(0, 10_000))
        if type(each.event) in reaction.reads
    ]
    reactor.take(page, cast(Any, None))  # Any: it uses no connection
    return sorted(executor.log.of_kind(ITEM.kind), key=lambda each: each.position)


def filed(events: Sequence[Recorded[Event]]) -> list[tuple[str, str | None]]:
    return [(each.event.kind, each.event.did) for each in events if isinstance(each.event, ItemFiled)]


def test_what_customers_say_and_do_is_filed_once(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    for command in (
        AddInteraction(kind="complaint"), AddInteraction(kind="feedback"), AddInteraction(kind="inquiry"),
        SendReply(body="It is on its way"), JudgeAnswer(answered=False), JudgeAnswer(answered=True),
    ):  # fmt: skip
        conversations.act(executor, id, command, GATEWAY)
    for steps in ([CancelOrder()], [DeliverOrder(undamaged=False)], [DeliverOrder(undamaged=True), ReturnOrder()]):
        place = PlaceOrder(customer_id=customer_id)
        orders.place(executor, place, GATEWAY)
        for step in steps:
            orders.act(executor, place.order_id, step, GATEWAY)
    # When
    first = react(executor)
    again = react(executor)
    # Then
    assert filed(first) == [
        ("complaint", None), ("feedback", None), ("verdict", None),
        ("behaviour", "cancellation"), ("behaviour", "failed-step"), ("behaviour", "return"),
    ]  # fmt: skip
    assert again == first


def test_a_corrected_kind_files_and_withdraws(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    id = deliver(executor, mail(1), GATEWAY).id
    (interaction_id,) = executor.read(id).state.interactions
    # When
    for kind in ("complaint", "inquiry", "complaint"):
        change = ChangeKind.model_validate({"kind": kind, "interaction_id": interaction_id})
        conversations.act(executor, id, change, AGENT)
    events = react(executor)
    # Then
    assert [type(each.event) for each in events if isinstance(each.event, ItemFiled | ItemWithdrawn)] == [
        ItemFiled, ItemWithdrawn, ItemFiled,
    ]  # fmt: skip
    assert len({each.originator_id for each in events}) == 1


def test_an_order_is_an_item_where_the_table_says_what_it_means(executor: CommandExecutor) -> None:
    # Given
    outputs = [{"name": each, "type": "string"} for each in ("area", "theme", "stage", "stance")]
    then = {"area": '"cola"', "theme": '"new-taste"', "stage": '"design"'}
    rules = [
        {"when": {"product": f'"{product}"'}, "then": {**then, "stance": stance}}
        for product, stance in (("new", '"for"'), ("old", '"against"'), ("tea", "null"), ("gum", '"perhaps"'))
    ]
    inputs = [{"name": "product", "type": "string"}]
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    placed = []
    for products in (["old", "new"], ["gum", "old"], ["tea"], ["gum"], [], ["new"]):
        lines = tuple(OrderLine(item=product, count=1) for product in products)
        placed.append(PlaceOrder(customer_id=customer_id, lines=lines))
        orders.place(executor, placed[-1], GATEWAY)
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    assert react(executor) == [], "a table without stances takes no order"
    # When
    changed = TableWritten.model_validate({**THEMES, "inputs": inputs, "outputs": outputs, "rules": rules})
    put(executor, {"themes": changed}, AGENT)
    orders.act(executor, placed[-1].order_id, CancelOrder(), GATEWAY)
    events = react(executor)
    # Then
    stances = {
        each.originator_id: each.event.placement.stance for each in events if isinstance(each.event, ItemDecided)
    }
    ids = [item_id(each.order_id, PLACED, "behaviour") for each in placed]
    assert {id: stances[id] for id in ids if id in stances} == {ids[0]: "for", ids[1]: "against", ids[5]: "for"}
    assert [each.originator_id for each in events if isinstance(each.event, ItemWithdrawn)] == [ids[5]]


def test_without_a_table_or_a_customer_nothing_is_filed(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, AddInteraction(kind="complaint"), GATEWAY)
    # Then
    assert react(executor) == []
    # When
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    erasing.erase(executor, executor.read(id).state.customer_id, AGENT, Shown())
    # Then
    assert react(executor) == []
