"""`antiphon` as a process of its own: as people start it, or forked from one that has loaded every verb."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.embedded.postgres import Urls
from tests.support.forked import forked

PROGRAM = Path(sys.executable).parent / "antiphon"
"""What people start. A start costs 1.5 s of loading, which `start` and `finished` do without."""


class Running:
    """One `antiphon …`, in a process of its own."""

    def __init__(self, environment: Mapping[str, str], folder: Path, *arguments: str) -> None:
        """`environment`: what it has besides ours. `folder`: where it works."""
        number = len(list(folder.glob("antiphon-*.out")))
        self._out, self._err = folder / f"antiphon-{number}.out", folder / f"antiphon-{number}.err"
        self._out.touch()
        self._err.touch()
        self.process = forked(_run, dict(environment), str(folder), arguments, str(self._out), str(self._err))

    @property
    def out(self) -> str:
        """What it has printed by now."""
        return self._out.read_text()

    @property
    def err(self) -> str:
        """What it has printed to stderr by now."""
        return self._err.read_text()

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs; below 0, the signal that killed it."""
        return self.process.exitcode

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.join()

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM, and wait until it has ended; its exit status."""
        self.process.terminate()
        return self.ended(seconds)

    def ended(self, seconds: float | None = None) -> int:
        """Wait until it has ended; its exit status. Raises AssertionError where that takes longer."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, f"it still runs after {seconds} s: {self.err}"
        return self.process.exitcode


def start(urls: Urls, folder: Path, *arguments: str) -> Running:
    """A running `antiphon` in this working folder, on these databases."""
    return Running(_on(urls, folder), folder, *arguments)


def finished(urls: Urls, folder: Path, *arguments: str) -> Running:
    """What became of one `antiphon …`."""
    running = start(urls, folder, *arguments)
    running.ended()  # the test itself ends sooner
    return running


def _on(urls: Urls, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": urls.database_url,
        "VAULT_URL": urls.vault_url,
        "ANTIPHON_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ANTIPHON_HOME": str(folder),
    }


def _run(environment: dict[str, str], folder: str, arguments: tuple[str, ...], out: str, err: str) -> None:
    for stream, path in ((1, out), (2, err)):
        written = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(written, stream)
        os.close(written)
    sys.stdout, sys.stderr = (
        os.fdopen(1, "w", buffering=1, closefd=False),
        os.fdopen(2, "w", buffering=1, closefd=False),
    )
    os.environ.update(environment)
    os.chdir(folder)
    from cli.main import main

    main(arguments)
