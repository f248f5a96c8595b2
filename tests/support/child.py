"""A process that works beside a test, to be killed, stopped and resumed. `Child` is its handle; `work_until_told`,
`armed` and `stop_when_armed` are for its inside."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import Self

import psutil

from tests.support.waiting import wait_until


class Child:
    """A child that runs a module of the tests until told otherwise; it goes when its parent goes."""

    def __init__(self, module: str, *arguments: str) -> None:
        """`module` is one whose `main` calls `work_until_told`."""
        command = [sys.executable, "-m", module, *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def said(self) -> str:
        """The next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def ready(self) -> Self:
        """Wait until it is at work."""
        assert self.said() == "ready"
        return self

    def arm(self) -> None:
        """Have it stop itself when it next comes to its phase. Returns once it knows.

        A signal would not do: one that comes just before a read begins is seen only after that read.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(b"arm\n")
        self.process.stdin.flush()
        assert self.said() == "armed"

    def stop_in_phase(self) -> None:
        """Have it stop itself when it next comes to its phase; returns once it stands still."""
        self.arm()
        self.wait_until_stopped()

    def stop(self) -> None:
        """SIGSTOP, wherever it is."""
        self.process.send_signal(signal.SIGSTOP)
        self.wait_until_stopped()

    def wait_until_stopped(self) -> None:
        """Return once it stands still."""
        process = psutil.Process(self.process.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, 60, "the process stands still")

    def resume(self) -> None:
        """SIGCONT: to it, no time has passed."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.communicate()

    def leave(self) -> None:
        """End in order."""
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def __enter__(self) -> Self:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


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
