"""The file of rejected records: CSV with line, reason code, reason, and the record as it came."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from consumers.imports.source import Reject
from domain.kernel.refusal import Refusal
from infra.file_to_write import file_there

if TYPE_CHECKING:
    from _csv import Writer

HEADER = ("line", "code", "reason", "record")


class Rejects:
    """The rejects of one import. The first reject creates the file, and replaces that of an earlier run.

    The file holds personal text and is its owner's alone (mode 0600). Bytes that are not UTF-8 are kept as they came.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Writer | None = None

    def __enter__(self) -> Self:
        """Check that the file can be written, before anything is imported. Raises Refusal `rejects-not-writable`."""
        try:
            theirs = file_there(self.path) and not self._is_ours()
            writable = os.access(self.path.parent, os.W_OK)
        except OSError as error:
            raise _not_writable(str(error)) from None
        if theirs:
            raise _not_writable(f"{self.path} is there and holds no rejects")
        if not writable:
            raise _not_writable(f"nothing can be written to {self.path.absolute().parent}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._file.close()

    def add(self, reject: Reject) -> None:
        """Write one reject. Raises Refusal `rejects-not-writable`."""
        if self._writer is None:
            self._writer = self._open()
        self._writer.writerow((reject.place.line, reject.code, reject.why, reject.place.raw.rstrip("\r\n")))

    def _open(self) -> Writer:
        try:
            file_there(self.path)  # the path may have changed since
            # Unlinked first: a process that has the old file open, or a link to it, does not get the new one.
            self.path.unlink(missing_ok=True)
            number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _not_writable(str(error)) from None
        self._file = os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape", newline="", buffering=1)
        writer = csv.writer(self._file)
        writer.writerow(HEADER)
        return writer

    def _is_ours(self) -> bool:
        begin = ",".join(HEADER).encode()
        with self.path.open("rb") as file:
            return file.read(len(begin)) in (begin, b"")


def _not_writable(why: str) -> Refusal:
    return Refusal("rejects-not-writable", f"{why}; name another file with --rejects")
