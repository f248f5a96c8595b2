"""Rebuilds: a view replayed from zero beside the live table, then compared with that table or put in its place."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from domain.kernel.refusal import Overloaded, Refusal
from infra.failures import backoff
from infra.log.application import Log
from infra.postgres.database import Connection, Database, connect, deadline
from infra.subscriptions.lease import subscription_statuses
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import projectors_of
from infra.views.schema import make_table
from infra.views.tables import Table
from infra.views.versions import drop
from infra.views.view import AnyView

SUFFIX = "_rebuild"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs between the tables: its key and the columns that differ, never their content.

    Without columns, the row is in one of the tables only.
    """

    key: tuple[Any, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`rows` of the rebuilt view (removed ones too) at `position`; `differing` counts, `examples` names some."""

    rows: int
    position: int
    differing: int
    examples: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class HashedRows:
    """The rows of a replay from zero (removed ones too) at `position`, and their hash."""

    rows: int
    position: int
    sha256: str


class _InUse(Exception):
    """The table is being read."""


class Rebuild:
    """Rebuilds one view beside its live table. At most one rebuild of a view at a time."""

    LEASE_SECONDS = 30.0
    LOCK_SECONDS = 10.0
    """How long to wait for the page that the live projector has under way."""
    SWITCH_SECONDS = (0.2, 0.2, 0.4, 0.4, 0.8, 0.8, 1.2, 1.6)
    """How long each attempt to switch waits for readers of the table, while all later readers wait for it. After more
    than a second, autovacuum gives way; no attempt is as long as a read may take."""
    LONGEST_SECONDS = 900.0
    """How long a comparison may take; a connection that died silently ends then, too."""

    def __init__(
        self,
        log: Log,
        database: Database,
        owner_url: str,
        view: AnyView,
        page_size: int = 500,
        *,
        opened: bool = True,
    ) -> None:
        """`database` is the projector's; `owner_url`: the same database, as a login that may be the owner. `opened`:
        whether personal texts are opened, or read as erased; only a hash is of use then."""
        self._database = database
        self._owner_url = owner_url
        self._live = Table(view)
        self._beside = Table(view, SUFFIX)
        self._view = view
        self._name = view.name + SUFFIX
        holder = f"{socket.gethostname()}:{os.getpid()}:rebuild"
        pages = Pages(log, page_size)
        self._lease_holders = [
            LeaseHolder(each, log, pages, database, holder, seconds=self.LEASE_SECONDS)
            for each in projectors_of(view, SUFFIX, opened=opened)
        ]

    def verify(self, progress: Callable[[int, int], None] = lambda _at, _of: None) -> Rebuilt:
        """Compare the live table with a replay from zero up to the same position, byte by byte. Changes nothing.

        `progress` is called with the position reached and the position to reach. Raises Refusal `rebuild-running`,
        `view-unknown`, Overloaded.
        """
        with self._begun():
            return self._compared(progress)

    def replace(self, progress: Callable[[int, int], None] = lambda _at, _of: None) -> Rebuilt:
        """Replace the live table by a replay from zero, at the same position, while readers go on.

        Rows that differ changed without an event, and some may be gone without a trace: so the view's `generation`
        rises. Raises as `verify`, and Overloaded where readers hold the table for too long.
        """
        with self._begun():
            compared = self._compared(progress)
            for attempt, seconds in enumerate(self.SWITCH_SECONDS, start=1):
                try:
                    self._switch(seconds, progress)
                    return compared
                except _InUse:
                    time.sleep(backoff(attempt, seconds))
            raise Overloaded(f"somebody reads {self._view.name} for long; try again when they are done")

    def hashed(
        self, progress: Callable[[int, int], None] = lambda _at, _of: None, upto: int | None = None
    ) -> HashedRows:
        """The hash of the rows of a replay from zero, in a table of its own, up to where the live table is, or up to an
        earlier position. Changes nothing. Raises as `verify`."""
        with self._begun():
            self._catch_up(progress, upto)
            with self._owner() as owner:
                return hash_of_rows(owner, self._beside, self._position)

    # -- building

    @contextmanager
    def _owner(self) -> Iterator[Connection]:
        """A session of the owner in which every wait ends. Raises Overloaded."""
        try:
            with connect(self._owner_url, "owner") as owner, deadline(owner, self.LONGEST_SECONDS):
                owner.execute("SELECT set_config('lock_timeout', %s, false)", (f"{self.LOCK_SECONDS}s",))
                yield owner
        except (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout) as error:
            raise Overloaded("the database does not answer; try again shortly") from error

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """Within: an empty table and projectors at 0; removed afterwards, as are the remains of a killed rebuild."""
        self._clear()
        with self._owner() as owner, owner.transaction():
            make_table(owner, self._beside)
        try:
            yield
        except BaseException:
            with suppress(Refusal):  # the next rebuild clears away what is left now
                self._end()
            raise
        self._end()

    def _end(self) -> None:
        for lease_holder in self._lease_holders:
            lease_holder.release()
        self._clear()

    def _clear(self) -> None:
        view = self._view
        with self._owner() as owner, owner.transaction():
            for each in subscription_statuses(owner):
                if (each.name, each.version) == (self._name, view.version) and each.leased:
                    raise Refusal("rebuild-running", f"{view.name} is being rebuilt by {each.holder}; wait for it")
            drop(owner, view.name, view.version, SUFFIX)

    def _catch_up(self, progress: Callable[[int, int], None], upto: int | None = None) -> None:
        view = self._view
        while True:
            with self._database.connection() as connection:
                found = [
                    each
                    for each in subscription_statuses(connection)
                    if (each.name, each.version) == (view.name, view.version)
                ]
            if not found:
                raise Refusal("view-unknown", f"{view.name} has no follower here yet; run `antiphon migrate`")
            ends = {each.shard: each.position if upto is None else min(each.position, upto) for each in found}
            progress(self._position, min(ends.values()))
            stepped = [self._lease_holders[shard].step(upto=end) for shard, end in ends.items()]
            if not any(stepped):
                return

    @property
    def _position(self) -> int:
        """The lowest position of the shards beside the live table."""
        return min(lease_holder.position or 0 for lease_holder in self._lease_holders)

    @contextmanager
    def _live_locked(self, progress: Callable[[int, int], None]) -> Iterator[tuple[Connection, int]]:
        """Within: the live projector stands still in all its shards, and the table beside it has reached the same
        positions.

        Gives the lowest of these positions.
        """
        view = self._view
        with self._owner() as owner, owner.transaction():
            rows = owner.execute(
                "SELECT shard, position FROM antiphon.followers WHERE (name, version) = (%s, %s) "
                "ORDER BY shard FOR UPDATE",
                (view.name, view.version),
            ).fetchall()
            for shard, position in rows:
                while self._lease_holders[shard].step(upto=position):
                    pass
                if (self._lease_holders[shard].position or 0) != position:
                    raise Refusal("rebuild-running", f"somebody else took over the rebuild of {view.name}; try again")
            least = min(position for _, position in rows)
            progress(least, least)
            yield owner, least

    # -- comparing and switching

    def _compared(self, progress: Callable[[int, int], None]) -> Rebuilt:
        """Compare both tables as of one position, while the live table goes on."""
        self._catch_up(progress)
        with self._owner() as snapshot:
            with self._live_locked(progress) as (_, position):
                snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                snapshot.execute("SELECT 1")  # the first query takes the snapshot: while nothing moves
            return self._compare(snapshot, position)

    def _compare(self, connection: Connection, position: int) -> Rebuilt:
        keys = self._live.view.key
        same_key = sql.SQL(" AND ").join(sql.SQL("a.{0} = b.{0}").format(sql.Identifier(key)) for key in keys)
        differing = sql.SQL(
            "FROM {} AS a FULL JOIN {} AS b ON {} WHERE (a.*)::text IS DISTINCT FROM (b.*)::text"
        ).format(self._live.name, self._beside.name, same_key)
        one = connection.execute(
            sql.SQL("SELECT (SELECT count(*) FROM {}), (SELECT count(*) {})").format(self._beside.name, differing)
        ).fetchone()
        assert one is not None
        found = connection.execute(sql.SQL("SELECT to_jsonb(a), to_jsonb(b) {} LIMIT 10").format(differing)).fetchall()
        return Rebuilt(*(one[0], position, one[1]), [_difference(keys, live, rebuilt) for live, rebuilt in found])

    def _switch(self, seconds: float, progress: Callable[[int, int], None]) -> None:
        """Switch the tables. Raises _InUse where readers may wait no longer: then nothing was changed."""
        self._catch_up(progress)
        with self._live_locked(progress) as (owner, _):
            owner.execute("SELECT set_config('lock_timeout', %s, true)", (f"{seconds}s",))
            try:
                owner.execute(sql.SQL("DROP TABLE {}").format(self._live.name))
            except psycopg.errors.LockNotAvailable:
                raise _InUse from None
            self._take_its_place(owner)

    def _take_its_place(self, owner: Connection) -> None:
        view = self._view
        rename = sql.SQL("ALTER TABLE {} RENAME TO {}")
        owner.execute(rename.format(self._beside.name, self._live.local_name))
        owner.execute("DELETE FROM antiphon.parked WHERE (follower, version) = (%s, %s)", (view.name, view.version))
        owner.execute(
            "UPDATE antiphon.parked SET follower = %s WHERE (follower, version) = (%s, %s)",
            (view.name, self._name, view.version),
        )
        # The lease holder finds out, and reads the quarantined events anew.
        owner.execute(
            "UPDATE antiphon.followers SET epoch = epoch + 1 WHERE (name, version) = (%s, %s)",
            (view.name, view.version),
        )
        owner.execute(
            "UPDATE antiphon.views SET generation = 1 + (SELECT max(generation) FROM antiphon.views WHERE name = %s) "
            "WHERE (name, version) = (%s, %s) AND generation > 0",
            (view.name, view.name, view.version),
        )


def hash_of_rows(connection: Connection, table: Table[Any], position: int) -> HashedRows:
    """The hash of all rows in the order of their keys, each as PostgreSQL writes it as text. Holds a row at a time."""
    keys = sql.SQL(", ").join(sql.SQL('a.{}::text COLLATE "C"').format(sql.Identifier(key)) for key in table.view.key)
    rows = sql.SQL("COPY (SELECT (a.*)::text FROM {} AS a ORDER BY {}) TO STDOUT").format(table.name, keys)
    found = hashlib.sha256()
    with connection.transaction(), connection.cursor() as cursor:
        # The same text whatever the server's settings are.
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        with cursor.copy(rows) as chunks:
            for chunk in chunks:
                found.update(chunk)
        return HashedRows(cursor.rowcount, position, found.hexdigest())


def drop_abandoned(owner: Connection) -> list[str]:
    """Drop the tables of killed rebuilds: no erasure would ever wipe the texts in them. Answers their names.

    A rebuild that goes on holds its lease, or its table.
    """
    dropped = []
    found = [each for each in subscription_statuses(owner) if each.name.endswith(SUFFIX)]
    going_on = {(each.name, each.version) for each in found if each.leased}
    for name, version in sorted({(each.name, each.version) for each in found} - going_on):
        with suppress(psycopg.errors.LockNotAvailable), owner.transaction():
            owner.execute("SET LOCAL lock_timeout = '100ms'")
            drop(owner, name.removesuffix(SUFFIX), version, SUFFIX)
            dropped.append(name)
    return dropped


def _difference(keys: tuple[str, ...], live: dict[str, Any] | None, rebuilt: dict[str, Any] | None) -> Difference:
    row = live or rebuilt
    assert row is not None
    columns = [name for name in row if live and rebuilt and live[name] != rebuilt[name]]
    return Difference(tuple(row[key] for key in keys), tuple(columns))
