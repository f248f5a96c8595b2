"""The catalogue of themes: themes are added, renamed, merged and split, and each of the last two is undone exactly."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.signal import items, themes
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.conversation.events import MessageReceived
from domain.kernel.refusal import Refusal
from domain.signal.commands import RouteSignal
from domain.signal.identity import signal_id
from domain.signal.item import ITEM, CorrectItem, ItemState, MarkPassage, WithdrawItem
from domain.signal.theme import (
    THEME,
    AddTheme,
    GiveTheme,
    MergeTheme,
    RenameTheme,
    SeparateTheme,
    SplitTheme,
    Theme,
    UndoThemeSplit,
    theme_id,
)
from domain.staff import FormTeam
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.signal_evidence import FEW, Given

LEAKS, DRIPS, LID = map(theme_id, ("leaks", "drips", "lid"))


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture(autouse=True)
def _catalogue(executor: CommandExecutor) -> None:
    for key in ("leaks", "drips", "lid"):
        themes.add(executor, AddTheme(key=key, name=key.capitalize()), AGENT)


def theme(executor: CommandExecutor, id: str = LEAKS) -> Theme:
    return executor.read(THEME, id).existing("theme").state


def item(executor: CommandExecutor, id: str) -> ItemState:
    return executor.read(ITEM, id).existing("item").state


def said(executor: CommandExecutor, number: int, theme: str = "leaks") -> str:
    """A passage of somebody about a theme; answers the item."""
    point = ContactPoint("handle", f"customer {number}")
    id = deliver(executor, Delivery("mail", str(number), point, f"It drips {number} times"), GATEWAY).id
    events = [each.event for each in executor.log.streams([id])[id]]
    (message_id,) = (event.message_id for event in events if isinstance(event, MessageReceived))
    return items.mark(executor, id, MarkPassage(message_id=message_id, start=0, end=8, theme=theme), AGENT).id


def split(executor: CommandExecutor, *item_ids: str, of: str = LEAKS, into: str = DRIPS) -> str:
    return themes.split(executor, of, SplitTheme(into=into, item_ids=item_ids), AGENT).id


def undo(executor: CommandExecutor, split_id: str, of: str = LEAKS) -> None:
    themes.undo_split(executor, of, UndoThemeSplit(split_id=split_id), AGENT)


def test_a_theme_is_added_once_and_keeps_its_key(executor: CommandExecutor, log: Log) -> None:
    # When
    for name in ("Leaks", "Water", "Water"):
        themes.rename(executor, LEAKS, RenameTheme(name=name), AGENT)
    themes.add(executor, AddTheme(key="leaks", name="Water"), AGENT)
    # Then
    assert names(log, LEAKS) == ["theme.added", "theme.renamed"]
    assert (theme(executor).key, theme(executor).name) == ("leaks", "Water")
    with pytest.raises(Refusal, match="theme-added-otherwise"):
        themes.add(executor, AddTheme(key="leaks", name="Leaks"), AGENT)


def test_a_merge_of_themes_is_a_link_and_its_undo_removes_it(executor: CommandExecutor, log: Log) -> None:
    # Given
    before = theme(executor, LEAKS), theme(executor, DRIPS)
    # When
    themes.merge(executor, LEAKS, MergeTheme(into=DRIPS), AGENT)
    themes.merge(executor, DRIPS, MergeTheme(into=LID), AGENT)
    # Then
    assert [themes.counts_as(executor, key) for key in ("leaks", "drips", "lid", "unheard-of")] == [
        "lid", "lid", "lid", "unheard-of",
    ]  # fmt: skip
    # When
    themes.separate(executor, DRIPS, SeparateTheme(), AGENT)
    assert themes.counts_as(executor, "leaks") == "drips"
    themes.separate(executor, LEAKS, SeparateTheme(), AGENT)
    # Then
    assert (theme(executor, LEAKS), theme(executor, DRIPS)) == before


def test_what_is_said_of_a_merged_theme_is_routed_as_the_other_one(executor: CommandExecutor) -> None:
    # Given
    themes.merge(executor, LEAKS, MergeTheme(into=DRIPS), AGENT)
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    command = RouteSignal(area="kettles", theme="leaks", stage="design", team_id=team, because="Somebody fell")
    # When
    id = route(executor, command, AGENT, Given(of_any=FEW)).id
    # Then
    assert id == signal_id("kettles", "drips", "design")


@pytest.mark.parametrize(
    ("part", "into", "code"),
    [
        (LEAKS, LEAKS, "merge-with-itself"),
        (LEAKS, LID, "merged-already"),
        (DRIPS, LEAKS, "target-merged"),
        (DRIPS, theme_id("unheard-of"), "not-found"),
    ],
)
def test_a_merge_that_would_be_ambiguous_is_refused(executor: CommandExecutor, part: str, into: str, code: str) -> None:
    # Given
    if code != "merge-with-itself":
        themes.merge(executor, LEAKS, MergeTheme(into=DRIPS), AGENT)
    # When
    with pytest.raises(Refusal, match=code):
        themes.merge(executor, part, MergeTheme(into=into), AGENT)


def test_a_split_gives_items_another_theme_until_it_is_undone(executor: CommandExecutor, log: Log) -> None:
    # Given
    ids = [said(executor, number) for number in range(3)]
    before = [item(executor, id) for id in ids]
    # When
    split_id = split(executor, ids[0], ids[1], ids[0])
    # Then
    assert [item(executor, id).placement.theme for id in ids] == ["drips", "drips", "leaks"]
    assert names(log, ids[0])[-1] == "item.split-off"
    # When
    undo(executor, split_id)
    # Then
    assert [item(executor, id) for id in ids] == before
    assert theme(executor).splits == {}
    with pytest.raises(Refusal, match="not-found"):
        undo(executor, split_id)


def test_what_was_corrected_since_a_split_stays_as_it_is(executor: CommandExecutor) -> None:
    # Given
    ids = [said(executor, number) for number in range(3)]
    split_id = split(executor, *ids)
    # When
    items.act(executor, ids[0], CorrectItem(theme="lid"), AGENT)
    items.act(executor, ids[1], CorrectItem(stage="design"), AGENT)
    undo(executor, split_id)
    # Then
    placed = [item(executor, id).placement for id in ids]
    assert [each.theme for each in placed] == ["lid", "leaks", "leaks"]
    assert placed[1].stage == "design"


@pytest.mark.parametrize(("first", "between"), [(0, "lid"), (1, "drips")])
def test_splits_of_splits_are_undone_in_any_order(executor: CommandExecutor, first: int, between: str) -> None:
    # Given
    id = said(executor, 1)
    before = item(executor, id)
    splits = [(split(executor, id), LEAKS), (split(executor, id, of=DRIPS, into=LID), DRIPS)]
    # When
    undo(executor, *splits[first])
    # Then
    assert item(executor, id).placement.theme == between
    # When
    undo(executor, *splits[1 - first])
    # Then
    assert item(executor, id) == before


def test_a_split_is_done_whole_or_not_at_all(executor: CommandExecutor, log: Log) -> None:
    # Given
    ours, theirs, gone = said(executor, 1), said(executor, 2, "lid"), said(executor, 3)
    items.act(executor, gone, WithdrawItem(), AGENT)
    end = log.position()
    # When
    for item_ids, into, code in (
        ((ours, theirs), DRIPS, "item-of-another-theme"),
        ((ours, gone), DRIPS, "item-withdrawn"),
        ((ours, "item-none"), DRIPS, "not-found"),
        ((ours,), theme_id("unheard-of"), "not-found"),
        ((ours,), LEAKS, "merge-with-itself"),
    ):
        # Then
        with pytest.raises(Refusal, match=code):
            split(executor, *item_ids, into=into)
    assert log.position() == end


def test_a_theme_is_given_to_all_of_these_items_or_to_none(executor: CommandExecutor, log: Log) -> None:
    # Given
    ours, theirs, gone = said(executor, 1), said(executor, 2, "lid"), said(executor, 3)
    items.act(executor, gone, WithdrawItem(), AGENT)
    end = log.position()
    for item_ids, id, code in (
        ((theirs, gone), LEAKS, gone),
        ((theirs, "item-none"), LEAKS, "not-found"),
        ((theirs,), theme_id("unheard-of"), "not-found"),
    ):
        with pytest.raises(Refusal, match=code):
            themes.give(executor, id, GiveTheme(item_ids=item_ids), AGENT)
    assert log.position() == end
    # When
    themes.give(executor, LEAKS, GiveTheme(item_ids=(ours, theirs, ours)), AGENT)
    # Then
    assert [item(executor, id).placement.theme for id in (ours, theirs)] == ["leaks", "leaks"]
    assert (names(log, ours)[-1], names(log, theirs)[-1]) == ("item.text-compared", "item.corrected")
