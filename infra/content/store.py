"""The content store: files kept once for each person, sealed under the person's key, and named by the SHA-256 of the
sealed bytes.

A name says nothing of the file: the same file has another name each time it is sealed. Once the person's key is
destroyed, nobody can open the bytes, nor tell whether they were of a file that somebody has.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.content.backend import NAME, Backend
from infra.content.check import ContentCheck, Verdict
from infra.content.media_type import HEAD, media_type
from infra.content.sealing import CHUNK, HEADER, TAG, ChunkOpener, claim_of, plain_size, sealed
from infra.keys.sealing import SealBroken
from infra.keys.vault import SubjectErased, Vault

SLOW_SECONDS, PAUSE_SECONDS = 1, 30
"""After how long an error means that the backend does not answer, and for how long `keep_soon` then does not ask."""


class ContentTooLarge(ValueError):
    """A file has more bytes than one file may have."""


class ContentTooMany(ValueError):
    """A person has as many files as one person may have."""


class BackendSilent(OSError):
    """The backend did not answer shortly before."""


class ContentMissing(LookupError):
    """There is no content of this name."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of a file once it is kept. `name`: the SHA-256 of the sealed bytes. `plain_sum`: that of the file,
    in hex; a text about the person, to be sealed wherever it is stored. `type`: as its first bytes tell."""

    name: str
    size: int
    type: str
    plain_sum: str


class ContentStore:
    """Files of people in a backend. Thread-safe. The memory used does not depend on the size of a file."""

    def __init__(
        self, backend: Backend, vault: Vault, *, most_bytes: int, most_files: int, check: ContentCheck | None = None
    ) -> None:
        """`most_bytes`: how long one file may be; `most_files`: how many files one person may have. `check`: of files
        that come in."""
        self._backend = backend
        self._check = check
        self._vault = vault
        self.most_bytes = most_bytes
        self._most_files = most_files
        self._ask_from = 0.0

    def keep(self, subject: str, parts: Iterable[bytes]) -> Content:
        """Keep a file of this person; one that is kept already keeps its name, and nothing is added.

        Raises ContentTooLarge, ContentTooMany, SubjectErased, Overloaded, OSError: nothing was kept.
        """
        key, plain = self._vault.key(subject), _Plain(self.most_bytes)
        name = hashlib.sha256()
        with self._backend.writing(subject) as writing:
            for part in sealed(key, plain.read(parts)):
                name.update(part)
                writing.write(part)
            claim = claim_of(key, plain.sum.digest())
            known = (self._backend.note(subject, claim) or b"").decode("ascii", "replace")
            if not NAME.fullmatch(known) or self._backend.size(subject, known) is None:
                if sum(1 for _ in self._backend.names(subject)) >= self._most_files:
                    raise ContentTooMany(f"a person has at most {self._most_files} files")
                known = name.hexdigest()
                writing.keep(known)
                # A process that dies here leaves the file; the same file again is then kept once more, and not lost.
                self._backend.write_note(subject, claim, known.encode())
        return Content(known, plain.size, media_type(bytes(plain.head)), plain.sum.hexdigest())

    def keep_soon(self, subject: str, parts: Iterable[bytes]) -> Content:
        """Keep what the log holds otherwise, and for which nobody is to wait long: a backend that did not answer is not
        asked again for `PAUSE_SECONDS`. Raises as `keep`."""
        if time.monotonic() < self._ask_from:
            raise BackendSilent("it did not answer a moment ago")
        began = time.monotonic()
        try:
            return self.keep(subject, parts)
        except OSError:
            if time.monotonic() - began > SLOW_SECONDS:
                self._ask_from = time.monotonic() + PAUSE_SECONDS
            raise

    def verdict(self, subject: str, name: str) -> Verdict | None:
        """What the check finds of a file of this person; None where there is no check. Raises as `read`."""
        return self._check.verdict(self.read(subject, name), self.size(subject, name)) if self._check else None

    def size(self, subject: str, name: str) -> int:
        """The size of a file of this person. Raises ContentMissing, SealBroken, OSError."""
        return plain_size(self._sealed_size(subject, name))

    def read(self, subject: str, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes of a file of this person from `start` up to `end`, or to its end; each part is checked before it is
        given.

        Raises, before the first part, ContentMissing, SealBroken, SubjectErased, Overloaded, OSError; and SealBroken or
        OSError as soon as a part cannot be read.
        """
        sealed_size = self._sealed_size(subject, name)
        size = plain_size(sealed_size)
        key = self._vault.keys([subject]).get(subject)
        if key is None:
            raise SubjectErased(subject)
        opening = ChunkOpener(key, b"".join(self._backend.read(subject, name, 0, HEADER)), sealed_size)
        start, end = min(max(start, 0), size), size if end is None else min(end, size)
        return self._opened(opening, subject, name, sealed_size, start, end)

    def names(self, subject: str) -> Iterator[str]:
        """The names of all that is kept for this person. Raises OSError."""
        return self._backend.names(subject)

    def kept(self) -> Iterator[tuple[str, str, int | None]]:
        """All that is kept: each person, name, and the size of the file, None where it is cut off. Raises OSError."""
        for subject, name, sealed_size in self._backend.kept():
            try:
                yield subject, name, plain_size(sealed_size)
            except SealBroken:
                yield subject, name, None

    def owners(self) -> Iterator[str]:
        """Everybody for whom something is kept. Raises OSError."""
        return self._backend.owners()

    def unfinished(self) -> int:
        """How many files come in, or were coming in when their process was killed. Raises OSError."""
        return self._backend.unfinished()

    def remove_unfinished(self, older_than_seconds: float) -> int:
        """Remove what killed processes were taking in. Answers how many files. Raises OSError."""
        return self._backend.remove_unfinished(older_than_seconds)

    def remove(self, subject: str, name: str) -> None:
        """Remove one file of this person, if it is there. Raises OSError."""
        self._backend.remove(subject, name)

    def forget(self, subject: str) -> None:
        """Remove all that is kept for this person, after their key was destroyed. A repeat does the rest. Raises
        OSError."""
        self._backend.remove_all(subject)

    def is_whole(self, subject: str, name: str) -> bool:
        """Whether a file is there with the bytes that its name says. No key is asked for. Raises OSError."""
        found, size = hashlib.sha256(), self._backend.size(subject, name)
        if size is None:
            return False
        try:
            for part in self._backend.read(subject, name, 0, size):
                found.update(part)
        except FileNotFoundError:
            return False
        return found.hexdigest() == name

    def _sealed_size(self, subject: str, name: str) -> int:
        size = self._backend.size(subject, name)
        if size is None:
            raise ContentMissing(name)
        return size

    def _opened(
        self, opening: ChunkOpener, subject: str, name: str, sealed_size: int, start: int, end: int
    ) -> Iterator[bytes]:
        if start >= end and sealed_size > HEADER + TAG:
            return
        # Of an empty file, the one chunk is opened, too: its name may say more than is there.
        first, last = start // CHUNK, max(end - 1, start) // CHUNK
        begin, until = (HEADER + number * (CHUNK + TAG) for number in (first, last + 1))
        chunks = _chunks(self._backend.read(subject, name, begin, min(until, sealed_size)))
        for number in range(first, last + 1):
            at = number * CHUNK
            # A file that became shorter meanwhile has no such chunk, and nothing opens as that.
            opened = opening.opened(number, next(chunks, b""))[max(start - at, 0) : max(end - at, 0)]
            if opened:
                yield opened


def _chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in parts:
        held += part
        while len(held) >= CHUNK + TAG:
            yield bytes(held[: CHUNK + TAG])
            del held[: CHUNK + TAG]
    if held:
        yield bytes(held)


class _Plain:
    """What goes by as a file is read: its size, its sum, its beginning."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.size, self.sum, self.head = 0, hashlib.sha256(), bytearray()

    def read(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The same parts. Raises ContentTooLarge."""
        for part in parts:
            self.size += len(part)
            if self.size > self._most_bytes:
                raise ContentTooLarge(f"a file has at most {self._most_bytes} bytes")
            self.sum.update(part)
            self.head += part[: HEAD - len(self.head)]
            yield part
