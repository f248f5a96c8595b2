"""Backups of the log alone, as one file: events, unique keys and tombstones. Keys stay in the key store, and views are
rebuilt.

A restore checks the file's MAC before it reads anything else, and takes rows from the file, never statements.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.kernel.refusal import Refusal
from infra.failures import error_code
from infra.file_to_read import regular_file
from infra.file_to_write import file_there
from infra.keys.installation import check_keys, id_of, name, not_own
from infra.keys.vault import Vault
from infra.log.backup_file import CHUNK_BYTES, FORMAT, TABLES, BackupFile, not_restored, program
from infra.postgres.database import Connection, connect
from infra.views.schema import prepare_views
from infra.views.view import AnyView


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
    with program("pg_dump", command, _not_dumped, env=environment) as dumping:
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
    with regular_file(file, "a file that `antiphon backup` wrote") as content, connect(owner_url, "owner") as owner:
        kept = BackupFile(content, vault, unauthenticated=unauthenticated)
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
            raise not_restored(f"the database refused a row of it ({error_code(error)})") from error
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
    for table in ("proof_status", "view_hashes"):  # made anew from the log, as views are
        owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("antiphon", table)))
    # So are the trees, but that over the trail of reads: no backup has the trail, and the oldest looks may be gone.
    owner.execute("DELETE FROM antiphon.trees WHERE name <> 'looks'")
    owner.execute("DELETE FROM antiphon.tree_tiles WHERE tree <> 'looks'")


def _load(owner: Connection, kept: BackupFile) -> None:
    """Take the rows of our tables from the backup."""
    owner.execute("DELETE FROM antiphon.claims_gone")  # of a log that is no more
    loaded = set()
    with kept.tables() as tables:
        for table, columns, rows in tables:
            loaded.add(table)
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier("antiphon", table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with owner.cursor() as cursor, cursor.copy(statement) as into:
                for row in rows:
                    into.write(row)
    if "log" not in loaded:
        raise not_restored("the file holds no log")
    # The next unique keys come after those that were restored.
    owner.execute(
        "SELECT setval(pg_get_serial_sequence('antiphon.claims', 'number'), greatest((SELECT max(number) FROM "
        "antiphon.claims), (SELECT max(number) FROM antiphon.claims_gone), 1))"
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """What a backup holds. `events`: how many; `position`: of the last one. `erased_since`: those whose key the key
    store has destroyed since, and whom a restore erases again."""

    events: int
    position: int
    erased_since: list[str]


def verify(vault: Vault, file: Path) -> Verified:
    """Read a backup as a restore would, and restore nothing. Raises Refusal `backup-not-restored`,
    `backup-not-authentic`, `vault-not-own`, `file-not-readable`, Overloaded."""
    events, last, named, tombstones, there = 0, 0, set[str](), set[str](), set[str]()
    destroyed = {subject for subject, _ in vault.erasures()}
    with regular_file(file, "a file that `antiphon backup` wrote") as content:
        kept = BackupFile(content, vault, unauthenticated=False)
        if kept.installation is not None and vault.installation() not in (None, kept.installation):
            raise not_own("the backup is of another installation than the key store")
        with kept.tables() as tables:
            for table, columns, rows in tables:
                there.add(table)
                for row in rows:
                    fields = dict(zip(columns, row.rstrip(b"\n").decode().split("\t"), strict=True))
                    if table == "log":
                        events, last = events + 1, max(last, int(fields["position"]))
                        named |= {fields["originator_id"]} & destroyed
                    elif table == "erased":
                        tombstones.add(fields["subject"])
    if "log" not in there:
        raise not_restored("the file holds no log")
    return Verified(events, last, sorted(named - tombstones))


def _not_dumped(why: str) -> Refusal:
    return Refusal("backup-failed", f"{why}; nothing was changed")
