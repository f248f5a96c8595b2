"""The whole way of a signal, as the page tells it: every line runs in the shell, in order, against a running API."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.serving import Company, served, token

PAGE = Path(__file__).parents[2] / "docs" / "signals.md"

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl"),
]


TOKEN = "TOKEN=$(antiphon token mia)\n"


@pytest.fixture
def company(executor: CommandExecutor) -> Company:
    return Company.founded(executor)


@pytest.fixture
def api(
    company: Company, executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> Iterator[str]:
    with (
        Host(log, projector, [Projector(view) for view in VIEWS], lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
    ):
        yield url


def test_the_whole_way_with_curl_goes_as_the_page_says(
    api: str, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given what whoever reads the page has
    monkeypatch.setenv("API", api)
    monkeypatch.setenv("TOKEN", token(company.lead))
    # When
    shell = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))
    assert TOKEN in shell
    ran = subprocess.run(
        ["bash", "-ec", shell.replace(TOKEN, "")], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    # Then
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for told in (
        '"people":1', '"strength":"thin"',  # the signal
        '"lane":"planned"', '"said":"A part is late"',  # the board
        '"words":"leaks from the spout"',
        '"what":"item.filed"', '"what":"signal.routed"', '"what":"signal.launch-revised"', '"what":"signal.shipped"',
        '"closings":[]', '"area":null',
    ):  # fmt: skip
        assert told in ran.stdout, told
