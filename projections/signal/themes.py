"""The view of the catalogue of themes: each with its name, and what it was merged into or split off from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.kernel.event import Recorded
from domain.signal import theme as t
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme. `version`: how many events it has had; `changed_at`, `changed_by`: the last of them. `former_names`: the
    oldest first. `merged_into`: the theme as which it counts. `parts`: themes that count as this one. `splits`: the ids
    of splits of it that stand."""

    theme_id: str
    key: str
    name: str
    version: int
    changed_at: datetime
    changed_by: str
    former_names: tuple[str, ...] = ()
    merged_into: str | None = None
    parts: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()


class Themes(View[ThemeRow, t.ThemeEvent]):
    """Themes by id."""

    name = "themes"
    row = ThemeRow
    key = ("theme_id",)
    indexes = ("key", "merged_into")

    def keys(self, recorded: Recorded[t.ThemeEvent]) -> Iterable[Target]:
        """The theme."""
        yield (recorded.originator_id,)

    def fold(self, row: ThemeRow | None, recorded: Recorded[t.ThemeEvent]) -> ThemeRow | None:
        """The theme after one more event."""
        event, version = recorded.event, recorded.originator_version
        if isinstance(event, t.ThemeAdded):
            by = recorded.envelope.actor.id
            return ThemeRow(recorded.originator_id, event.key, event.name, version, recorded.at, by)
        if row is None:
            return None
        row = replace(row, version=version, changed_at=recorded.at, changed_by=recorded.envelope.actor.id)
        match event:
            case t.ThemeRenamed():
                return replace(row, name=event.name, former_names=(*row.former_names, event.previous))
            case t.ThemeMerged():
                return replace(row, merged_into=event.into)
            case t.ThemeSeparated():
                return replace(row, merged_into=None)
            case t.ThemePartJoined():
                return replace(row, parts=(*row.parts, event.part))
            case t.ThemePartLeft():
                return replace(row, parts=tuple(each for each in row.parts if each != event.part))
            case t.ThemeSplit():
                return replace(row, splits=(*row.splits, event.split_id))
            case t.ThemeSplitUndone():
                return replace(row, splits=tuple(each for each in row.splits if each != event.split_id))
            case _:
                assert_never(event)


THEMES = Themes()
TABLE = Table(THEMES)

# -- reading

ALL = Selection("themes", TABLE, order=[("t.key", "text")])
"""Themes by key."""
ONE = Selection("theme", TABLE, order=[("t.theme_id", "text")], scope="t.theme_id = %(id)s")
"""One theme by its `id`."""


def keys(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The keys of these themes by id."""
    rows = TABLE.select(connection, "WHERE theme_id = ANY (%s) AND NOT deleted", (list(ids),))
    return {each.theme_id: each.key for each in rows}
