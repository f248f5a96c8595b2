"""A process that works beside a test, to be killed, stopped and resumed. `Child` is its handle; `work_until_told`,
`armed` and `stop_when_armed` are for its inside."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Self

import psutil
import structlog

from tests.support.forked import forked
from tests.support.waiting import wait_until


class Child:
    """A child that runs a module of the tests until told otherwise; it goes when its parent goes."""

    def __init__(self, module: str, *arguments: str) -> None:
        """`module` is one whose `main` reads arguments, standard input and standard output as a program does."""
        self._line, inside = socket.socketpair()
        with inside:
            self.process = forked(_inside, inside, module, arguments)
        self._says = self._line.makefile("r", encoding="utf-8")

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        self._line.sendall(f"{line}\n".encode())

    def said(self) -> str:
        """The next line that it says."""
        return self._says.readline().strip()

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self.process.pid is not None
        return self.process.pid

    def ready(self) -> Self:
        """Wait until it is at work."""
        assert self.said() == "ready"
        return self

    def arm(self) -> None:
        """Have it stop itself when it next comes to its phase. Returns once it knows.

        A signal would not do: one that comes just before a read begins is seen only after that read.
        """
        self.tell("arm")
        assert self.said() == "armed"

    def stop_in_phase(self) -> None:
        """Have it stop itself when it next comes to its phase; returns once it stands still."""
        self.arm()
        self.wait_until_stopped()

    def stop(self) -> None:
        """SIGSTOP, wherever it is."""
        os.kill(self.pid, signal.SIGSTOP)
        self.wait_until_stopped()

    def wait_until_stopped(self) -> None:
        """Return once it stands still."""
        process = psutil.Process(self.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, 60, "the process stands still")

    def resume(self) -> None:
        """SIGCONT: to it, no time has passed."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self._gone()

    def leave(self, seconds: float = 30) -> str:
        """Let it end in order, within so many seconds; what it still said."""
        self._line.shutdown(socket.SHUT_WR)
        self._line.settimeout(seconds)
        rest = self._says.read()
        self._gone(seconds)
        assert self.process.exitcode == 0
        return rest

    def _gone(self, seconds: float | None = None) -> None:
        self.process.join(seconds)
        self._says.close()
        self._line.close()

    def __enter__(self) -> Self:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.exitcode is None:
            self.kill()


def _inside(line: socket.socket, module: str, arguments: Sequence[str]) -> None:
    for stream in (0, 1):
        os.dup2(line.fileno(), stream)
    line.close()
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    # Standard output is the line to the test: a warning of a host that waits is no answer.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()


armed = threading.Event()
"""Inside a child: whether it is to stop itself at its phase."""


def stop_when_armed() -> None:
    """Inside a child, at its phase: stand still, where the test asked for it."""
    if armed.is_set():
        armed.clear()
        # To this thread, which stops as it leaves the call. A signal to the process goes to the main thread, and until
        # that one has a processor, this thread goes on.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def work_until_told() -> None:
    """Inside a child: say that it is at work, and return when its standard input ends."""
    print("ready", flush=True)
    for _ in iter(sys.stdin.readline, ""):
        armed.set()
        print("armed", flush=True)
