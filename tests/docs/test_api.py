"""A tool's first hour, as the page tells it: every snippet runs, in order, against a running API with the sample."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from cli.verbs.run.sample import SAMPLE
from commands.executor.executor import CommandExecutor
from consumers.imports.run import run as take_in
from consumers.imports.sample import Sample
from consumers.imports.source import Reject
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.cli import PROGRAM
from tests.support.following import catch_up
from tests.support.serving import SECRET, served

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def api(executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls) -> Iterator[str]:
    with SAMPLE.open("rb") as content:
        rejected: list[Reject] = []
        take_in(Sample().read(content, datetime.now(UTC)), executor, rejected.append, lambda *_: None)
    assert not rejected
    catch_up(log, projector)
    with Host(log, projector, [Projector(view) for view in VIEWS]), served(executor, database_urls) as url:
        yield url


def test_every_snippet_of_the_page_runs(
    api: str, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given what `make run` gives whoever reads the page
    monkeypatch.setenv("API", api)
    monkeypatch.setenv("DATABASE_URL", database_urls.database_url)
    monkeypatch.setenv("VAULT_URL", database_urls.vault_url)
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setenv("ANTIPHON_TOKEN_SECRET", base64.b64encode(SECRET).decode())
    monkeypatch.setenv("ANTIPHON_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(PROGRAM.parent), prepend=":")
    monkeypatch.chdir(tmp_path)

    # When a reader does in the shell what the page says, and then runs the Python as the one script that it is
    snippets = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    shell = "\n".join(text for kind, text in snippets if kind == "sh")
    printed = subprocess.run(["bash", "-ec", f"{shell}\nenv -0"], capture_output=True, text=True, check=True).stdout
    for each in printed.split("\0"):
        name, is_one, value = each.partition("=")
        if is_one and f"export {name}=" in shell:
            monkeypatch.setenv(name, value)
    known: dict[str, object] = {}
    for kind, text in snippets:
        if kind == "python":
            exec(compile(text, f"{PAGE.name}: {text[:40]!r}", "exec"), known)

    # Then it did what the page says; where that may go wrong, the snippets raise by themselves
    for client in known.values():
        if isinstance(client, httpx.Client):
            client.close()
    assert len(snippets) >= 12
    assert known["seen"]
    assert known["done"]
