"""Projectors: the subscription of a view. Its rows are loaded, folded and written in the host's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from domain.kernel.event import Event, Recorded
from infra.postgres.database import Connection
from infra.subscriptions.shards import shard_of
from infra.views.tables import Rows, Table
from infra.views.versions import go_live
from infra.views.view import Again, Beside, Key, Match, Target, View, fold_page

R = TypeVar("R")


class Projector(Generic[R]):
    """Keeps one table of a view, or one shard's rows in it, up to date with the log."""

    def __init__(self, view: View[R, Any], suffix: str = "", shard: int = 0, *, opened: bool = True) -> None:
        """`suffix` names another table of the same view, such as the table that a rebuild fills. `opened`: whether
        personal texts are opened, or read as erased."""
        self.view = view
        self.opened = opened
        self.shard = shard
        self.shards = view.shards
        self.name = view.name + suffix
        self.orders = view.name
        self.version = view.version
        self.reads = frozenset(event.stored_name for event in view.reads)
        self.at_once = frozenset(event.stored_name for event in view.at_once)
        self.table = Table(view, suffix)

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Fold a page into the table. Several changes of one row are one write."""
        self.begin(recorded_events, connection)()

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        """Ask for the rows that a page is folded into. The answer takes the page, with these rows."""
        work = [(recorded, tuple(self.view.keys(recorded))) for recorded in recorded_events]
        keys, again, matches = _apart(work)
        self._check_everywhere(work)
        beside = {target.other for _, targets in work for target in targets if isinstance(target, Beside)}
        asked = self.table.ask(connection, again if self.view.grows else keys | again | beside)
        matching = [self.table.ask_matching(connection, match) for match in matches]
        return lambda: self._fold(work, asked, matching, connection)

    def _fold(
        self,
        work: Sequence[tuple[Recorded[Event], Sequence[Target]]],
        asked: Rows[R],
        matching: Sequence[Rows[R]],
        connection: Connection,
    ) -> None:
        rows = asked()
        self._check_own(rows.values())
        for each in matching:
            rows |= self._own(each())
        known = set(rows)
        changed = fold_page(self.view, work, rows)
        self._check_own(rows[key] for key in changed if key in rows)
        born = {key for key in changed if key in rows and key not in known} if self.view.grows else set()
        self.table.add(connection, [(rows[key], changed[key]) for key in born])
        self.table.upsert(connection, [(key, rows.get(key), at) for key, at in changed.items() if key not in born])

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """Give every row that these events reach a new position, so that readers of changes read the row again."""
        keys, again, matches = _apart([(recorded, tuple(self.view.keys(recorded))) for recorded in recorded_events])
        keys |= again
        if self.shards > 1:
            keys = keys.union(*(self._own(self.table.ask_matching(connection, match)()) for match in matches))
            matches = set()
        self.table.touch(connection, keys, matches, position)

    def waits_for(self, recorded: Recorded[Event]) -> Iterable[str]:
        """The streams of the rows that an event is folded beside."""
        return (target.stream for target in self.view.keys(recorded) if isinstance(target, Beside))

    def waiting_behind(self, recorded: Recorded[Event]) -> Iterable[str]:
        """The streams with an event that is folded beside a row of this event's stream."""
        return self.view.waiting_behind(recorded)

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Let a table that was built beside another go live; a rebuild's table waits for the rebuild."""
        return bool(self.table.suffix) or go_live(connection, self.view.name, self.version, position)

    def _own(self, rows: dict[Key, R]) -> dict[Key, R]:
        """The shard's own rows among those that match: other lease holders work on the others."""
        return {key: row for key, row in rows.items() if self._owns(row)}

    def _owns(self, row: R) -> bool:
        return self.shards == 1 or shard_of(getattr(row, str(self.view.stream)), self.shards) == self.shard

    def _check_own(self, rows: Iterable[R]) -> None:
        if self.shards > 1 and not all(map(self._owns, rows)):
            raise TypeError(f"a row of {self.view.name} is reached from a stream that it is not made from")

    def _check_everywhere(self, work: Sequence[tuple[Recorded[Event], Sequence[Target]]]) -> None:
        if self.shards > 1 and any(isinstance(target, Beside) for _, targets in work for target in targets):
            raise TypeError(f"{self.view.name} has shards, and is to see a row that another of them makes")
        reaching = (
            recorded.event for recorded, targets in work if any(isinstance(target, Match) for target in targets)
        )
        if self.shards > 1 and not all(event.stored_name in self.at_once for event in reaching):
            raise TypeError(
                f"{self.view.name} has shards, and is to match rows by an event that only one of them hears"
            )


def projectors_of(view: View[R, Any], suffix: str = "", *, opened: bool = True) -> list[Projector[R]]:
    """A projector for each shard of the view; `opened` as of `Projector`."""
    return [Projector(view, suffix, shard, opened=opened) for shard in range(view.shards)]


def _apart(work: Sequence[tuple[Recorded[Event], Sequence[Target]]]) -> tuple[set[Key], set[Key], set[Match]]:
    keys: set[Key] = set()
    again: set[Key] = set()
    matches: set[Match] = set()
    for _, targets in work:
        for target in targets:
            if isinstance(target, Match):
                matches.add(target)
            elif isinstance(target, Again):
                again.add(target.key)
            elif isinstance(target, Beside):
                keys.add(target.key)
            else:
                keys.add(target)
    return keys, again, matches
