"""The catalogue of themes: each a stream of its own, with a key, a name, and what it was merged with or split into. The
versions of a theme are its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Frozen, Label
from domain.signal.item import ThemeKey

_THEMES: Final = UUID("b9a9f6c1-4f0e-5c55-8a35-52b1f3a1c0d7")
"""The namespace of themes. It never changes: another one would give every theme another id."""
MOST_PARTS: Final = 100
"""How many themes may be merged into one."""
MOST_SPLIT: Final = 100
"""How many items are split off at once."""
MOST_GIVEN: Final = 100
"""How many items are given a theme at once."""


def theme_id(key: str) -> str:
    """The id of the theme of this key."""
    return f"theme-{uuid5(_THEMES, key)}"


# -- events


class ThemeAdded(Event, name="theme.added", published_as=None):
    """A theme was added to the catalogue."""

    theme_id: str
    key: Text
    name: Text


class ThemeRenamed(Event, name="theme.renamed", published_as=None):
    """A theme got another name. The key stays."""

    theme_id: str
    name: Text
    previous: Text


class ThemeMerged(Event, name="theme.merged", published_as=None):
    """The theme was merged into another one: what is of it counts as of the other one, until the merge is undone."""

    theme_id: str
    into: str


class ThemeSeparated(Event, name="theme.separated", published_as=None):
    """A merge was undone."""

    theme_id: str
    out_of: str


class ThemePartJoined(Event, name="theme.part-joined", published_as=None):
    """Another theme was merged into this one."""

    theme_id: str
    part: str


class ThemePartLeft(Event, name="theme.part-left", published_as=None):
    """Another theme was merged into this one, and that was undone."""

    theme_id: str
    part: str


class ThemeSplit(Event, name="theme.split", published_as=None):
    """Items of the theme are of another theme from now on. Each item has an event of its own."""

    theme_id: str
    split_id: str
    into: str
    item_ids: tuple[str, ...]


class ThemeSplitUndone(Event, name="theme.split-undone", published_as=None):
    """A split was undone."""

    theme_id: str
    split_id: str


ThemeEvent = (
    ThemeAdded | ThemeRenamed | ThemeMerged | ThemeSeparated | ThemePartJoined | ThemePartLeft | ThemeSplit
    | ThemeSplitUndone
)  # fmt: skip


# -- state


@dataclass(frozen=True, slots=True)
class Theme:
    """The aggregate state of a theme. `merged_into`, `parts`: ids of themes. `splits`: by the id of each split that
    stands, the items that were split off."""

    key: str
    name: str
    merged_into: str | None = None
    parts: tuple[str, ...] = ()
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def evolve(state: Theme | None, event: ThemeEvent) -> Theme | None:
    """Fold one event into the state."""
    if isinstance(event, ThemeAdded):
        return Theme(event.key, event.name)
    if state is None:
        return None
    match event:
        case ThemeRenamed():
            return replace(state, name=event.name)
        case ThemeMerged():
            return replace(state, merged_into=event.into)
        case ThemeSeparated():
            return replace(state, merged_into=None)
        case ThemePartJoined():
            return replace(state, parts=(*state.parts, event.part))
        case ThemePartLeft():
            return replace(state, parts=tuple(each for each in state.parts if each != event.part))
        case ThemeSplit():
            return replace(state, splits={**state.splits, event.split_id: event.item_ids})
        case ThemeSplitUndone():
            return replace(state, splits={id: each for id, each in state.splits.items() if id != event.split_id})
        case _:
            assert_never(event)


THEME = Stream("theme", ThemeEvent, evolve)


# -- commands


class AddTheme(Frozen):
    """Add a theme to the catalogue."""

    key: ThemeKey
    name: Label


class RenameTheme(Frozen):
    """Give a theme another name. The key stays, and with it all that is of the theme."""

    name: Label


class MergeTheme(Frozen):
    """Merge a theme into another one: what is of it counts as of the other one."""

    into: str


class SeparateTheme(Frozen):
    """Undo a merge."""


class GiveTheme(Frozen):
    """Say of some items that they are of this theme, whatever they were of."""

    item_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_GIVEN)]


class SplitTheme(Frozen):
    """Say of some items of a theme that they are of another theme."""

    into: str
    item_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_SPLIT)]
    split_id: str = Field(default_factory=lambda: new_id("split"))


class UndoThemeSplit(Frozen):
    """Undo a split: its items are of the theme again, but for those that somebody has corrected since."""

    split_id: str


# -- decisions


def decide(state: Theme | None, command: AddTheme | RenameTheme, id: str) -> list[Event]:
    """Decide the events of a command on one theme; [] where the command changes nothing.

    Raises Refusal `not-found`, `theme-added-otherwise`.
    """
    if isinstance(command, AddTheme):
        if state is None:
            return [ThemeAdded(theme_id=id, key=command.key, name=command.name)]
        if state.name != command.name:
            raise Refusal("theme-added-otherwise", "a theme has this key and another name; rename it, or take another")
        return []
    if state is None:
        raise NotFound("the theme")
    if state.name == command.name:
        return []
    return [ThemeRenamed(theme_id=id, name=command.name, previous=state.name)]


def decide_merge(part_id: str, part: Theme, target_id: str, target: Theme) -> Mapping[str, list[Event]]:
    """Decide the events of a merge, by theme, the part's first.

    Raises Refusal `merge-with-itself`, `merged-already`, `target-merged`, `parts-too-many`.
    """
    if part_id == target_id:
        raise same_theme()
    if part.merged_into is not None:
        raise Refusal("merged-already", f"{part_id} was merged into {part.merged_into}; separate them first")
    if target.merged_into is not None:
        raise Refusal("target-merged", f"{target_id} was merged into {target.merged_into}; merge into that one")
    if len(target.parts) >= MOST_PARTS:
        raise Refusal("parts-too-many", f"a theme has {MOST_PARTS} parts at most; merge into another one")
    return {
        part_id: [ThemeMerged(theme_id=part_id, into=target_id)],
        target_id: [ThemePartJoined(theme_id=target_id, part=part_id)],
    }


def decide_separation(part_id: str, part: Theme) -> Mapping[str, list[Event]]:
    """Decide the events of an undo, by theme, the part's first. Raises Refusal `not-merged`."""
    if part.merged_into is None:
        raise Refusal("not-merged", "the theme is not merged into another one; there is nothing to undo")
    return {
        part_id: [ThemeSeparated(theme_id=part_id, out_of=part.merged_into)],
        part.merged_into: [ThemePartLeft(theme_id=part.merged_into, part=part_id)],
    }


def same_theme() -> Refusal:
    """The refusal to merge a theme into itself, or to split it into itself."""
    return Refusal("merge-with-itself", "the other theme is the same one; check the ids")
