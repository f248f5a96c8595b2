"""Backups of the log alone, as one file: events, unique keys and tombstones. Keys stay in the key store, and views are
rebuilt."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.file_to_write import file_there
from infra.postgres.database import connect
from infra.views.schema import prepare_views
from infra.views.view import AnyView

TABLES = ("log", "claims", "erased", "dead_letters", "dead_letter_decisions")
_ARGUMENTS = ["--role=antiphon_owner", "--data-only"]


def dump(database_url: str, file: Path, *, overwrite: bool = False) -> int:
    """Write the log as of one moment to `file`, readable by its owner only. Answers the number of bytes.

    A file that exists afterwards is complete. Raises Refusal `file-exists`, `file-not-writable`,
    `backup-failed`.
    """
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file_there(unfinished)
        if file_there(file) and not overwrite:
            raise Refusal("file-exists", f"{file} is there already; name another, or overwrite it with --force")
    except OSError as error:
        raise _not_writable(error) from error
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            tables = [f"--table=antiphon.{table}" for table in TABLES]
            _run("pg_dump", database_url, ["--format=custom", *tables], written)
            os.fsync(written.fileno())
            size = written.tell()
        file_there(file)  # the path may have changed since
        unfinished.rename(file)
        _remember(database_url, size)
    except OSError as error:
        raise _not_writable(error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return size


def _remember(database_url: str, size: int) -> None:
    """Keep when the last backup was made, for doctor and metrics."""
    with connect(database_url, "owner") as owner:
        owner.execute(
            "INSERT INTO antiphon.last_backup (at, bytes) VALUES (clock_timestamp(), %s) "
            "ON CONFLICT (one) DO UPDATE SET at = excluded.at, bytes = excluded.bytes",
            (size,),
        )


def _not_writable(error: OSError) -> Refusal:
    return Refusal("file-not-writable", f"{error}; name a file in a folder you may write to")


def restore(database_url: str, file: Path, views: Iterable[AnyView]) -> None:
    """Fill an empty log from a backup, all of it or nothing; views begin from zero.

    Before anything else starts, call `apply_erasures`: customers may have been erased since the backup.
    Raises Refusal `log-not-empty`, `backup-not-restored`, `file-not-readable`.
    """
    try:
        file.open("rb").close()
    except OSError as error:
        raise Refusal("file-not-readable", f"{error}; name a file that `antiphon backup` wrote") from error
    with connect(database_url, "owner") as owner, owner.transaction():
        if last := owner.execute("SELECT max(position) FROM antiphon.log HAVING count(*) > 0").fetchone():
            raise Refusal(
                "log-not-empty",
                f"the log holds events up to {last[0]}, and a backup goes into an empty one; docs/backup.md says how",
            )
        for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views'").fetchall():
            owner.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier("views", name)))
        owner.execute("DELETE FROM antiphon.parked")
        owner.execute("DELETE FROM antiphon.followers")
    prepare_views(database_url, views)
    # An append meanwhile takes a position that the backup has, too: then nothing of the backup goes in.
    _run("pg_restore", database_url, ["--single-transaction", "--exit-on-error", str(file)], subprocess.DEVNULL)


def _run(program: str, database_url: str, arguments: Sequence[str], output: IO[bytes] | int) -> None:
    given = conninfo_to_dict(database_url)
    # Not on the command line, which everybody on the machine could read.
    password = given.pop("password", None)
    environment = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    where = make_conninfo("", **({"connect_timeout": 3} | given))
    path = postgres_program.of_the_wheel() / "bin" / program
    command = [str(path), *_ARGUMENTS, f"--dbname={where}", *arguments]
    ended = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, env=environment, check=False)
    if ended.returncode:
        last_line = (ended.stderr.decode(errors="replace").strip().splitlines() or ["nothing"])[0]
        raise Refusal(
            "backup-failed" if program == "pg_dump" else "backup-not-restored", f"{last_line}; nothing was changed"
        )
