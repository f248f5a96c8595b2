"""A server that was killed is started by whoever needs it, also while the process that had started it lives on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg

from infra.embedded.postgres import EmbeddedPostgres
from tests.support.waiting import wait_until


def test_another_process_starts_a_server_that_its_starter_left_a_zombie(home: Path) -> None:
    # Given: to the system, the dead server is still there, as a zombie of ours.
    server = EmbeddedPostgres(home)
    server.start()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    dead = psutil.Process(pid)
    wait_until(lambda: dead.status() == psutil.STATUS_ZOMBIE, 10, "it is dead and not collected")
    # When
    start = "import sys, pathlib, infra.embedded.postgres as e; e.EmbeddedPostgres(pathlib.Path(sys.argv[1])).start()"
    try:
        subprocess.run([sys.executable, "-c", start, home], check=True, timeout=60)
        # Then
        with psycopg.connect(server.urls.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()
