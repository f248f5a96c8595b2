"""Who is told to end while PostgreSQL starts leaves no server behind that nobody knows of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from infra.embedded.postgres import EmbeddedPostgres


def test_whenever_a_signal_comes_no_server_is_left_behind(home: Path, long: bool) -> None:
    # Given a server that was made
    EmbeddedPostgres(home).start()
    EmbeddedPostgres(home).stop()
    for milliseconds in (0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 40) if long else (0, 1.5, 2.5, 6, 20):
        # When its start is cut short, be it between the fork of its process and the start of its program
        start = ["-m", "tests.support.start_cut_short", str(home), str(milliseconds)]
        command = [sys.executable, "-W", "default::ResourceWarning", *start]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        # Then it was known to the last
        assert ended.returncode == 0, f"{milliseconds} ms: {ended.stderr}"
        assert "is still running" not in ended.stderr, f"{milliseconds} ms: {ended.stderr}"
        commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
        assert [command for command in commands if str(home / "postgres") in command] == [], milliseconds
