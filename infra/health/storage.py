"""Checks of what is stored: the key store, the last backup, and room on disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from infra.health.check import Check, Reading, Sources

PROBE_SECONDS = 1.0
BACKUP_DAYS = 7
"""How old the last backup may be before doctor says so, where backups are made at all."""
FEW_BYTES = 2**30
"""Less free space than this is a finding."""


# A database that not everybody may connect to does not tell its size to our roles, but that of its tables.
_SIZES = """
SELECT CASE WHEN has_database_privilege(current_database(), 'CONNECT') THEN pg_database_size(current_database())
        ELSE (SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r') END::float8,
    has_function_privilege('pg_ls_waldir()', 'EXECUTE')"""


class VaultAnswers(Check):
    """The key store. `antiphon doctor` looks at it more closely by itself."""

    name = "vault"
    metrics: ClassVar[Mapping[str, str]] = {"antiphon_vault_up": "Whether the key store's database answers."}

    def read(self, sources: Sources) -> Iterable[Reading]:
        """Whether the key store answers."""
        up = sources.vault is not None and sources.vault.answers(PROBE_SECONDS)
        yield Reading("", values={"antiphon_vault_up": float(up)})


class BackupsAreMade(Check):
    """The last backup by `antiphon backup`."""

    name = "backup"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_backup_age_seconds": "How long ago `antiphon backup` last succeeded; absent where it never did.",
        "antiphon_backup_bytes": "The size of that backup.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """When the last backup was made."""
        row = sources.connection.execute(
            "SELECT at, bytes, extract(epoch FROM clock_timestamp() - at)::float8 FROM antiphon.last_backup"
        ).fetchone()
        if row is None:
            yield Reading("`antiphon backup` has made none yet")
            return
        at, size, seconds = row
        old = seconds > BACKUP_DAYS * 86_400
        wrong = f"the last backup is older than {BACKUP_DAYS} days: antiphon backup FILE" if old else None
        values = {"antiphon_backup_age_seconds": seconds, "antiphon_backup_bytes": size}
        yield Reading(f"the last at {at:%Y-%m-%d %H:%M:%S} UTC, {size} bytes", wrong, values)


class DiskHasRoom(Check):
    """The size of the log's database and of its write-ahead log, and the space left beside ANTIPHON_HOME."""

    name = "disk"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_database_bytes": "The size of the log's database.",
        "antiphon_wal_bytes": "The size of the server's write-ahead log; absent where the login may not see it.",
        "antiphon_disk_free_bytes": "Free space on the disk of ANTIPHON_HOME.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """All sizes that can be seen from here."""
        row = sources.connection.execute(_SIZES).fetchone()
        assert row is not None
        values: dict[str, float] = {"antiphon_database_bytes": row[0]}
        says = [f"database {_mib(row[0])}"]
        wal = None
        if row[1]:
            found = sources.connection.execute("SELECT sum(size)::float8 FROM pg_ls_waldir()").fetchone()
            wal = found[0] if found else None
        elif sources.home is not None:
            wal = _folder_bytes(sources.home / "postgres" / "pg_wal")
        if wal is not None:
            values["antiphon_wal_bytes"] = wal
            says.append(f"write-ahead log {_mib(wal)}")
        wrong = None
        if sources.home is not None and (free := _free(sources.home)) is not None:
            values["antiphon_disk_free_bytes"] = free
            says.append(f"free {_mib(free)}")
            if free < FEW_BYTES:
                wrong = f"little space is left on the disk of {sources.home}: free some, or move ANTIPHON_HOME"
        yield Reading(", ".join(says), wrong, values)


def _mib(size: float) -> str:
    return f"{size / 2**20:.0f} MiB"


def _free(folder: Path) -> float | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _folder_bytes(folder: Path) -> float | None:
    try:
        return sum(each.stat().st_size for each in folder.iterdir() if each.is_file())
    except OSError:  # another server's, or not ours to read
        return None
