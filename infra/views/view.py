"""Views: pure folds of the log into rows. What is not pure is done once for all views, in `infra/views/projector.py`
and `infra/views/tables.py`; here a view also runs in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from pydantic import Field

from domain.kernel.event import Event, Recorded

R = TypeVar("R")
E = TypeVar("E", bound=Event, contravariant=True)
Key = tuple[Any, ...]
"""The key of a row: its values in the order of the view's `key`."""


@dataclass(frozen=True, slots=True)
class Match:
    """All rows whose `column` equals `value`: reaches rows whose keys the event does not know.

    The view declares an index that begins with the column.
    """

    column: str
    value: Any


@dataclass(frozen=True, slots=True)
class Again:
    """An earlier row with this key, in a view that grows. Without such a row, nothing happens."""

    key: Key


@dataclass(frozen=True, slots=True)
class Beside:
    """The row with this key, folded in sight of an `other` row of the same view (`View.fold_beside`): how what two
    streams say comes together in one row. `stream`: the one from which the other row is made.

    While that stream has quarantined events, the event waits behind them (`infra/subscriptions/subscription.py`).
    """

    key: Key
    other: Key
    stream: str


Target = Key | Match | Again | Beside


@dataclass(frozen=True, slots=True)
class Wiped:
    """Marks a column that shows personal text: `text: Annotated[str | None, WIPED]`.

    The fold writes ERASED into it on erasure. The database keeps no statistics of the column: statistics are samples of
    its values, and would outlive the wiping.
    """


WIPED = Wiped()

HIDDEN = Field(exclude=True)
"""Marks a column that only the fold needs: `taken: Annotated[bool, HIDDEN]`. No JSON shows it, and no JSON schema."""


class View(ABC, Generic[R, E]):
    """A view: `keys` says which rows an event reaches, `fold` what becomes of each row. Both are pure.

    A change of either, or of the row, raises `version`: the new version is a table and a subscription of its own.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    row: type[R]
    """A frozen dataclass. Its annotations make the table (`infra/views/tables.py` has the list)."""
    key: ClassVar[tuple[str, ...]]
    """The fields that identify a row; never None."""
    reads: ClassVar[frozenset[type[Event]]]
    """From the class's second argument: `View[Row, Opened | Closed]` reads these two."""
    grows: ClassVar[bool] = False
    """Whether every key comes once, so that rows are copied in and nothing is loaded first. `Match` and `Again` still
    reach rows."""
    indexes: ClassVar[tuple[str, ...]] = ()
    """Column lists in SQL, such as `customer_id, at DESC`; another access method as in `USING gin (words)`."""
    computed: ClassVar[Mapping[str, str]] = {}
    """Columns that PostgreSQL computes from the row's others, by name: a type and an expression, such as
    `tsvector GENERATED ALWAYS AS (…) STORED`. No fold sees them; like wiped columns, they have no statistics."""
    document: ClassVar[Mapping[str, str] | None] = None
    """Not None: each row's JSON is stored beside it, for a view whose pages are read most. To make the JSON takes
    PostgreSQL three times as long as to find the rows; to store it takes three times the room. A boolean that is shown
    as another value (`instead` of a `Selection`, at most one) is stored as given here, in SQL: as the value that it
    nearly always shows."""
    at_once: ClassVar[frozenset[type[Event]]] = frozenset()
    """Events that take effect even while their stream is quarantined, and once more when their turn comes: an erasure
    does not wait. They yield `Match` only, and folding them twice must change nothing."""

    shards: ClassVar[int] = 1
    """The number of shards, each of which takes in some of the streams; another number is another version. More than
    one needs `stream`. A row must be reached from that stream only, from streams of the same shard
    (`infra/subscriptions/shards.py`), and by the `Match` of `at_once` events: those reach every shard, and in each its
    own rows."""
    stream: ClassVar[str | None] = None
    """The column that holds the stream a row is made from."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in cls.__dict__.get("__orig_bases__", ()):
            if get_origin(base) is View and "reads" not in cls.__dict__:
                events = get_args(base)[1]
                cls.reads = frozenset(get_args(events) or (events,))

    @abstractmethod
    def keys(self, recorded: Recorded[E]) -> Iterable[Target]:
        """The rows that an event reaches, in the order in which to fold them."""

    @abstractmethod
    def fold(self, row: R | None, recorded: Recorded[E]) -> R | None:
        """One of these rows after the event. `row` is None where there is none; answer None to remove the row.

        The same object means that nothing changed, and the row keeps its position. An equal but new object is a change:
        so an erasure shows at the same place, whether a text was wiped or read as erased already.
        """

    def fold_beside(self, row: R | None, other: R | None, recorded: Recorded[E]) -> R | None:
        """As `fold`, of a row that is reached by `Beside`."""
        raise NotImplementedError(f"{self.name} reaches no row beside another")

    def waiting_behind(self, recorded: Recorded[Event]) -> Iterable[str]:
        """The streams with an event that is folded `Beside` a row of this event's stream, because of this event."""
        return ()


AnyView = View[Any, Any]
"""A view with any rows and events."""
Placed = tuple[R | None, int]
"""A row (None: removed) and the position of the event that last changed it."""


def fold_page(
    view: View[R, Any], page: Sequence[tuple[Recorded[Event], Sequence[Target]]], rows: dict[Key, R]
) -> dict[Key, int]:
    """Fold recorded events into `rows`, which holds all rows that they reach and is changed in place.

    Answers the keys that changed, with the position of the last change; a key that is not in `rows` was removed.
    """
    changed: dict[Key, int] = {}
    fold = view.fold
    for recorded, targets in page:
        position = recorded.position
        for target in targets:
            if isinstance(target, Match):
                reached = [key for key, row in rows.items() if getattr(row, target.column) == target.value]
            elif isinstance(target, Again):
                reached = [target.key] if target.key in rows else []
            elif isinstance(target, Beside):
                reached = [target.key]
            else:
                reached = [target]
            for key in reached:
                before = rows.get(key)
                if isinstance(target, Beside):
                    after = view.fold_beside(before, rows.get(target.other), recorded)
                else:
                    after = fold(before, recorded)
                if after is before:
                    continue
                changed[key] = position
                if after is None:
                    del rows[key]
                else:
                    rows[key] = after
    return changed


class InMemory(Generic[R]):
    """The content of a view's table, computed event by event without a database."""

    def __init__(self, view: View[R, Any]) -> None:
        self._view = view
        self._rows: dict[Key, R] = {}
        self._positions: dict[Key, int] = {}

    def take(self, recorded: Recorded[Event]) -> None:
        """Take one event in. Raises ValueError where a view that grows meets the same key twice, as its table would."""
        view, rows = self._view, self._rows
        if type(recorded.event) not in view.reads:
            return
        targets = tuple(view.keys(recorded))
        if view.grows and (twice := [each for each in targets if isinstance(each, tuple) and each in rows]):
            raise ValueError(f"{view.name} grows, and has {twice[0]} already")
        self._positions |= fold_page(view, [(recorded, targets)], rows)

    def rows(self) -> dict[Key, Placed[R]]:
        """The rows by key. Removed rows leave (None, n)."""
        return {key: (self._rows.get(key), position) for key, position in self._positions.items()}


def fold_in_memory(view: View[R, Any], recorded_events: Iterable[Recorded[Event]]) -> dict[Key, Placed[R]]:
    """The content of a view's table after these events, as of `InMemory`."""
    folded = InMemory(view)
    for recorded in recorded_events:
        folded.take(recorded)
    return folded.rows()
