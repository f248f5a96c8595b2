"""Where the records go that do not go in: a CSV file of line, reason code, reason, and the record as it came."""

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
    """Made with the first reject, in the place of one from an earlier run, and without any not at all.

    It holds personal text and is its owner's alone (mode 0600). Bytes that are not UTF-8 are in it as they came.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Writer | None = None

    def __enter__(self) -> Self:
        """Raises Refusal `rejects-not-writable`, before anything is imported."""
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
        """Write one down. Raises Refusal `rejects-not-writable`."""
        if self._writer is None:
            self._writer = self._open()
        self._writer.writerow((reject.place.line, reject.code, reject.why, reject.place.raw.rstrip("\r\n")))

    def _open(self) -> Writer:
        try:
            file_there(self.path)  # it may have changed since
            # Unlinked first: whoever had the old one open, or linked to it, does not get the new one to read.
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
