"""Migrations: bring a database to the schema of this release, and report what a database lacks.

A numbered file (`0010_append.sql`) is applied once and never changes. A file in `functions/` holds the present text of
a function that has had several texts; it is applied anew wherever a database has a lower revision.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

import psycopg

from domain.kernel.refusal import Refusal
from infra.postgres import locks
from infra.postgres.database import Connection, conninfo, deadline

MIGRATIONS = Path(str(files("infra.postgres") / "migrations"))
_REVISION = re.compile(rb"-- revision ([1-9][0-9]*)\n")

Kind = Literal["log", "vault"]


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. `name` is what the database stores of it; for a function, it ends with the revision."""

    name: str
    content: bytes
    revision: int | None = None

    @property
    def sha256(self) -> str:
        """The hash by which a changed file is detected."""
        return hashlib.sha256(self.content).hexdigest()

    def is_applied(self, done: dict[str, str]) -> bool:
        """Whether a database with these names and hashes has the migration; for a function, this revision or a later
        one.

        Raises Refusal `migration-changed`.
        """
        if done.get(self.name, self.sha256) != self.sha256:
            what_to_do = "raise its revision" if self.revision else "add a new file instead"
            raise Refusal("migration-changed", f"{self.name} differs from what was applied; {what_to_do}")
        if self.revision is None:
            return self.name in done
        of_it = f"{self.name.partition('@')[0]}@"
        # A later release may have migrated: its function serves this release, too.
        return any(int(name.removeprefix(of_it)) >= self.revision for name in done if name.startswith(of_it))


def migrations(kind: Kind) -> Iterator[Migration]:
    """All migrations, in the order in which they are applied."""
    for file in sorted((MIGRATIONS / kind).glob("*.sql")):
        yield Migration(f"{kind}/{file.stem}", file.read_bytes())
    for file in sorted((MIGRATIONS / kind / "functions").glob("*.sql")):
        content = file.read_bytes()
        begin = _REVISION.match(content)
        assert begin, f"{file} begins with its revision"
        yield Migration(f"{kind}/{file.stem}@{int(begin[1])}", content, int(begin[1]))


def migrate(database_url: str, vault_url: str, *, deadline_seconds: float = 5.0) -> list[str]:
    """Bring log and key store to the present schema, in one transaction each. Answers the names of what was applied.

    The check for what to do has a deadline; doing it takes as long as it takes. Raises Refusal
    `migration-changed` where a file applied earlier reads differently today, psycopg.Error.
    """
    return _migrate(database_url, "log", deadline_seconds) + _migrate(vault_url, "vault", deadline_seconds)


def pending(url: str, kind: Kind, *, deadline_seconds: float = 5.0) -> list[str]:
    """The names of the migrations a database lacks. Changes nothing. Raises as `migrate`."""
    with psycopg.connect(conninfo(url)) as connection, deadline(connection, deadline_seconds):
        return [each.name for each in _pending(connection, kind)]


def _migrate(url: str, kind: Kind, deadline_seconds: float) -> list[str]:
    with psycopg.connect(conninfo(url)) as connection:
        with deadline(connection, deadline_seconds):
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [locks.MIGRATIONS])
            connection.execute(
                "CREATE TABLE IF NOT EXISTS public.antiphon_migrations (name text PRIMARY KEY, sha256 text NOT NULL)"
            )
            pending = _pending(connection, kind)
        for each in pending:
            connection.execute(each.content)
            connection.execute("INSERT INTO public.antiphon_migrations VALUES (%s, %s)", (each.name, each.sha256))
    return [each.name for each in pending]


def _pending(connection: Connection, kind: Kind) -> list[Migration]:
    done: dict[str, str] = {}
    if connection.execute("SELECT to_regclass('public.antiphon_migrations')").fetchone() != (None,):
        done = dict(cast(list[tuple[str, str]], connection.execute("TABLE public.antiphon_migrations").fetchall()))
    return [each for each in migrations(kind) if not each.is_applied(done)]
