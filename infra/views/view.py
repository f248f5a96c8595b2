"""A view is a pure fold of the log into rows. Whatever is not pure about it is done once for all views, in
`infra/views/projector.py` and `infra/views/tables.py`; here it also runs in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from domain.kernel.event import Event, Recorded

R = TypeVar("R")
E = TypeVar("E", bound=Event, contravariant=True)
Key = tuple[Any, ...]
"""A row's key: its values in the order of the view's `key`."""


@dataclass(frozen=True, slots=True)
class Match:
    """All rows whose `column` equals `value`: how an event reaches rows whose keys it does not know.

    The view declares an index that begins with the column.
    """

    column: str
    value: Any


@dataclass(frozen=True, slots=True)
class Again:
    """The row with this key, which came before: how an event reaches it in a view that grows. Where there is none, the
    event passes by."""

    key: Key


Target = Key | Match | Again


@dataclass(frozen=True, slots=True)
class Wiped:
    """Marks a column that shows personal text: `text: Annotated[str | None, WIPED]`.

    The fold puts ERASED in its place on erasure, and the database keeps no statistics of it: those are samples of its
    values, and would outlive the wiping.
    """


WIPED = Wiped()


class View(ABC, Generic[R, E]):
    """What can be seen: `keys` says which rows an event reaches, `fold` what becomes of each. Both are pure.

    A change of either, or of the row, raises `version`: the new version is a table and a follower of its own.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    row: type[R]
    """A frozen dataclass. Its annotations make the table (`infra/views/tables.py` has the list)."""
    key: ClassVar[tuple[str, ...]]
    """The fields that name a row; never None."""
    reads: ClassVar[frozenset[type[Event]]]
    """Of the class's second argument: `View[Row, Opened | Closed]` reads these two."""
    grows: ClassVar[bool] = False
    """Every key comes once, so that rows are copied in and nothing is loaded first. `Match` and `Again` still reach
    them."""
    indexes: ClassVar[tuple[str, ...]] = ()
    """Column lists in SQL, such as `customer_id, at DESC`; another access method is said as `USING gin (words)`."""
    computed: ClassVar[Mapping[str, str]] = {}
    """Columns that PostgreSQL computes from the row's others, by name: a type and an expression, such as
    `tsvector GENERATED ALWAYS AS (…) STORED`. No fold sees them; like wiped columns, they are never sampled."""
    document: ClassVar[Mapping[str, str] | None] = None
    """Not None: each row's JSON is kept beside it, for a view whose pages are asked for most. Making it takes
    PostgreSQL three times as long as finding the rows; keeping it takes three times the room. A boolean
    that is shown otherwise than it stands (`instead` of a `Selection`, one at most) is kept as said here, in SQL: what
    it nearly always shows."""
    at_once: ClassVar[frozenset[type[Event]]] = frozenset()
    """Events that also take effect while their stream is parked, and once more when their turn comes: an erasure waits
    for nobody. They yield `Match` only, and folding them twice is as good as once."""

    shards: ClassVar[int] = 1
    """In how many shards the view is followed, each taking in the streams that fall to it; another number is another
    version. More than one needs `stream`, and that a row is reached from no stream but that one and those that fall to
    the same shard (`infra/subscriptions/shards.py`), and else by the `Match` of events that are taken in `at_once`:
    those reach every shard, and in each its own rows."""
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
        """The rows an event reaches, in the order in which they are to be folded."""

    @abstractmethod
    def fold(self, row: R | None, recorded: Recorded[E]) -> R | None:
        """What becomes of one of these rows: None where there was none, and to remove it.

        The very row it was given means "nothing changed here", and the row keeps its position. An equal one that was
        made anew is a change: whether a text was wiped or read as erased already, the wiping shows at the same place.
        """


AnyView = View[Any, Any]
"""A view of whatever rows, made from whatever events."""
Placed = tuple[R | None, int]
"""A row (None: removed) and the position of the event that last changed it."""


def fold_page(
    view: View[R, Any], page: Sequence[tuple[Recorded[Event], Sequence[Target]]], rows: dict[Key, R]
) -> dict[Key, int]:
    """Fold recorded events into `rows`, which holds all the rows they reach and is changed in place.

    Answers the keys that changed, with the position of the last change; one that is not in `rows` is to be removed.
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
            else:
                reached = [target]
            for key in reached:
                before = rows.get(key)
                after = fold(before, recorded)
                if after is before:
                    continue
                changed[key] = position
                if after is None:
                    del rows[key]
                else:
                    rows[key] = after
    return changed


def fold_in_memory(view: View[R, Any], recorded_events: Iterable[Recorded[Event]]) -> dict[Key, Placed[R]]:
    """What the view's table holds after these events, worked out without a database. Removed rows leave (None, n).

    Raises ValueError where a view that grows comes upon the same key twice, as its table would.
    """
    rows: dict[Key, R] = {}
    positions: dict[Key, int] = {}
    for recorded in recorded_events:
        if type(recorded.event) not in view.reads:
            continue
        targets = tuple(view.keys(recorded))
        if view.grows and (twice := [each for each in targets if isinstance(each, tuple) and each in rows]):
            raise ValueError(f"{view.name} grows, and has {twice[0]} already")
        positions |= fold_page(view, [(recorded, targets)], rows)
    return {key: (rows.get(key), position) for key, position in positions.items()}
