"""The check of files that come in: a command of the operator's, such as a virus scanner, which gets each file on its
standard input. (A server may check them instead: `infra/content/icap.py`.)"""

from __future__ import annotations

import os
import select
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal, Protocol

Verdict = Literal["passed", "quarantined", "unchecked"]
"""What a check found. `unchecked`: it did not come to an end in time, or failed."""
_PASSED, _QUARANTINED = 0, 1


class ContentCheck(Protocol):
    """What checks a file."""

    def verdict(self, parts: Iterable[bytes], size: int) -> Verdict:
        """The verdict on a file of `size` bytes. The memory used does not depend on it. Raises as `parts`."""

    def is_there(self) -> bool:
        """Whether there is anything to ask."""


class FileCheck:
    """Runs the command for one file at a time; from any thread. Its exit code is the verdict: 0 passed, 1 quarantined,
    anything else unchecked, as a scanner such as clamdscan says it. What the command prints is dropped: it may quote
    the file."""

    def __init__(self, command: str, seconds: float) -> None:
        """`command`: with its arguments, as a shell would split it; no shell runs it. `seconds`: how long it may take
        for one file. Raises ValueError where a quotation mark is missing."""
        self._arguments = shlex.split(command)
        self._seconds = seconds

    def is_there(self) -> bool:
        """Whether there is a program of this name."""
        return shutil.which(self._arguments[0]) is not None

    def verdict(self, parts: Iterable[bytes], size: int = 0) -> Verdict:
        """The verdict on a file. The memory used does not depend on its size, of which the command is not told. Raises
        as `parts`."""
        until = time.monotonic() + self._seconds
        try:
            process = subprocess.Popen(
                self._arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # Our own environment holds the keys and the passwords of the installation.
                env={name: os.environ[name] for name in ("PATH", "LANG", "HOME", "TMPDIR") if name in os.environ},
                start_new_session=True,
            )
        except (OSError, ValueError):
            return "unchecked"
        code = None
        try:
            with suppress(TimeoutError, subprocess.TimeoutExpired):
                assert process.stdin is not None
                with process.stdin as pipe:
                    _feed(pipe.fileno(), parts, until)
                code = process.wait(max(until - time.monotonic(), 0))
        finally:
            if code is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return "passed" if code == _PASSED else "quarantined" if code == _QUARANTINED else "unchecked"


def _feed(pipe: int, parts: Iterable[bytes], until: float) -> None:
    """Write the parts into a pipe, as fast as it takes them. A command that closes its end knows enough. Raises
    TimeoutError."""
    os.set_blocking(pipe, False)
    # Not select(): it takes no descriptor beyond 1,023.
    writable = select.poll()
    writable.register(pipe, select.POLLOUT)
    for part in parts:
        rest = memoryview(part)
        while rest:
            left = until - time.monotonic()
            if left <= 0 or not writable.poll(left * 1_000):
                raise TimeoutError
            try:
                rest = rest[os.write(pipe, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return
