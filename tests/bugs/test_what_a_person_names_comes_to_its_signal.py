"""Whoever gives an item a theme brings it to the signal of that theme: where no stage is known, the table of themes
says what the theme means, as it does for what is filed, and what it said is recorded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import items, themes
from domain.signal.item import CorrectItem
from domain.signal.theme import AddTheme, GiveTheme
from infra.log.application import Log
from tests.commands.test_theme_suggestions import item, row
from tests.support.companies import AGENT, names
from tests.support.feedback import LEAKS, THEMES


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def unnamed(executor: CommandExecutor) -> str:
    """An item of which the table did not know what it is about."""
    put(executor, {"themes": THEMES}, AGENT)
    return item(executor)


def test_a_correction_to_a_theme_that_the_table_knows(executor: CommandExecutor, log: Log, unnamed: str) -> None:
    # When
    items.act(executor, unnamed, CorrectItem(theme="leaks", weight=Decimal(3)), AGENT)
    # Then
    assert names(log, unnamed)[-2:] == ["item.corrected", "item.decided"]
    shown = row(log, unnamed)
    assert (shown.signal_id, shown.stage, shown.weight) == (LEAKS, "production", Decimal(3))
    assert (shown.decided_by, shown.table_theme, shown.corrected) == ("person", None, False)


def test_a_group_that_somebody_names(executor: CommandExecutor, log: Log, unnamed: str) -> None:
    # When
    theme_id = themes.add(executor, AddTheme(key="leaks", name="Leaks"), AGENT).id
    assert themes.give(executor, theme_id, GiveTheme(item_ids=(unnamed,)), AGENT).id == theme_id
    # Then
    assert (row(log, unnamed).signal_id, row(log, unnamed).decided_by) == (LEAKS, "person")


def test_what_a_person_said_of_the_stage_counts_before_the_table(
    executor: CommandExecutor, log: Log, unnamed: str
) -> None:
    items.act(executor, unnamed, CorrectItem(theme="leaks", stage="design"), AGENT)
    assert (names(log, unnamed)[-1], row(log, unnamed).stage) == ("item.corrected", "design")


def test_a_theme_of_which_the_table_knows_nothing(executor: CommandExecutor, log: Log, unnamed: str) -> None:
    items.act(executor, unnamed, CorrectItem(theme="squeaks"), AGENT)
    assert (names(log, unnamed)[-1], row(log, unnamed).theme) == ("item.corrected", "squeaks")
