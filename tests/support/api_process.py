"""`antiphon run api` as a process that may be killed at any time, and is soon there again."""

from __future__ import annotations

import base64
import os
import socket
import sys
from pathlib import Path

import httpx

from cli.main import main
from infra.embedded.postgres import Urls
from tests.support.forked import forked
from tests.support.serving import PLAIN, SECRET
from tests.support.waiting import wait_until


class ApiProcess:
    """One of them, on a port of its own; `folder` takes its log."""

    def __init__(self, urls: Urls, folder: Path, *, port: int | None = None, deadline_seconds: float = 5.0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"api-{self.port}.log"
        environment = {
            "DATABASE_URL": urls.database_url,
            "VAULT_URL": urls.vault_url,
            "ANTIPHON_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
            "ANTIPHON_TOKEN_SECRET": base64.b64encode(SECRET).decode(),
            "ANTIPHON_HOME": str(folder),
            "ANTIPHON_API_PORT": str(self.port),
            "ANTIPHON_DEADLINE_SECONDS": str(deadline_seconds),
            "ANTIPHON_CALLS_PER_MINUTE": str(10**9),
        }
        self.process = forked(_run, environment, str(self.log))

    def ready(self) -> ApiProcess:
        """Wait until it answers."""
        wait_until(self.answers, 60, "the API answers")
        return self

    def answers(self) -> bool:
        """Whether it does."""
        assert self.process.is_alive(), self.log.read_text()
        try:
            return httpx.get(f"{self.url}/livez", timeout=2, verify=PLAIN).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.join()

    def leave(self) -> None:
        """End in order."""
        self.process.terminate()
        self.process.join(30)
        assert self.process.exitcode == 0, self.log.read_text()

    def __enter__(self) -> ApiProcess:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.is_alive():
            self.kill()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _run(environment: dict[str, str], log: str) -> None:
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    sys.stdout = sys.stderr = os.fdopen(written, "w", buffering=1)
    os.environ.update(environment)
    main(["run", "api"])
