"""Which conversations of the inbox are asked for: a filter, and its condition in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from domain.conversation import events as c
from domain.conversation.events import Priority, Status
from domain.conversation.interaction import InteractionKind

NOBODY = "null"
"""In place of a team's or an agent's id: conversations that no team, or no agent, has."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations; None is any, and several values mean any of them. Without a status: all that are not closed.
    Times: from the first one on, and before the other."""

    status: Sequence[Status] | None = None
    kind: Sequence[InteractionKind] | None = None
    team_id: Sequence[str] | None = None
    agent_id: Sequence[str] | None = None
    product_area: Sequence[str] | None = None
    channel: Sequence[str] | None = None
    language: Sequence[str] | None = None
    priority: Sequence[Priority] | None = None
    segment: Sequence[str] | None = None
    person_requested: bool | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None

    def parameters(self) -> dict[str, list[str] | bool | str | None]:
        """The parameters of ITEMS and BY_DUE, which may stand in JSON."""
        return {name: _parameter(value) for name, value in asdict(self).items()}


NOT_CLOSED = Filter()
"""All conversations that are not closed."""


def _parameter(value: Sequence[str] | datetime | bool | None) -> list[str] | bool | str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else list(value)


def _any_of(name: str, column: str) -> str:
    """SQL: the column is one of the values of a parameter. One value alone is compared by `=`, which finds its rows in
    the order of an index."""
    values = f"%({name})s::text[]"
    return (
        f" AND ({values} IS NULL OR {column} = ANY ({values}) OR '{NOBODY}' = ANY ({values}) AND {column} IS NULL)"
        f" AND (coalesce(cardinality({values}), 0) <> 1 OR '{NOBODY}' = ANY ({values}) OR {column} = ({values})[1])"
    )


def _within(name: str, column: str) -> str:
    """SQL: the column's time is within the range of two parameters."""
    begin, end = (f"%({name}_{which})s::timestamptz" for which in ("from", "before"))
    return f" AND ({begin} IS NULL OR {column} >= {begin}) AND ({end} IS NULL OR {column} < {end})"


IS_CLOSED = "t.status IN ({})".format(", ".join(f"'{status}'" for status in c.CLOSED))
"""Whether a conversation is closed, in SQL."""
FITS = (
    f"CASE WHEN %(status)s::text[] IS NULL THEN NOT {IS_CLOSED}"
    " ELSE t.status = ANY (%(status)s::text[]) END"
    " AND (%(kind)s::text[] IS NULL OR t.kinds && %(kind)s::text[])"
    + "".join(_any_of(name, f"t.{name}") for name in ("team_id", "agent_id"))
    + "".join(
        f" AND (%({name})s::text[] IS NULL OR t.{name} = ANY (%({name})s::text[]))"
        for name in ("product_area", "channel", "language", "priority", "segment")
    )
    + _within("opened", "t.opened_at")
    + _within("due", "t.due_at")
    + " AND (%(person_requested)s::boolean IS NULL"
    " OR (t.person_requested_at IS NOT NULL) = %(person_requested)s::boolean)"
    " AND t.merged_into IS NULL"
)
"""Whether a conversation is one of a Filter's, in SQL; its parameters are the fields of the Filter."""
