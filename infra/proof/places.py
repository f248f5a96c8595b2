"""Places outside the database in which checkpoints are kept: a folder, and the content store's folder or bucket. (A
topic of Kafka: `infra/proof/topic.py`.)"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infra.content.backend import Backend
from infra.content.folder import sync
from infra.file_to_write import check_no_link, file_there


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note as it is kept. `where`: for messages. `text`: None where it is damaged."""

    where: str
    text: str | None


MOST_BYTES = 65_536
"""More than a note ever has."""


class CheckpointPlace(Protocol):
    """Keeps checkpoints."""

    name: str

    def last(self) -> str | None:
        """The note that was written last; None before the first. Raises OSError."""

    def write(self, day: str, note: str) -> None:
        """Keep a note, which is the last one from now on. Raises OSError."""

    def notes(self) -> Iterator[KeptNote]:
        """All notes that are kept, the oldest first. Raises OSError."""


class CheckpointFolder:
    """A folder with every checkpoint: a file for each day, one note a line, as JSON; and `latest`, the last note as it
    is."""

    def __init__(self, root: Path) -> None:
        self.name = str(root)
        self._root = root

    def last(self) -> str | None:
        """The last note. Raises OSError."""
        return _text(self._root / "latest")

    def write(self, day: str, note: str) -> None:
        """Add a note. It is on disk when this returns. Raises OSError."""
        check_no_link(self._root)
        if not self._root.is_dir():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync(self._root.parent)
        # A clock that was set back must not put this note before those that the note extends.
        self._add(max([self._root / f"{day}.jsonl", *self._files()]), note)
        latest, fresh = self._root / "latest", self._root / f".latest.{secrets.token_hex(8)}"
        file_there(latest)
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(note)
                handle.flush()
                os.fsync(handle.fileno())
            fresh.rename(latest)
        finally:
            fresh.unlink(missing_ok=True)
        sync(self._root)

    def notes(self) -> Iterator[KeptNote]:
        """All notes, day by day, and then the last one."""
        check_no_link(self._root)
        for file in self._files():
            if not file_there(file):
                continue
            with file.open("rb") as lines:
                # In pieces: a line may be longer than a note ever is.
                for number, line in enumerate(iter(lambda: lines.readline(MOST_BYTES), b""), 1):
                    # What was being written when a machine went down is no note, and nobody was told of it.
                    if line.strip() and (line.endswith(b"\n") or len(line) == MOST_BYTES):
                        yield KeptNote(f"{file} line {number}", _parsed(line))
        if (last := self.last()) is not None:
            yield KeptNote(str(self._root / "latest"), last)

    def _files(self) -> list[Path]:
        return sorted(self._root.glob("????-??-??.jsonl"))

    @staticmethod
    def _add(file: Path, note: str) -> None:
        file_there(file)
        line = json.dumps(note, ensure_ascii=False).encode() + b"\n"
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as handle:
            size = handle.seek(0, os.SEEK_END)
            last = os.pread(descriptor, MOST_BYTES, max(0, size - MOST_BYTES))
            if torn := len(last) - (last.rfind(b"\n") + 1):
                os.ftruncate(descriptor, size - torn)  # what a machine that went down left of a note
            handle.write(line)
            os.fsync(descriptor)


class CheckpointNotes:
    """The content store's folder or bucket, which keeps the last checkpoint of each day."""

    DAYS = 3660
    """How many days are looked for."""

    def __init__(self, backend: Backend, owner: str, name: str) -> None:
        """`owner`: the name under which the notes are kept; `name`: for messages."""
        self.name = name
        self._backend = backend
        self._owner = owner

    def last(self) -> str | None:
        """The last note. Raises OSError."""
        return self._note("latest")

    def write(self, day: str, note: str) -> None:
        """Keep a note as the last one of this day. Raises OSError."""
        # As in a folder: after those that the note extends.
        day = max([day, *(days := self._days())])
        if day not in days:
            self._backend.write_note(self._owner, _hashed("days"), "\n".join([*days, day][-self.DAYS :]).encode())
        self._backend.write_note(self._owner, _hashed(day), note.encode())
        self._backend.write_note(self._owner, _hashed("latest"), note.encode())

    def notes(self) -> Iterator[KeptNote]:
        """The last note of each day, and the last one."""
        for day in [*self._days(), "latest"]:
            where = f"{self.name}, the note of {day}"
            if (note := self._note(day)) is not None:
                yield KeptNote(where, note)
            elif day != "latest":
                yield KeptNote(where, None)

    def _days(self) -> list[str]:
        return (self._note("days") or "").split()

    def _note(self, name: str) -> str | None:
        note = self._backend.note(self._owner, _hashed(name))
        return note.decode(errors="replace") if note is not None else None


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _text(file: Path) -> str | None:
    if not file_there(file):
        return None
    with file.open("rb") as content:
        return content.read(MOST_BYTES).decode(errors="replace")


def _parsed(line: bytes) -> str | None:
    try:
        note = json.loads(line)
    except ValueError:
        return None
    return note if isinstance(note, str) else None
