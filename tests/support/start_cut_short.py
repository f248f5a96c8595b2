"""A process that starts a PostgreSQL and is told to end so many milliseconds after it began to fork the server's.
`python -m tests.support.start_cut_short HOME MILLISECONDS` ends with status 0, once it has left the server."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.embedded.postgres import EmbeddedPostgres


class Told(BaseException):
    """Somebody wants it to end."""


def main() -> None:
    """Start, and end when told."""
    home, milliseconds = Path(sys.argv[1]), float(sys.argv[2])
    heard, told_by = os.pipe()

    def on_signal(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(told_by, b".")
        raise Told

    def forking(event: str, _: object) -> None:
        if event == "subprocess.Popen":
            threading.Timer(milliseconds / 1000, os.kill, (os.getpid(), signal.SIGTERM)).start()

    with suppress(Told):
        signal.signal(signal.SIGTERM, on_signal)
        sys.addaudithook(forking)
        with EmbeddedPostgres(home).shared():
            os.read(heard, 1)  # where it started sooner than that, or the garbage collector swallowed it


if __name__ == "__main__":
    main()
