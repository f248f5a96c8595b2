"""The file of a backup: a line that names the format, a line of JSON, what `pg_dump` wrote, and a MAC over all of it
under the master key."""

from __future__ import annotations

import hmac
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

from domain.kernel.refusal import Refusal
from infra.embedded import postgres_program
from infra.keys.vault import Vault

TABLES = ("log", "claims", "claims_gone", "erased", "dead_letters", "dead_letter_decisions")
FORMAT = b"antiphon backup 1\n"
FORMER = b"PGDMP"
"""How a backup of an earlier release begins, which has no MAC."""
HEADER_BYTES = 1000
MAC_BYTES = 32
CHUNK_BYTES = 2**20
MOST_LINE_BYTES = 256 * 2**20
"""More than any row of ours takes: an event holds no more than a request may bring."""

_COPY = re.compile(rb"COPY antiphon\.([a-z_]+) \(([a-z_]+(?:, [a-z_]+)*)\) FROM stdin;\n")
"""The line before a table's rows. A column's name that is a keyword comes in quotes, which are taken off before."""


class BackupFile:
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
        self.authentic = begin == FORMAT
        if not self.authentic:
            if not begin.startswith(FORMER):
                raise not_restored("the file is no backup")
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
        macs = self._vault.macs()
        self._file.seek(0)
        left = self._end
        while left > 0 and (part := self._file.read(min(left, CHUNK_BYTES))):
            left -= len(part)
            for mac in macs:
                mac.update(part)
            yield part
        written = self._file.read(MAC_BYTES) if self.authentic else b""
        if self.authentic and not any(hmac.compare_digest(mac.digest(), written) for mac in macs):
            raise Refusal(
                "backup-not-authentic",
                "the file is not as it was written, or was written under another master key. "
                "Take another copy of the backup, and check ANTIPHON_MASTER_KEY",
            )

    @contextmanager
    def tables(self) -> Iterator[Iterator[tuple[str, list[str], Iterator[bytes]]]]:
        """Within: our tables, each by name, columns, and rows as COPY has them, one after the other. Whatever else the
        file holds is passed over, and never executed. The rows of a table end before the next one comes.

        Raises Refusal `backup-not-restored`, and at the end of the context `backup-not-authentic`.
        """
        failed: list[BaseException] = []
        with program("pg_restore", ["--data-only", "--file=-"], not_restored, stdin=subprocess.PIPE) as reading:
            feeding = threading.Thread(target=_feed, args=(reading, self.parts(), failed), name="backup", daemon=True)
            feeding.start()
            try:
                assert reading.stdout is not None
                yield _tables(reading.stdout)
                # What follows our tables is read, too: else pg_restore, and its feeder, would wait.
                while reading.stdout.read(CHUNK_BYTES):
                    pass
            except BaseException:
                reading.kill()
                raise
            finally:
                feeding.join()
        if failed:
            raise failed[0]


def _lines(script: IO[bytes]) -> Iterator[bytes]:
    """The lines of what pg_restore writes. A file that is a few kB can unpack to a line that fills the memory. Raises
    Refusal `backup-not-restored`."""
    while line := script.readline(MOST_LINE_BYTES):
        if len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
            raise not_restored("a row of it is longer than any of ours")
        yield line


def _tables(script: IO[bytes]) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
    lines = _lines(script)
    for line in lines:
        found = _COPY.fullmatch(line.replace(b'"', b""))
        if found is None or (table := found[1].decode()) not in TABLES:
            continue
        rows = _rows(lines)
        yield table, found[2].decode().split(", "), rows
        for _ in rows:
            pass


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    for row in lines:
        if row == b"\\.\n":
            return
        yield row


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


@contextmanager
def program(
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


def not_restored(why: str) -> Refusal:
    """The refusal of a backup that cannot be restored."""
    return Refusal("backup-not-restored", f"{why}; nothing was changed")
