"""Who is told to end while PostgreSQL starts leaves no server behind that nobody knows of."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.embedded import EmbeddedPostgres


class Told(BaseException):
    """Somebody wants it to end."""


def told(*_: Any) -> None:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    raise Told


# Files of /proc that were just being read are closed by nobody but the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_whenever_a_signal_comes_no_server_is_left_behind(home: Path) -> None:
    # Given a server that was made
    EmbeddedPostgres(home).start()
    EmbeddedPostgres(home).stop()
    before = signal.getsignal(signal.SIGUSR1)
    try:
        for milliseconds in range(5, 65, 5):
            # When its start is cut short, be it between the fork of its process and the start of its program
            signal.signal(signal.SIGUSR1, told)
            threading.Timer(milliseconds / 1000, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            with pytest.raises(Told), EmbeddedPostgres(home).shared():
                signal.pause()  # where it started sooner than that
            # Then
            commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
            assert [command for command in commands if str(home / "postgres") in command] == [], milliseconds
    finally:
        signal.signal(signal.SIGUSR1, before)
