"""Connections to PostgreSQL: one pool per process and role, and a deadline on every wait."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests
from pydantic_core import from_json

from domain.kernel.refusal import Overloaded, Refusal

# A fifth of the time of `json.loads`. Its cache of strings takes no values, which may be words of a person who has been
# erased.
set_json_loads(partial(from_json, cache_strings="keys"))

Connection = psycopg.Connection[tuple[Any, ...]]
AnyConnection = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]
Role = Literal["owner", "appender", "projector", "reader", "auditor", "keykeeper"]

_SESSION = {
    # The server frees what a paused process holds; keepalives free what a dead process holds.
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
    # A statement that is cut off while waiting for a lock stops waiting.
    "client_connection_check_interval": "1s",
}


def conninfo(url: str, role: Role | None = None, application_name: str = "antiphon") -> str:
    """The connection string for `url` as one of our roles. What the URL itself says (sslmode, options) stays."""
    given = conninfo_to_dict(url)
    # The URL's options come later, and win.
    options = [f"-c {name}={value}" for name, value in _SESSION.items()]
    options.append(str(given.pop("options", None) or ""))
    # But each statement of the append function must see what was committed while it waited for its lock.
    options.append(r"-c default_transaction_isolation=read\ committed")
    if role:
        options.append(f"-c role=antiphon_{role}")
    defaults: dict[str, Any] = {
        "application_name": application_name,
        "connect_timeout": 3,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
    }
    return make_conninfo("", **(defaults | given | {"options": " ".join(filter(None, options))}))


def connect(url: str, role: Role | None = None, *, application_name: str = "antiphon") -> Connection:
    """Open one connection, in autocommit mode. Raises psycopg.OperationalError where there is no server."""
    return psycopg.connect(conninfo(url, role, application_name), autocommit=True)


def check_login(url: str, *roles: Role) -> None:
    """Check that the URL's login may work as each of these roles. Raises Refusal `database-unfit`,
    psycopg.OperationalError."""
    with connect(url) as connection:
        check_user(connection, *roles)


def check_user(connection: Connection, *roles: Role) -> None:
    """Check that whoever logged in here may work as each of these roles. Raises Refusal `database-unfit`,
    psycopg.OperationalError."""
    lacking = connection.execute(
        "SELECT session_user, role FROM unnest(%s::text[]) WITH ORDINALITY AS asked(role, place) "
        "WHERE NOT pg_has_role(session_user, 'antiphon_' || role, 'SET') ORDER BY place",
        (list(roles),),
    ).fetchone()
    if lacking:
        login, role = lacking
        raise Refusal(
            "database-unfit",
            f"the login {login} may not work as antiphon_{role}; use settings with a login that may, or grant it that "
            "role, as in docs/production.md",
        )


class _Watchdog:
    """Cuts the socket of a connection past its deadline: a black-holed unix socket never reports an error by itself."""

    TICK_SECONDS = 0.1

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[object, tuple[float, AnyConnection]] = {}
        self._asleep = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, connection: AnyConnection, seconds: float) -> Iterator[None]:
        token = object()
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            self._watched[token] = (time.monotonic() + seconds, connection)
            # Not each time: for every statement, the interpreter would switch to that thread and back.
            if self._asleep:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._watched.pop(token, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._asleep = True
                self._changed.wait_for(lambda: self._watched)
                self._asleep = False
                now = time.monotonic()
                for token, (until, connection) in list(self._watched.items()):
                    if until <= now:
                        del self._watched[token]
                        cut(connection)
            time.sleep(self.TICK_SECONDS)


def cut(connection: AnyConnection) -> None:
    """End what a connection waits for, from any thread; the connection's user gets psycopg.OperationalError."""
    # A duplicate, so that libpq still owns and closes its own descriptor.
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


_watchdog = _Watchdog()
os.register_at_fork(after_in_child=_watchdog.__init__)  # type: ignore[misc]


def deadline(connection: AnyConnection, seconds: float) -> Any:
    """Within this context the connection is cut after `seconds`; its user then gets psycopg.OperationalError."""
    return _watchdog.watch(connection, seconds)


class Idleness:
    """Which connections of a pool must be checked before use: those that were idle for a while (a check each time would
    double the round trips of every read), and those on which unexpected data came in, which is the server's goodbye.
    """

    SECONDS = 1.0

    def __init__(self) -> None:
        self._since: weakref.WeakKeyDictionary[AnyConnection, float] = weakref.WeakKeyDictionary()

    def begins(self, connection: AnyConnection) -> None:
        """The connection is given back now. (A pool's `reset` would send each connection through another thread or
        task.)"""
        self._since[connection] = time.monotonic()

    def doubtful(self, connection: AnyConnection) -> bool:
        """Whether the connection has to be checked."""
        if self._since.get(connection, 0.0) + self.SECONDS < time.monotonic():
            return True
        wire = select.poll()
        wire.register(connection.fileno(), select.POLLIN)
        return bool(wire.poll(0))


ASK_SECONDS = 1.0
"""How long a check of a connection may take."""


class Database:
    """One database as one role: a pool shared by the whole process, opened on first use."""

    def __init__(self, url: str, role: Role, *, pool_size: int = 8, deadline_seconds: float = 5.0) -> None:
        self.url = url
        self.role: Role = role
        self.deadline_seconds = deadline_seconds
        self._idleness = Idleness()
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            conninfo(url, role),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=pool_size,
            open=False,
            check=self._check,
            timeout=deadline_seconds,
            reconnect_timeout=deadline_seconds,
            max_waiting=1000,
            max_idle=60,
        )

    def _check(self, connection: Connection) -> None:
        if self._idleness.doubtful(connection):
            with deadline(connection, min(ASK_SECONDS, self.deadline_seconds)):
                connection.execute("")

    @contextmanager
    def connection(self, seconds: float | None = None) -> Iterator[Connection]:
        """A connection in autocommit mode, cut when the wait and the use together outlast the deadline (or `seconds`).

        Raises Overloaded when none is free in time, when the database goes away meanwhile, and as `view_gone`.
        """
        seconds = self.deadline_seconds if seconds is None else max(0.05, seconds)
        until = time.monotonic() + seconds
        try:
            self._pool.open()
            with (
                self._pool.connection(seconds) as connection,
                deadline(connection, max(0.05, until - time.monotonic())),
            ):
                try:
                    yield connection
                finally:
                    self._idleness.begins(connection)
        except (PoolTimeout, TooManyRequests, psycopg.OperationalError) as error:
            raise Overloaded("the database does not answer; try again shortly") from error
        except psycopg.errors.UndefinedTable as error:
            raise view_gone() from error

    def answers(self, seconds: float) -> bool:
        """Whether the database answers within this many seconds."""
        with suppress(Overloaded), self.connection(seconds) as connection:
            connection.execute("")
            return True
        return False

    def stats(self) -> dict[str, int]:
        """The use of the pool, as psycopg counts it."""
        return self._pool.get_stats()

    def dedicated(self) -> Connection:
        """Open a connection outside the pool. Raises psycopg.OperationalError."""
        return connect(self.url, self.role, application_name=f"antiphon-{self.role}")

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def view_gone() -> Overloaded:
    """The refusal of a read whose table is gone: a later release has retired the version of the view."""
    return Overloaded("what this shows is not kept any more by a later release; ask a process of that one")
