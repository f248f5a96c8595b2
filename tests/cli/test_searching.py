"""`antiphon search` finds what was said, says whose it is, and goes on where a page ended."""

from __future__ import annotations

import shlex

from commands import order as orders
from commands.executor.executor import CommandExecutor
from domain.order.commands import PlaceOrder
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT


def test_what_was_said_is_found_with_its_customer_and_its_conversation(
    antiphon: Antiphon, executor: CommandExecutor
) -> None:
    # Given
    opening = ("open", "complaint", "The kettles drip\nat the handle", "--from", "ada@example.org", "--name", "Ada")
    id = antiphon(*opening, "--language", "en").id
    antiphon("note", id, "third kettle this week")
    customer_id = executor.read(id).state.customer_id
    order_id = orders.place(executor, PlaceOrder(customer_id=customer_id, number="A-1001"), AGENT).id
    # When
    ran = antiphon("search", "kettle")
    # Then
    lines = [line[18:] if line[:2] == "20" else line.strip() for line in ran.out.splitlines()]
    assert lines == [
        "Ada  note, for colleagues only",
        "third kettle this week",
        id,
        "Ada  customer",
        "The kettles drip at the handle",
        id,
    ]
    # And
    assert order_id in antiphon("search", "A-1001").out
    assert "order (but for a slip)" in antiphon("search", "A-1010").out
    assert antiphon("search", "teapot").out == "nothing found\n"
    assert antiphon("search", "kettle", "--customer", "customer-nobody").out == "nothing found\n"
    assert antiphon("search", "the", "kettle", "--language", "en", "--customer", customer_id).out.count(id) == 1


def test_a_search_goes_on_where_the_page_before_ended(antiphon: Antiphon) -> None:
    # Given
    ids = [antiphon("open", "inquiry", f"kettle {n}", "--from", f"n{n}@example.org").id for n in range(3)]
    # When
    first = antiphon("search", "kett*", "--limit", "2")
    second = antiphon(*shlex.split(first.out.splitlines()[-1].removeprefix("more: "))[1:])
    # Then
    assert [id in first.out for id in ids] == [False, True, True]
    assert [id in second.out for id in ids] == [True, False, False]
    assert "--cursor" not in second.out


def test_nothing_is_not_looked_for(antiphon: Antiphon) -> None:
    ran = antiphon("search", "...")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("antiphon: words-missing: ")


def test_what_a_customer_wrote_does_a_terminal_no_harm_when_it_is_found(antiphon: Antiphon) -> None:
    antiphon("open", "inquiry", "[bold]kettle[/bold] \x1b[2J :smile:", "--from", "eve@example.org")
    shown = antiphon("search", "kettle").out
    assert "[bold]kettle[/bold] \\x1b[2J :smile:" in shown
    assert "\x1b" not in shown
