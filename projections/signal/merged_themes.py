"""Where merged themes leave the signals: what is of a theme that was merged into another one counts for the other one's
signal. Nothing of it is kept, so that an undo needs nothing to be put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import sql

from domain.signal.identity import signal_id
from infra.postgres.database import Connection
from projections.signal import items, themes

_MERGED = "WHERE NOT deleted AND (merged_into IS NOT NULL OR cardinality(parts) > 0)"
_SIGNALS = sql.SQL(
    "SELECT DISTINCT t.signal_id, t.product_area, t.theme, t.stage FROM {} AS t"
    " WHERE t.theme = ANY (%s) AND t.signal_id IS NOT NULL AND NOT t.deleted"
).format(items.TABLE.name)


@dataclass(frozen=True, slots=True)
class MergedThemes:
    """Merged themes: by key, that of the theme as which each counts; and their signals: of each, the signal as which it
    counts, and the theme of that."""

    themes: Mapping[str, str]
    signals: Mapping[str, tuple[str, str]]

    def those_of(self, id: str) -> list[str]:
        """A signal, and all that count as it."""
        return [id, *(one for one, (into, _) in self.signals.items() if into == id)]

    def given(self) -> dict[str, list[str]]:
        """As the parameters of a statement."""
        return {
            "moved": list(self.signals),
            "moved_into": [into for into, _ in self.signals.values()],
            "moved_theme": [theme for _, theme in self.signals.values()],
        }


def read(connection: Connection) -> MergedThemes:
    """The signals of all merged themes."""
    rows = {each.theme_id: each for each in themes.TABLE.select(connection, _MERGED)}
    merged = {each.key: _root(rows, each).key for each in rows.values() if each.merged_into is not None}
    found = connection.execute(_SIGNALS, (list(merged),)).fetchall() if merged else []
    return MergedThemes(
        merged, {id: (signal_id(area, merged[theme], stage), merged[theme]) for id, area, theme, stage in found}
    )


def signals_as(connection: Connection, id: str) -> list[str]:
    """A signal, and those of merged themes that count as it."""
    return read(connection).those_of(id)


def _root(rows: Mapping[str, themes.ThemeRow], row: themes.ThemeRow) -> themes.ThemeRow:
    seen = {row.theme_id}
    while (into := rows.get(row.merged_into or "")) is not None and into.theme_id not in seen:
        seen.add(into.theme_id)
        row = into
    return row
