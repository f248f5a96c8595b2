"""The command line within the tests' own process: as fast as a call, and through the same door as everybody."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from cli.display.terminal import show_times_in
from cli.main import main
from infra.embedded.postgres import Urls

MASTER_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""The one the `log` fixture's vault is opened with."""


@dataclass(frozen=True)
class Ran:
    """What became of one `antiphon …`."""

    status: int
    out: str
    err: str

    @property
    def id(self) -> str:
        """The id that an acting verb printed."""
        return self.out.split(" at ")[0]

    @property
    def position(self) -> int:
        """The position that an acting verb printed."""
        return int(self.out.split()[2])


Antiphon = Callable[..., Ran]


@pytest.fixture
def antiphon(
    database_urls: Urls, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Antiphon]:
    """`antiphon("show", id)` on this test's databases, 80 columns wide."""
    monkeypatch.setenv("DATABASE_URL", database_urls.database_url)
    monkeypatch.setenv("VAULT_URL", database_urls.vault_url)
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", MASTER_KEY)
    monkeypatch.setenv("ANTIPHON_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    terminated = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        status = ended.value.code
        assert status is None or isinstance(status, int)
        return Ran(status or 0, *capfd.readouterr())

    yield run
    signal.signal(signal.SIGTERM, terminated)
    show_times_in("UTC")
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)
