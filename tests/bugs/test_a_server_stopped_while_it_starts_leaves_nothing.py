"""Who is told to end while PostgreSQL starts leaves no server behind that nobody knows of."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.embedded import EmbeddedPostgres


class Told(BaseException):
    """Somebody wants it to end."""


def told(*_: Any) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    raise Told


def test_whenever_a_signal_comes_no_server_is_left_behind(home: Path) -> None:
    # Given a server that was made
    EmbeddedPostgres(home).start()
    EmbeddedPostgres(home).stop()
    before = signal.getsignal(signal.SIGALRM)
    try:
        for milliseconds in range(3, 63, 3):
            # When its start is cut short, be it between the fork of its process and the start of its program
            signal.signal(signal.SIGALRM, told)
            signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
            with pytest.raises(Told), EmbeddedPostgres(home).shared():
                signal.pause()  # where it started sooner than that
            # Then
            commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
            assert [command for command in commands if str(home / "postgres") in command] == [], milliseconds
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
