"""The view of feedback items: each with its source, what it is about, and who decided so. It holds no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, LiteralString, assert_never

from psycopg import sql

from domain.kernel.event import Recorded
from domain.signal import item as i
from domain.signal.identity import Stage, signal_id
from domain.signal.item import Deed, ItemKind, JourneyStep, Stance
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View

DecidedBy = Literal["table", "person", "model"]
"""Who said of what theme an item is; `model`: a text model that was sure."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item. `signal_id`: the signal it belongs to; None until area, theme and stage are known, and once the item is
    withdrawn. `person_id`: who said or did it, whoever they were merged with since. `first_character`, `end_character`:
    the passage within the message. `stance`: whether the item is for the signal or against; null is for. `undecided`:
    why no table decided. `rules`: of the table, those that decided; `table_theme`: the theme that it
    answered, also where a person said otherwise. `corrected`: a person said otherwise than the
    table. `words`: how many words of its text were compared; `like_item`: the first item with nearly the same text,
    whoever said it. `product`: the company's word for what was ordered. `suggested_theme`: what a text model of the
    version `suggested_by` suggested last, with its `suggested_probability` (0 to 1)."""

    item_id: str
    person_id: str
    kind: ItemKind
    did: Deed | None
    conversation_id: str | None
    order_id: str | None
    message_id: str | None
    first_character: int | None
    end_character: int | None
    channel: str | None
    language: str | None
    segment: str | None
    prompted: bool
    said_at: datetime
    product_area: str | None
    theme: str | None
    step: JourneyStep | None
    stage: Stage | None
    weight: Decimal
    stance: Stance | None = None
    signal_id: str | None = None
    undecided: str | None = None
    decided_by: DecidedBy | None = None
    table_version: int | None = None
    table_theme: str | None = None
    rules: tuple[str, ...] = ()
    corrected: bool = False
    withdrawn: bool = False
    words: int | None = None
    like_item: str | None = None
    product: str | None = None
    suggested_theme: str | None = None
    suggested_probability: Decimal | None = None
    suggested_by: str | None = None


class Items(View[ItemRow, i.ItemEvent]):
    """Items by id."""

    name = "items"
    version = 5
    row = ItemRow
    key = ("item_id",)
    indexes = (
        "signal_id, said_at, item_id",
        "product_area, said_at DESC, item_id",
        "said_at DESC, item_id",
        "conversation_id",
        "theme",
    )

    def keys(self, recorded: Recorded[i.ItemEvent]) -> Iterable[Target]:
        """The item."""
        yield (recorded.originator_id,)

    def fold(self, row: ItemRow | None, recorded: Recorded[i.ItemEvent]) -> ItemRow | None:
        """The item after one more event."""
        event = recorded.event
        if isinstance(event, i.ItemFiled):
            return _filed(event)
        if row is None:
            return None
        match event:
            case i.ItemDecided():
                decision = event.decision
                rules = tuple(str(number) for number in decision.decided_by)
                answered = next(iter(decision.results()), {}).get("theme")
                theme = answered if isinstance(answered, str) else None
                row = replace(row, table_version=decision.version)
                if row.decided_by is None or row.decided_by == "table":  # else it only says what the theme means
                    row = replace(row, decided_by="table", table_theme=theme)
                return _placed(replace(row, rules=rules, undecided=None), event.placement)
            case i.ItemCorrected():
                corrected = row.corrected or row.decided_by in ("table", "model")
                return _placed(replace(row, decided_by="person", corrected=corrected), event.placement)
            case i.ItemTextCompared():
                return replace(row, words=event.words, like_item=event.like)
            case i.ItemThemeSuggested():
                first = event.suggestions[0]
                row = replace(
                    row,
                    suggested_theme=first.theme,
                    suggested_probability=first.probability,
                    suggested_by=event.model,
                    decided_by="model" if event.sure else row.decided_by,
                )
                return _placed(row, event.placement)
            case i.ItemSplitOff() | i.ItemSplitUndone():
                return _placed(row, event.placement)
            case i.ItemWithdrawn():
                return replace(row, withdrawn=True, signal_id=None)
            case _:
                assert_never(event)


def _filed(event: i.ItemFiled) -> ItemRow:
    source, placement = event.source, event.placement
    row = ItemRow(
        item_id=event.item_id,
        person_id=event.person_id,
        kind=event.kind,
        did=event.did,
        conversation_id=source.conversation_id,
        order_id=source.order_id,
        message_id=source.message_id,
        first_character=source.start,
        end_character=source.end,
        channel=event.channel,
        language=event.language,
        segment=event.segment,
        prompted=event.prompted,
        said_at=event.said_at,
        product_area=None,
        theme=None,
        step=None,
        stage=None,
        weight=placement.weight,
        undecided=event.undecided,
        product=event.product,
    )
    return _placed(row, placement)


def _placed(row: ItemRow, placement: i.RecordedPlacement) -> ItemRow:
    area, theme, stage = placement.product_area, placement.theme, placement.stage
    return replace(
        row,
        product_area=area,
        theme=theme,
        step=placement.step,
        stage=stage,
        weight=placement.weight,
        stance=placement.stance,
        signal_id=None if area is None or theme is None or stage is None else signal_id(area, theme, stage),
    )


ITEMS = Items()
TABLE = Table(ITEMS)

# -- reading

_NEWEST_FIRST = [("t.said_at", "timestamptz"), ("t.item_id", "text")]
ALL = Selection(
    "items", TABLE, order=_NEWEST_FIRST, descending=True,
    which="(%(area)s::text IS NULL OR t.product_area = %(area)s) AND (%(theme)s::text IS NULL OR t.theme = %(theme)s) "
    "AND (NOT %(without_signal)s OR (t.signal_id IS NULL AND NOT t.withdrawn))",
)  # fmt: skip
"""Items, the newest first: of an `area` or a `theme`, or (`without_signal`) those that belong to no signal yet."""
OF_SIGNAL = Selection("items", TABLE, order=_NEWEST_FIRST, descending=True, which="t.signal_id = %(id)s")
"""The items of a signal by its `id`, the newest first."""
OF_PERSON = Selection("items", TABLE, order=_NEWEST_FIRST, descending=True, which="t.person_id = %(id)s")
"""The items of what the person with this `id` said or did, for an export: it reads all items."""
ONE = Selection("item", TABLE, order=[("t.item_id", "text")], scope="t.item_id = %(id)s")
"""One item by its `id`."""


def by_id(connection: Connection, id: str) -> ItemRow | None:
    """An item by its id; None where there is none."""
    return next(iter(TABLE.select(connection, "WHERE item_id = %s AND NOT deleted", (id,))), None)


After = tuple[datetime, str]
"""The item behind which a page begins: when it was said, and its id."""


def of_conversation(
    connection: Connection, conversation_id: str, most: int, *, after: After | None = None
) -> list[ItemRow]:
    """The items of a conversation, the newest first, so many at most; those behind `after`."""
    return _newest(connection, "conversation_id = %s", conversation_id, most, after)


def of_signals(connection: Connection, ids: Sequence[str], most: int, *, after: After | None = None) -> list[ItemRow]:
    """The items of any of these signals, the newest first, so many at most; those behind `after`."""
    return _newest(connection, "signal_id = ANY (%s)", list(ids), most, after)


def _newest(
    connection: Connection, of: LiteralString, given: str | list[str], most: int, after: After | None
) -> list[ItemRow]:
    said_at, id = after or (None, None)
    rest = f"""WHERE {of} AND NOT deleted
    AND (%s::timestamptz IS NULL OR said_at < %s OR (said_at = %s AND item_id > %s))
    ORDER BY said_at DESC, item_id LIMIT %s"""
    return TABLE.select(connection, rest, (given, said_at, said_at, said_at, id, most))


@dataclass(frozen=True, slots=True)
class ThemeCorrections:
    """A theme that the table of themes decided: of how many items, of how many of these another theme is said now, and
    which one mostly."""

    theme: str
    decided: int
    corrected: int
    mostly: str | None

    @property
    def share(self) -> float:
        """How many were corrected, of all that were decided so."""
        return self.corrected / self.decided


MOST_CORRECTIONS = 500
"""How many themes are told of at most."""
_CORRECTIONS = sql.SQL(
    """SELECT t.table_theme, count(*), count(*) FILTER (WHERE t.theme IS DISTINCT FROM t.table_theme),
  mode() WITHIN GROUP (ORDER BY t.theme) FILTER (WHERE t.theme IS DISTINCT FROM t.table_theme)
FROM {} AS t WHERE t.table_theme IS NOT NULL AND NOT t.deleted GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT %s"""
).format(TABLE.name)


def corrections(connection: Connection) -> list[ThemeCorrections]:
    """The themes that the table decided, those corrected most often first."""
    return [ThemeCorrections(*row) for row in connection.execute(_CORRECTIONS, (MOST_CORRECTIONS,)).fetchall()]


@dataclass(frozen=True, slots=True)
class SuggestionCorrections:
    """A theme that a text model suggested: of how many items; of how many of these a theme is known by now; of how many
    that is another theme, and which one mostly."""

    theme: str
    suggested: int
    known: int
    corrected: int
    mostly: str | None

    @property
    def share(self) -> float | None:
        """How many were corrected, of those whose theme is known by now; None where it is of none."""
        return self.corrected / self.known if self.known else None


_SUGGESTED = sql.SQL(
    """SELECT t.suggested_theme, count(*), count(t.theme), count(t.theme) FILTER (WHERE t.theme <> t.suggested_theme),
  mode() WITHIN GROUP (ORDER BY t.theme) FILTER (WHERE t.theme <> t.suggested_theme)
FROM {} AS t WHERE t.suggested_theme IS NOT NULL AND NOT t.deleted GROUP BY 1 ORDER BY 4 DESC, 2 DESC, 1 LIMIT %s"""
).format(TABLE.name)


def suggestion_corrections(connection: Connection) -> list[SuggestionCorrections]:
    """The themes that text models suggested, those corrected most often first."""
    return [SuggestionCorrections(*row) for row in connection.execute(_SUGGESTED, (MOST_CORRECTIONS,)).fetchall()]
