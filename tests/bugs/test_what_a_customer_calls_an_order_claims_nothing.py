"""The order that a customer names in a message is a reference: kept as said, and never a claim on the number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands import order as orders
from commands.conversation import splitting
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.conversation.events import InteractionAdded, OrderNamed
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.customer import MergeCustomer
from domain.kernel.ids import new_id
from domain.order.commands import PlaceOrder
from domain.order.decisions import decide
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.views.view import fold_in_memory
from projections.conversation.history import HISTORY
from projections.order import ORDERS, OrderRow
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def person(executor: CommandExecutor, name: str) -> str:
    return customers.register(executor, [ContactPoint("mail", f"{name}@example.org")], GATEWAY).id


def written(executor: CommandExecutor, name: str, number: str, n: int = 1, **more: Any) -> str:
    """Somebody writes, and names an order; answers the conversation."""
    message = replace(mail(n, f"thread of {name}", f"{name}@example.org"), order_number=number, **more)
    return deliver(executor, message, GATEWAY).id


def placed(executor: CommandExecutor, customer_id: str, number: str) -> str:
    return orders.place(executor, PlaceOrder(customer_id=customer_id, number=number, item_count=2), GATEWAY).id


def named(log: Log, conversation_id: str) -> list[tuple[str, str]]:
    return [(e.order_id, e.number) for e in events_of(log, conversation_id) if isinstance(e, OrderNamed)]


def row(log: MemoryLog, order_id: str) -> OrderRow:
    found, _ = fold_in_memory(ORDERS, log.everything())[(order_id,)]
    assert found is not None
    return found


def test_a_typo_does_not_block_the_shops_own_record(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    conversation_id = written(executor, "ada", "K-2")
    # When
    ben = person(executor, "ben")
    order_id = placed(executor, ben, "K-2")
    # Then
    assert orders.order_id(executor, "K-2") == order_id
    ((reference, said),) = named(memory_log, conversation_id)
    assert (said, reference == order_id) == ("K-2", False)
    assert (row(memory_log, order_id).customer_id, row(memory_log, order_id).conversations) == (ben, ())


def test_a_message_that_names_a_spouses_order_is_kept(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    order_id = placed(executor, person(executor, "ada"), "K-2")
    # When
    conversation_id = written(executor, "ben", "K-2", kind="order")
    # Then
    ((reference, said),) = named(memory_log, conversation_id)
    assert (said, reference == order_id) == ("K-2", False)
    assert row(memory_log, order_id).conversations == ()


@pytest.mark.parametrize("said", ["K-2", "#K-2", "k-2 ", " # k\u20112", "\uff2b-2", "k\u200b-2"])
def test_a_number_fits_in_any_spelling_and_is_shown_as_written(
    executor: CommandExecutor, memory_log: MemoryLog, said: str
) -> None:
    # Given
    order_id = placed(executor, person(executor, "ada"), "K-2")
    # When
    conversation_id = written(executor, "ada", said)
    # Then
    assert named(memory_log, conversation_id) == [(order_id, said)]
    assert orders.order_id(executor, said) == order_id
    shown = row(memory_log, order_id)
    assert (shown.number, shown.conversations) == ("K-2", (conversation_id,))
    lines = [
        line for line, _ in fold_in_memory(HISTORY, memory_log.streams([conversation_id])[conversation_id]).values()
    ]
    assert [(line.text, line.new) for line in lines if line and line.field == "order"] == [(said, order_id)]


def test_an_order_placed_later_picks_up_who_named_it(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given messages before it is placed: a first one, one in the same thread, and a stranger's
    conversation_id = written(executor, "ada", "k-2")
    written(executor, "ada", "#K-2", 2)
    written(executor, "ben", "K-2", 3)
    assert orders.order_id(executor, "K-2") is None
    # When
    order_id = placed(executor, person(executor, "ada"), "K-2")
    # Then
    assert named(memory_log, conversation_id) == [(order_id, "k-2"), (order_id, "#K-2")]
    shown = row(memory_log, order_id)
    assert (shown.status, shown.number, shown.conversations) == ("placed", "K-2", (conversation_id,))
    assert placed(executor, person(executor, "ada"), "#k-2") == order_id


def test_a_later_message_in_a_thread_may_name_an_order(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    order_id = placed(executor, person(executor, "ada"), "K-2")
    conversation_id = written(executor, "ada", "K-1")
    assert written(executor, "ada", "K-2", 2) == conversation_id
    assert [id for id, _ in named(memory_log, conversation_id)][1] == order_id
    assert row(memory_log, order_id).conversations == (conversation_id,)


def test_an_order_of_a_merged_customer_is_the_same_persons(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    ada, ada_at_work = person(executor, "ada"), person(executor, "work")
    order_id = placed(executor, ada, "K-2")
    customers.act(executor, MergeCustomer(customer_id=ada_at_work, into=ada), AGENT)
    # Then
    assert named(memory_log, written(executor, "work", "K-2"))[0][0] == order_id
    assert placed(executor, ada_at_work, "K-2") == order_id


def test_what_a_former_release_took_for_an_order_gives_way(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    """It recorded a customer's reference as an order, under the number as it was written."""
    # Given
    ada, ben = person(executor, "ada"), person(executor, "ben")

    def former(number: str, **facts: Any) -> str:
        command = PlaceOrder(customer_id=ada, number=number, order_id=new_id("order"), **facts)
        events = decide(None, command, executor.clock())
        unit = UnitOfWork(
            command.order_id, [Change(command.order_id, NOTHING, events)],
            [("order-number", number, command.order_id)], subject=ada,
        )  # fmt: skip
        return executor.run(GATEWAY, lambda: unit).id

    only_named, real = former("K-2"), former("#K-3", item_count=1)
    # When, Then
    assert orders.order_id(executor, "k-2") == only_named
    assert named(memory_log, written(executor, "ada", "K-3"))[0][0] == real
    assert placed(executor, ada, "#K-2") == only_named
    assert placed(executor, ada, "k-3") == real
    assert placed(executor, ben, "K-3") == orders.order_id(executor, "k-3") != real
    assert row(memory_log, real).number_leads_to == orders.order_id(executor, "k-3")
    other = former("K-4")
    assert placed(executor, ben, "K-4") == orders.order_id(executor, "k-4") != other


def test_whoever_is_erased_leaves_no_reference(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    conversation_id = written(executor, "ada", "K-2")
    ((before, _),) = named(memory_log, conversation_id)
    ada = executor.read(conversation_id).state.customer_id
    # When
    erase(executor, ada, AGENT)
    # Then
    assert named(memory_log, conversation_id) == [(before, "[erased]")]
    assert executor.find("order-reference", f"{ada}\x00k-2") is None


def test_an_order_named_only_in_a_split_goes_with_it(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given two matters, the second with an order of its own
    order_id = placed(executor, person(executor, "ada"), "K-2")
    conversation_id = written(executor, "ada", "K-1")
    written(executor, "ada", "K-2", 2)
    message_id = [e for e in events_of(memory_log, conversation_id) if isinstance(e, OrderNamed)][1].message_id
    command = SplitMessage(message_id=message_id, kind="complaint", order_id=order_id)
    # When
    split = splitting.split(executor, conversation_id, command, AGENT, expected_version=None).id
    # Then
    assert row(memory_log, order_id).conversations == tuple(sorted((conversation_id, split)))
    splitting.undo_split(executor, split, UndoSplit(), AGENT, expected_version=None)
    assert row(memory_log, order_id).conversations == (conversation_id,)
    brought = [e for e in events_of(memory_log, conversation_id) if isinstance(e, InteractionAdded)]
    assert brought[0].order_id != order_id
