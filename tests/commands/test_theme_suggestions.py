"""What a text model suggests of an item is recorded, taken where the model is sure, and corrected by people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import items
from commands.signal.suggesting import suggest
from domain.kernel.refusal import NotFound
from domain.signal.item import CorrectItem, FileItem, SuggestTheme, WithdrawItem
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.signal.items import ITEMS, ItemRow
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.feedback import LEAKS, THEMES


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def item(executor: CommandExecutor, theme: str | None = None) -> str:
    """What somebody said about kettles, of which no table knew what it is about."""
    delivery = Delivery("mail", "1", ContactPoint("handle", "ada"), "It drips", product_area="kettles")
    there = deliver(executor, delivery, GATEWAY).id
    fields = {"kind": "complaint", "conversation_id": there, "part": "1", "said_at": executor.clock(), "theme": theme}
    return items.file(executor, FileItem.model_validate(fields), AGENT).id


def suggestion(first: str = "leaks", *, sure: bool = False, model: str = "themes sha256:1") -> SuggestTheme:
    suggested: list[dict[str, Any]] = [{"theme": first, "probability": "0.99"}, {"theme": "lid", "probability": "0.01"}]
    return SuggestTheme.model_validate({"suggestions": suggested, "sure": sure, "model": model})


def row(log: Log, id: str) -> ItemRow:
    found, _ = fold_in_memory(ITEMS, log.streams([id])[id])[(id,)]
    assert found is not None
    return found


def test_a_suggestion_is_recorded_with_its_model_and_waits_for_a_person(executor: CommandExecutor, log: Log) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    id = item(executor)
    # When
    for _ in range(2):
        suggest(executor, id, suggestion(), AGENT)
    # Then
    assert names(log, id).count("item.theme-suggested") == 1
    shown = row(log, id)
    assert (shown.theme, shown.signal_id, shown.decided_by) == (None, None, None)
    assert (shown.suggested_theme, shown.suggested_by) == ("leaks", "themes sha256:1")
    assert shown.suggested_probability == Decimal("0.99")
    # When another model is asked, and a person decides
    suggest(executor, id, suggestion("lid", model="themes sha256:2"), AGENT)
    items.act(executor, id, CorrectItem(theme="leaks", stage="production"), AGENT)
    suggest(executor, id, suggestion("lid", sure=True, model="themes sha256:3"), AGENT)
    # Then no model says anything any more
    shown = row(log, id)
    assert (shown.theme, shown.suggested_theme, shown.signal_id) == ("leaks", "lid", LEAKS)
    assert names(log, id).count("item.theme-suggested") == 2


def test_what_a_model_is_sure_of_is_taken_and_the_table_says_what_it_means(executor: CommandExecutor, log: Log) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    id = item(executor)
    # When
    suggest(executor, id, suggestion(sure=True), AGENT)
    # Then
    assert names(log, id)[-2:] == ["item.theme-suggested", "item.decided"]
    shown = row(log, id)
    assert (shown.theme, shown.stage, shown.signal_id) == ("leaks", "production", LEAKS)
    assert (shown.decided_by, shown.table_theme, shown.corrected) == ("model", None, False)
    # When a person says otherwise
    items.act(executor, id, CorrectItem(theme="lid"), AGENT)
    # Then
    shown = row(log, id)
    assert (shown.theme, shown.decided_by, shown.corrected) == ("lid", "person", True)


def test_a_theme_of_which_the_table_knows_nothing_is_taken_all_the_same(executor: CommandExecutor, log: Log) -> None:
    put(executor, {"themes": THEMES}, AGENT)
    id = item(executor)
    suggest(executor, id, suggestion("lid", sure=True), AGENT)
    assert names(log, id)[-1] == "item.theme-suggested"
    assert (row(log, id).theme, row(log, id).stage) == ("lid", None)


def test_nothing_is_suggested_of_what_has_a_theme_or_was_withdrawn(executor: CommandExecutor, log: Log) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    id = item(executor, "leaks")
    # When
    suggest(executor, id, suggestion("lid", sure=True), AGENT)
    items.act(executor, id, WithdrawItem(), AGENT)
    suggest(executor, id, suggestion("lid", sure=True), AGENT)
    # Then
    assert "item.theme-suggested" not in names(log, id)
    with pytest.raises(NotFound):
        suggest(executor, "item-1", suggestion(), AGENT)
