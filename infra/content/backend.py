"""The port to a place for sealed bytes: a folder, or any other store of objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from infra.file_to_write import NotAFile

OWNER = re.compile(r"[a-z]{1,19}-[A-Za-z0-9-]{1,80}")
NAME = re.compile(r"[0-9a-f]{64}")


class Writing(Protocol):
    """Bytes that are being written, and are dropped unless they are kept."""

    def write(self, part: bytes) -> None:
        """Write further bytes. Raises OSError."""

    def keep(self, name: str) -> None:
        """Keep all that was written under a name, whole and for good; what is there under that name stays. Raises
        OSError."""


class Backend(Protocol):
    """Keeps bytes for people by owner and name. An owner is a person's id; a name is a SHA-256 in hex. A *note* is a
    few bytes under a name of its own."""

    def writing(self, owner: str) -> AbstractContextManager[Writing]:
        """Begin to write for a person. Raises OSError."""

    def size(self, owner: str, name: str) -> int | None:
        """How many bytes a name has; None where it is missing. Raises OSError."""

    def read(self, owner: str, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end`, a part at a time. Raises FileNotFoundError, OSError."""

    def names(self, owner: str) -> Iterator[str]:
        """All names of a person. Raises OSError."""

    def kept(self) -> Iterator[tuple[str, str, int]]:
        """All that is kept: each owner, name, and how many bytes are there. Raises OSError."""

    def owners(self) -> Iterator[str]:
        """Everybody for whom something is kept. Raises OSError."""

    def remove(self, owner: str, name: str) -> None:
        """Remove what has a name, if it is there. Raises OSError."""

    def remove_all(self, owner: str) -> None:
        """Remove all that is kept for a person, notes as well. A repeat does the rest. Raises OSError."""

    def note(self, owner: str, name: str) -> bytes | None:
        """A note; None where there is none. Raises OSError."""

    def write_note(self, owner: str, name: str, text: bytes) -> None:
        """Write a note, over a former one. Raises OSError."""

    def unfinished(self) -> int:
        """How many files are being written, or were when their process was killed. Raises OSError."""

    def remove_unfinished(self, older_than_seconds: float) -> int:
        """Remove what killed processes were writing. Answers how many files. Raises OSError."""


def check_place(owner: str, name: str | None = None) -> None:
    """Check what becomes part of a path: a caller's text may lead elsewhere. Raises NotAFile."""
    if not OWNER.fullmatch(owner) or (name is not None and not NAME.fullmatch(name)):
        raise NotAFile("a place of content is named by a person's id and a SHA-256 in hex")
