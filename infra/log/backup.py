"""Backups of the log alone, as one file: events, unique keys and tombstones. Keys stay in the key store, and views are
rebuilt.

A file is a line that names the format, a line of JSON, what `pg_dump` wrote, and a MAC over all of it under the master
key. A restore checks the MAC before it reads anything else, and takes rows from the file, never statements.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.failures import error_code
from infra.file_to_write import file_there
from infra.keys.installation import check_keys, id_of, name, not_own
from infra.keys.vault import Vault
from infra.postgres.database import Connection, connect
from infra.views.schema import prepare_views
from infra.views.view import AnyView

TABLES = ("log", "claims", "erased", "dead_letters", "dead_letter_decisions")
FORMAT = b"antiphon backup 1\n"
FORMER = b"PGDMP"
"""How a backup of an earlier release begins, which has no MAC."""
HEADER_BYTES = 1000
MAC_BYTES = 32
CHUNK_BYTES = 2**20

_COPY = re.compile(rb"COPY antiphon\.([a-z_]+) \(([a-z_]+(?:, [a-z_]+)*)\) FROM stdin;\n")
"""The line before a table's rows. A column's name that is a keyword comes in quotes, which are taken off before."""


def dump(auditor_url: str, vault: Vault, file: Path, *, overwrite: bool = False) -> int:
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
            mac = vault.mac()
            for part in _parts(auditor_url):
                mac.update(part)
                written.write(part)
            written.write(mac.digest())
            written.flush()
            os.fsync(written.fileno())
            size = written.tell()
        file_there(file)  # the path may have changed since
        unfinished.rename(file)
        _remember(auditor_url, size)
    except OSError as error:
        raise _not_writable(error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return size


def _parts(auditor_url: str) -> Iterator[bytes]:
    """What a backup consists of, without its MAC. Raises Refusal `backup-failed`."""
    given = conninfo_to_dict(auditor_url)
    # Not on the command line, which everybody on the machine could read.
    password = given.pop("password", None)
    environment = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    where = make_conninfo("", **({"connect_timeout": 3} | given))
    tables = [f"--table=antiphon.{table}" for table in TABLES]
    command = [
        "--role=antiphon_auditor",
        "--data-only",
        "--format=custom",
        "--encoding=UTF8",
        f"--dbname={where}",
        *tables,
    ]
    with _program("pg_dump", command, _not_dumped, env=environment) as dumping:
        assert dumping.stdout is not None
        first = dumping.stdout.read(CHUNK_BYTES)
        if first:  # else pg_dump has failed, and says why
            yield FORMAT + json.dumps({"installation": _installation(auditor_url)}).encode() + b"\n"
            yield first
            while chunk := dumping.stdout.read(CHUNK_BYTES):
                yield chunk


def _installation(auditor_url: str) -> str | None:
    with connect(auditor_url, "auditor") as auditor:
        return id_of(auditor)


def _remember(auditor_url: str, size: int) -> None:
    """Keep when the last backup was made, for doctor and metrics."""
    with connect(auditor_url, "auditor") as auditor:
        auditor.execute(
            "INSERT INTO antiphon.last_backup (at, bytes) VALUES (clock_timestamp(), %s) "
            "ON CONFLICT (one) DO UPDATE SET at = excluded.at, bytes = excluded.bytes",
            (size,),
        )


def _not_writable(error: OSError) -> Refusal:
    return Refusal("file-not-writable", f"{error}; name a file in a folder you may write to")


def restore(
    owner_url: str, vault: Vault, file: Path, views: Iterable[AnyView], *, unauthenticated: bool = False
) -> None:
    """Fill an empty log from a backup, all of it or nothing; views begin from zero.

    `unauthenticated`: take the file of an earlier release, too, which has no MAC. Before anything else starts, call
    `apply_erasures`: customers may have been erased since the backup. Raises Refusal `log-not-empty`,
    `backup-not-restored`, `backup-not-authentic`, `vault-not-own`, `file-not-readable`, Overloaded.
    """
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Refusal("file-not-readable", f"{error}; name a file that `antiphon backup` wrote") from error
    with opened as content, connect(owner_url, "owner") as owner:
        kept = _Content(content, vault, unauthenticated=unauthenticated)
        known = {id for id in (vault.installation(), id_of(owner)) if id is not None}
        if kept.installation is not None and known - {kept.installation}:
            raise not_own("the backup is of another installation than the key store, or than this empty log")
        with owner.transaction():
            _empty_views(owner)
        prepare_views(owner_url, views)
        try:
            # An append meanwhile takes a position that the backup has, too: then nothing of the backup goes in.
            with owner.transaction():
                _load(owner, kept)
                if kept.installation is None or vault.installation() is None:
                    check_keys(owner, vault)
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError) as error:
            raise _not_restored(f"the database refused a row of it ({error_code(error)})") from error
        if kept.installation is not None:
            name(owner, vault, kept.installation)


def _empty_views(owner: Connection) -> None:
    if last := owner.execute("SELECT max(position) FROM antiphon.log HAVING count(*) > 0").fetchone():
        raise Refusal(
            "log-not-empty",
            f"the log holds events up to {last[0]}, and a backup goes into an empty one; docs/backup.md says how",
        )
    for (view,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views'").fetchall():
        owner.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier("views", view)))
    owner.execute("DELETE FROM antiphon.parked")
    owner.execute("DELETE FROM antiphon.followers")


class _Content:
    """The content of a backup, which was checked against its MAC."""

    def __init__(self, file: IO[bytes], vault: Vault, *, unauthenticated: bool) -> None:
        """Raises Refusal `backup-not-authentic`, `backup-not-restored`."""
        self._file = file
        self._vault = vault
        self._end = os.fstat(file.fileno()).st_size
        self.installation: str | None = None
        """The id of the installation whose log this is; None where the backup does not tell."""
        begin = file.read(len(FORMAT))
        self._begin = 0
        self._authentic = begin == FORMAT
        if not self._authentic:
            if not begin.startswith(FORMER):
                raise _not_restored("the file is no backup")
            if not unauthenticated:
                raise Refusal(
                    "backup-not-authentic",
                    "the backup is of an earlier release and has no MAC, so that anybody may have written it; if you "
                    "know that it is yours, restore it with --unauthenticated",
                )
            return
        self._end -= MAC_BYTES
        for _ in self._checked():
            pass
        file.seek(len(FORMAT))
        self.installation = json.loads(file.readline(HEADER_BYTES))["installation"]
        self._begin = file.tell()

    def parts(self) -> Iterator[bytes]:
        """What `pg_dump` wrote. Raises Refusal `backup-not-authentic` at the end if the file has changed meanwhile."""
        skip = self._begin
        for part in self._checked():
            yield part[skip:]
            skip = max(0, skip - len(part))

    def _checked(self) -> Iterator[bytes]:
        mac = self._vault.mac()
        self._file.seek(0)
        left = self._end
        while left > 0 and (part := self._file.read(min(left, CHUNK_BYTES))):
            left -= len(part)
            mac.update(part)
            yield part
        if self._authentic and not hmac.compare_digest(mac.digest(), self._file.read(MAC_BYTES)):
            raise Refusal(
                "backup-not-authentic",
                "the file is not as it was written, or was written under another master key; nothing was restored. "
                "Take another copy of the backup, and check ANTIPHON_MASTER_KEY",
            )


def _load(owner: Connection, content: _Content) -> None:
    """Take the rows of our tables from the backup. Whatever else it holds is passed over, and never executed."""
    failed: list[BaseException] = []
    with _program("pg_restore", ["--data-only", "--file=-"], _not_restored, stdin=subprocess.PIPE) as reading:
        feeding = threading.Thread(target=_feed, args=(reading, content.parts(), failed), name="backup", daemon=True)
        feeding.start()
        try:
            assert reading.stdout is not None
            loaded = _copy_rows(owner, reading.stdout)
        except BaseException:
            reading.kill()
            raise
        finally:
            feeding.join()
    if failed:
        raise failed[0]
    if "log" not in loaded:
        raise _not_restored("the file holds no log")


def _feed(reading: subprocess.Popen[bytes], parts: Iterable[bytes], failed: list[BaseException]) -> None:
    assert reading.stdin is not None
    try:
        # Where pg_restore ends early, it says why.
        with suppress(BrokenPipeError), reading.stdin as into:
            for part in parts:
                with suppress(BrokenPipeError):
                    into.write(part)
    except BaseException as error:
        failed.append(error)


def _copy_rows(owner: Connection, script: IO[bytes]) -> set[str]:
    """Copy the rows of our tables in what `pg_restore` printed. Answers the tables that were there."""
    loaded: set[str] = set()
    for line in script:
        found = _COPY.fullmatch(line.replace(b'"', b""))
        if found is None or (table := found[1].decode()) not in TABLES:
            continue
        loaded.add(table)
        columns = [sql.Identifier(column) for column in found[2].decode().split(", ")]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier("antiphon", table), sql.SQL(", ").join(columns)
        )
        with owner.cursor() as cursor, cursor.copy(statement) as rows:
            for row in script:
                if row == b"\\.\n":
                    break
                rows.write(row)
    return loaded


@contextmanager
def _program(
    name: str, arguments: Sequence[str], failed: Callable[[str], Refusal], **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Within: one of PostgreSQL's programs. Raises the refusal `failed` where the program fails."""
    path = postgres_program.of_the_wheel() / "bin" / name
    said: list[bytes] = []
    with subprocess.Popen(
        [str(path), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    ) as running:
        # Read all the while, so that the program never waits for its reader.
        assert running.stderr is not None
        listening = threading.Thread(
            target=lambda errors: said.append(errors.read()), args=[running.stderr], daemon=True
        )
        listening.start()
        yield running
        status = running.wait()
        listening.join()
    if status:
        first = (b"".join(said).decode(errors="replace").strip().splitlines() or ["nothing"])[0]
        raise failed(first)


def _not_dumped(why: str) -> Refusal:
    return Refusal("backup-failed", f"{why}; nothing was changed")


def _not_restored(why: str) -> Refusal:
    return Refusal("backup-not-restored", f"{why}; nothing was changed")
