"""The default place for sealed bytes: a folder. Each name is one file; what is there under its name is whole."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from infra.content.backend import NAME, OWNER, check_place
from infra.file_to_write import check_no_link, file_there

_UNFINISHED = "unfinished"
PART = 64 * 1024
"""How many bytes are read at a time."""

Room = Literal["content", "notes"]


class Folder:
    """A folder of files, readable by its owner only: `customer-…/content/abcd…`, `customer-…/notes/…`, and what is
    being written, in `unfinished`. Every path is looked at before it is written: what is no folder or regular file is
    refused."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def writing(self, owner: str) -> Iterator[_File]:
        """Begin to write a file; it is gone afterwards, unless it was kept. Raises OSError."""
        check_place(owner)
        path = self._folder(_UNFINISHED) / secrets.token_hex(16)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as handle:
            try:
                yield _File(self, owner, path, handle)
            finally:
                path.unlink(missing_ok=True)

    def size(self, owner: str, name: str) -> int | None:
        """How many bytes a file has; None where it is missing. Raises OSError."""
        path = self._path(owner, "content", name)
        return path.lstat().st_size if file_there(path) else None

    def read(self, owner: str, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end`. Raises FileNotFoundError, OSError."""
        path = self._path(owner, "content", name)
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as handle:
            handle.seek(start)
            left = end - start
            while left > 0 and (part := handle.read(min(PART, left))):
                left -= len(part)
                yield part

    def names(self, owner: str) -> Iterator[str]:
        """The names of all files of a person. Raises OSError."""
        check_place(owner)
        yield from sorted(each for each in _entries(self._root / owner / "content") if NAME.fullmatch(each))

    def kept(self) -> Iterator[tuple[str, str, int]]:
        """All files: each owner, name and size. Raises OSError."""
        for owner in self.owners():
            for name in self.names(owner):
                # A file may go meanwhile.
                if (size := self.size(owner, name)) is not None:
                    yield owner, name, size

    def owners(self) -> Iterator[str]:
        """Everybody for whom there is a folder. Raises OSError."""
        yield from sorted(each for each in _entries(self._root) if OWNER.fullmatch(each))

    def remove(self, owner: str, name: str) -> None:
        """Remove a file, if it is there. Raises OSError."""
        path = self._path(owner, "content", name)
        if file_there(path):
            path.unlink(missing_ok=True)
            sync(path.parent)

    def remove_all(self, owner: str) -> None:
        """Remove the folder of a person. Raises OSError."""
        check_place(owner)
        folder = self._root / owner
        check_no_link(folder)
        if folder.exists():
            shutil.rmtree(folder)
            sync(self._root)

    def note(self, owner: str, name: str) -> bytes | None:
        """A note; None where there is none. Raises OSError."""
        path = self._path(owner, "notes", name)
        return path.read_bytes() if file_there(path) else None

    def write_note(self, owner: str, name: str, text: bytes) -> None:
        """Write a note, over a former one. Raises OSError."""
        with self.writing(owner) as file:
            file.write(text)
            file.move("notes", name)

    def unfinished(self) -> int:
        """How many files are being written, or were when their process was killed. Raises OSError."""
        return len(_entries(self._root / _UNFINISHED))

    def remove_unfinished(self, older_than_seconds: float) -> int:
        """Remove what killed processes were writing. Answers how many files. Raises OSError."""
        found = 0
        for each in _entries(self._root / _UNFINISHED):
            path = self._root / _UNFINISHED / each
            if file_there(path) and path.lstat().st_mtime < time.time() - older_than_seconds:
                path.unlink(missing_ok=True)
                found += 1
        return found

    def target(self, owner: str, room: Room, name: str) -> Path:
        """The path of a file that is to be written; its folder is there. Raises OSError."""
        path = self._path(owner, room, name)
        self._folder(owner, room)
        return path

    def _path(self, owner: str, room: Room, name: str) -> Path:
        check_place(owner, name)
        return self._root / owner / room / name

    def _folder(self, *rooms: str) -> Path:
        folder = self._root
        for room in ("", *rooms):
            above, folder = folder, folder / room
            check_no_link(folder)
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync(above if room else above.parent)
        return folder


class _File:
    """A file that is being written."""

    def __init__(self, folder: Folder, owner: str, path: Path, handle: BinaryIO) -> None:
        self._folder, self._owner, self._path, self._handle = folder, owner, path, handle

    def write(self, part: bytes) -> None:
        """Write further bytes. Raises OSError."""
        self._handle.write(part)

    def keep(self, name: str) -> None:
        """Keep the file under a name, unless the name is there already. Raises OSError."""
        if not file_there(self._folder.target(self._owner, "content", name)):
            self.move("content", name)

    def move(self, room: Room, name: str) -> None:
        """Move the file to its place; it is on disk when this returns. Raises OSError."""
        self._handle.flush()
        os.fsync(self._handle.fileno())
        target = self._folder.target(self._owner, room, name)
        file_there(target)  # a link or a device is not written over
        os.replace(self._path, target)
        sync(target.parent)


def sync(folder: Path) -> None:
    """Bring the entries of a folder to disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entries(folder: Path) -> list[str]:
    check_no_link(folder)
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
