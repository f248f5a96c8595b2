"""Looks at a path before it is read: a pipe would keep the reader waiting, and a device has no end."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.kernel.refusal import Refusal


@contextmanager
def regular_file(path: Path, instead: str) -> Iterator[BinaryIO]:
    """Within: the file, opened. `instead`: what to name, where the path leads to no regular file. Raises Refusal
    `file-not-readable`."""
    try:
        # Without O_NONBLOCK, to open a pipe that nobody writes to would wait already.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise Refusal("file-not-readable", f"{error}; name {instead}") from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Refusal("file-not-readable", f"{path} is not a regular file; name {instead}")
    with os.fdopen(number, "rb") as opened:
        yield opened
