"""A place for sealed bytes in an S3-compatible store of objects.

Each object is written by one request, as a whole or not at all. A file is cut into parts of PART bytes; its last part
is the object that bears the file's name, and is written last:

    customer-…/content/<name>/<size>-<upload>    the last part of a file, of most files the only one
    customer-…/parts/<upload>/<number>           the parts before it
    customer-…/notes/<name>                      a note
    unfinished/customer-…/<upload>               empty, while parts are being written

So whatever a killed process leaves can be listed, is found by the owner at an erasure, and cannot be read. (Parts of a
multipart upload of S3 could neither be listed with the objects nor removed with them.) The store has to list an object
as soon as it is written, as S3 does.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from infra.content.backend import NAME, OWNER, check_place

PART = 2 * 2**20
"""The bytes of each part but the last. Never to be changed: files that are kept are read by it."""
READ = 2**20
"""How many bytes one request reads: no connection stays open while a slow reader takes them."""
UNFINISHED = "unfinished"
REQUEST_SECONDS, CONNECT_SECONDS, RETRIES, RETRY_SECONDS = 15, 2, 2, 5
"""How long a store may keep a caller waiting: a request, a connection, and for how long a failed one is repeated."""
_PAGE = 1_000
_LAST = re.compile(r"(\d{1,15})-([0-9a-f]{32})")


class BucketError(OSError):
    """The store does not do what it was asked for. What it says is for operators, and holds no key."""


class Bucket:
    """A bucket, or what is under a prefix of it. Thread-safe."""

    def __init__(
        self,
        name: str,
        *,
        prefix: str | None = None,
        endpoint: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> None:
        """Whatever is left out is found as AWS's own tools find it: in the environment, or from the machine. Raises
        BucketError."""
        given = {"endpoint": endpoint, "region": region, "access_key_id": access_key, "secret_access_key": secret_key}
        try:
            self._store = S3Store(
                name,
                prefix=prefix,
                config={key: value for key, value in given.items() if value is not None},  # type: ignore[arg-type]  # a TypedDict of these
                client_options={
                    # The settings take http for an address of this machine only; the environment of AWS's tools never.
                    "allow_http": bool(endpoint and endpoint.startswith("http:")),
                    "timeout": timedelta(seconds=REQUEST_SECONDS),
                    "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                },
                retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
            )
        except BaseError:
            raise BucketError("a setting of AWS's tools in the environment (AWS_…) is not understood") from None

    @contextmanager
    def writing(self, owner: str) -> Iterator[_Upload]:
        """Begin to write a file; it is gone afterwards, unless it was kept. Raises OSError."""
        check_place(owner)
        upload = _Upload(self, owner)
        try:
            yield upload
        finally:
            upload.end()

    def size(self, owner: str, name: str) -> int | None:
        """How many bytes a file has; None where it is missing. Raises OSError."""
        last = self._last(owner, name)
        return last.size if last else None

    def read(self, owner: str, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end`. Raises FileNotFoundError, OSError."""
        last = self._last(owner, name)
        if last is None:
            raise FileNotFoundError(name)
        end = min(end, last.size)
        while start < end:
            number, at = divmod(start, PART)
            # The last part may be a whole one: it is not followed by an empty one.
            path = last.path if number == last.parts else _part(owner, last.upload, number)
            until = min(end - number * PART, PART, at + READ)
            with _answering():
                part = bytes(obstore.get_range(self._store, path, start=at, end=until))
            yield part
            start += until - at

    def names(self, owner: str) -> Iterator[str]:
        """The names of all files of a person. Raises OSError."""
        check_place(owner)
        found = (path.split("/") for path, _, _ in self._objects(f"{owner}/content"))
        # Others may put objects there, too.
        yield from dict.fromkeys(each[2] for each in found if len(each) == 4 and NAME.fullmatch(each[2]))

    def kept(self) -> Iterator[tuple[str, str, int]]:
        """All files: each owner, name, and how many bytes of it are there. Raises OSError."""
        # S3 lists by name, and so each owner's objects one after the other.
        for owner, objects in groupby(self._objects(), lambda each: each[0].split("/")[0]):
            if not OWNER.fullmatch(owner):
                continue
            files, parts = dict[str, tuple[str, int]](), Counter[str]()
            for path, size, _ in objects:
                match path.split("/"):
                    case [_, "content", name, which] if NAME.fullmatch(name) and (found := _LAST.fullmatch(which)):
                        files[name] = found[2], size
                    case [_, "parts", upload, _]:
                        parts[upload] += size
            yield from ((owner, name, size + parts[upload]) for name, (upload, size) in files.items())

    def owners(self) -> Iterator[str]:
        """Everybody for whom something is kept. Raises OSError."""
        with _answering():
            found = obstore.list_with_delimiter(self._store)["common_prefixes"]
        yield from (each for each in found if OWNER.fullmatch(each))

    def remove(self, owner: str, name: str) -> None:
        """Remove a file, if it is there. Raises OSError."""
        # What bears the name goes last: a repeat finds the parts.
        while (last := self._last(owner, name)) is not None:
            self.remove_upload(owner, last.upload)
            self.delete([last.path])

    def remove_all(self, owner: str) -> None:
        """Remove all that is kept for a person, and what is being written. Raises OSError."""
        check_place(owner)
        for under in (owner, f"{UNFINISHED}/{owner}"):
            self.delete([path for path, _, _ in self._objects(under)])

    def note(self, owner: str, name: str) -> bytes | None:
        """A note; None where there is none. Raises OSError."""
        check_place(owner, name)
        with suppress(FileNotFoundError), _answering():
            return bytes(obstore.get(self._store, f"{owner}/notes/{name}").bytes())
        return None

    def write_note(self, owner: str, name: str, text: bytes) -> None:
        """Write a note, over a former one. Raises OSError."""
        check_place(owner, name)
        self.put(f"{owner}/notes/{name}", text)

    def unfinished(self) -> int:
        """How many files of several parts are being written, or were when their process was killed. Raises OSError."""
        return sum(1 for _ in self._objects(UNFINISHED))

    def remove_unfinished(self, older_than_seconds: float) -> int:
        """Remove what killed processes were writing. Answers how many files. Raises OSError."""
        until, found = datetime.now(UTC) - timedelta(seconds=older_than_seconds), 0
        for path, _, at in list(self._objects(UNFINISHED)):
            match path.split("/"):
                case [_, owner, upload] if OWNER.fullmatch(owner) and at < until:
                    # The process may have died after it had kept the file.
                    if not any(each.endswith(f"-{upload}") for each, _, _ in self._objects(f"{owner}/content")):
                        self.remove_upload(owner, upload)
                    self.delete([path])
                    found += 1
        return found

    def put(self, path: str, content: bytes) -> None:
        """Write one object, whole or not at all. Raises OSError."""
        with _answering():
            obstore.put(self._store, path, content, use_multipart=False)

    def delete(self, paths: Sequence[str]) -> None:
        """Remove these objects, as far as they are there. Raises OSError."""
        for at in range(0, len(paths), _PAGE):
            with _answering():
                obstore.delete(self._store, list(paths[at : at + _PAGE]))

    def remove_upload(self, owner: str, upload: str) -> None:
        """Remove the parts of a file but the last. Raises OSError."""
        self.delete([path for path, _, _ in self._objects(f"{owner}/parts/{upload}")])

    def _last(self, owner: str, name: str) -> _Last | None:
        check_place(owner, name)
        for path, _, _ in self._objects(f"{owner}/content/{name}"):
            if found := _LAST.fullmatch(path.rpartition("/")[2]):
                return _Last(path, int(found[1]), found[2])
        return None

    def _objects(self, prefix: str | None = None) -> Iterator[tuple[str, int, datetime]]:
        """The path, size and time of each object under a prefix. Raises OSError."""
        pages = iter(obstore.list(self._store, prefix, chunk_size=_PAGE))
        while True:
            with _answering():
                page = next(pages, None)
            if page is None:
                return
            yield from ((each["path"], each["size"], each["last_modified"]) for each in page)


class _Last:
    """The last part of a file."""

    def __init__(self, path: str, size: int, upload: str) -> None:
        self.path, self.size, self.upload = path, size, upload
        self.parts = max(size - 1, 0) // PART
        """How many parts are before it."""


class _Upload:
    """A file that is being written."""

    def __init__(self, bucket: Bucket, owner: str) -> None:
        self._bucket, self._owner, self._id = bucket, owner, secrets.token_hex(16)
        self._held, self._size, self._parts = bytearray(), 0, 0
        self._tried: str | None = None
        self._kept = False

    def write(self, part: bytes) -> None:
        """Write further bytes. Raises OSError."""
        self._held += part
        self._size += len(part)
        # Only what follows tells that a part is not the last.
        while len(self._held) > PART:
            if not self._parts:
                self._bucket.put(self._marker, b"")
            self._parts += 1
            self._bucket.put(_part(self._owner, self._id, self._parts - 1), bytes(self._held[:PART]))
            del self._held[:PART]

    def keep(self, name: str) -> None:
        """Keep the file under a name, unless the name is there already. Raises OSError."""
        if self._bucket.size(self._owner, name) is None:
            self._tried = f"{self._owner}/content/{name}/{self._size}-{self._id}"
            self._bucket.put(self._tried, bytes(self._held))
            self._kept = True

    def end(self) -> None:
        """Remove what was written and not kept. Where the store does not answer, it stays as what a killed process
        leaves."""
        with suppress(OSError):
            if not self._kept:
                # Whether a request that failed was carried out nobody knows.
                self._bucket.delete([self._tried] if self._tried else [])
                if self._parts:
                    self._bucket.remove_upload(self._owner, self._id)
            if self._parts:
                self._bucket.delete([self._marker])

    @property
    def _marker(self) -> str:
        return f"{UNFINISHED}/{self._owner}/{self._id}"


def _part(owner: str, upload: str, number: int) -> str:
    return f"{owner}/parts/{upload}/{number:08}"


@contextmanager
def _answering() -> Iterator[None]:
    """Within: the library's errors are OSErrors, which say nothing of what was asked for."""
    try:
        yield
    except (FileNotFoundError, BaseError) as error:
        if "NoSuchBucket" in str(error):
            raise BucketError("there is no such bucket") from None
        if isinstance(error, FileNotFoundError):
            raise FileNotFoundError("there is no such object") from None
        status, code = (re.search(each, str(error)) for each in (r"status code: (\d{3})", r"<Code>(\w{1,60})</Code>"))
        answer = " ".join(found[1] for found in (status, code) if found)
        raise BucketError(f"the store answers {answer}" if answer else "the store does not answer") from None
