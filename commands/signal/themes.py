"""Command handlers of the catalogue of themes: add, rename, merge and split themes, and undo the last two; and give
items a theme."""

from __future__ import annotations

from commands import decision_table as tables
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.signal import items
from domain.kernel.refusal import NotFound
from domain.signal import item, theme
from domain.signal.item import ITEM, CorrectItem
from domain.signal.theme import (
    THEME,
    AddTheme,
    GiveTheme,
    MergeTheme,
    RenameTheme,
    SeparateTheme,
    SplitTheme,
    ThemeSplit,
    ThemeSplitUndone,
    UndoThemeSplit,
    theme_id,
)


def add(executor: CommandExecutor, command: AddTheme, context: Context) -> Answer:
    """Add a theme. The same again finds the theme. Raises Refusal `theme-added-otherwise`, or as
    `CommandExecutor.run`."""
    id = theme_id(command.key)

    def work() -> UnitOfWork:
        before = executor.load(THEME, id)
        return UnitOfWork(id, [Change(id, before, theme.decide(before.state, command, id))])

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def rename(executor: CommandExecutor, id: str, command: RenameTheme, context: Context) -> Answer:
    """Rename a theme. Raises Refusal `not-found`, or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.existing(THEME, id)
        return UnitOfWork(id, [Change(id, before, theme.decide(before.state, command, id))])

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def merge(executor: CommandExecutor, id: str, command: MergeTheme, context: Context) -> Answer:
    """Merge a theme into another one. Raises Refusal `not-found`, or as `domain.signal.theme.decide_merge` and
    `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        part, target = (executor.existing(THEME, each) for each in (id, command.into))
        decided = theme.decide_merge(id, part.state, command.into, target.state)
        return UnitOfWork(id, [Change(each, {id: part}.get(each, target), events) for each, events in decided.items()])

    return executor.run(context, work, body=body_of(context, command, id), streams=[id, command.into])


def separate(executor: CommandExecutor, id: str, command: SeparateTheme, context: Context) -> Answer:
    """Undo a merge. Raises Refusal `not-found`, `not-merged`, or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        part = executor.existing(THEME, id)
        decided = theme.decide_separation(id, part.state)
        changes = []
        for each, events in decided.items():
            before = executor.existing(THEME, each)
            changes.append(Change(each, before, events))
        return UnitOfWork(id, changes)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def give(executor: CommandExecutor, id: str, command: GiveTheme, context: Context) -> Answer:
    """Say of items that they are of a theme, all or none: a correction of each. Raises Refusal `not-found` (the theme,
    or an item), `item-withdrawn`, or as `CommandExecutor.run`."""
    item_ids = tuple(dict.fromkeys(command.item_ids))
    filed = items.as_filed(executor, item_ids)

    def work() -> UnitOfWork:
        correction = CorrectItem(theme=executor.existing(THEME, id).state.key)
        changes: list[Change] = []
        for each in item_ids:
            before = executor.existing(ITEM, each)
            if before.state.withdrawn:
                raise item.item_withdrawn(each)
            events = items.corrected(executor, before.state, correction, filed[each], context)
            changes.append(Change(each, before, events))
        return UnitOfWork(id, changes)

    body, names = body_of(context, command, id), [tables.named(items.TABLE)]
    return executor.run(context, work, body=body, streams=[id, *item_ids], names=names)


def split(executor: CommandExecutor, id: str, command: SplitTheme, context: Context) -> Answer:
    """Split items of a theme off into another theme, all or none. The answer's id is the split's.

    Raises Refusal `not-found` (a theme, or an item), `merge-with-itself`, or as `domain.signal.item.split_off` and
    `CommandExecutor.run`.
    """
    item_ids = tuple(dict.fromkeys(command.item_ids))

    def work() -> UnitOfWork:
        before = executor.existing(THEME, id)
        into = executor.existing(THEME, command.into)
        if id == command.into:
            raise theme.same_theme()
        keys = before.state.key, into.state.key
        event = ThemeSplit(theme_id=id, split_id=command.split_id, into=command.into, item_ids=item_ids)
        changes: list[Change] = [Change(id, before, [event])]
        for each in item_ids:
            of_item = executor.existing(ITEM, each)
            changes.append(Change(each, of_item, item.split_off(of_item.state, each, *keys, command.split_id)))
        return UnitOfWork(command.split_id, changes)

    streams = [id, command.into, *item_ids]
    return executor.run(context, work, body=body_of(context, command, id), streams=streams)


def undo_split(executor: CommandExecutor, id: str, command: UndoThemeSplit, context: Context) -> Answer:
    """Undo a split: its items are about what they would be about without it. Raises Refusal `not-found` (also a split
    that was undone), or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.existing(THEME, id)
        item_ids = before.state.splits.get(command.split_id)
        if item_ids is None:
            raise NotFound("the split")
        changes: list[Change] = [Change(id, before, [ThemeSplitUndone(theme_id=id, split_id=command.split_id)])]
        for each in item_ids:
            of_item = executor.existing(ITEM, each)
            changes.append(Change(each, of_item, item.undo_split(of_item.state, each, command.split_id)))
        return UnitOfWork(id, changes)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def counts_as(executor: CommandExecutor, key: str) -> str:
    """The key of the theme as which a theme counts: that which it was merged into, if any. Outside of a command's
    turn."""
    seen = {key}
    while (state := executor.read(THEME, theme_id(key)).state) is not None and state.merged_into is not None:
        into = executor.read(THEME, state.merged_into).state
        if into is None or into.key in seen:
            return key
        key = into.key
        seen.add(key)
    return key
