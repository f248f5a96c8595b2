"""What tests of the API are given: a company, the API over its log with followers behind, and callers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.serving import Company, client, served
from tests.support.waiting import wait_until_followed


@pytest.fixture
def company(executor: CommandExecutor) -> Company:
    """Somebody of each role, and a conversation."""
    return Company.founded(executor)


@pytest.fixture
def api(
    company: Company, executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> Iterator[str]:
    """The API's URL."""
    subscriptions = [Projector(view) for view in VIEWS]
    with (
        Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
    ):
        # Otherwise the first read of a test may come before the views show the company.
        wait_until_followed(projector, [(each.name, each.version) for each in VIEWS], log.position(), 60)
        yield url


@pytest.fixture
def agent(api: str, company: Company) -> Iterator[httpx.Client]:
    """The agent's tool."""
    with client(api, company.agent) as calling:
        yield calling


@pytest.fixture
def gateway(api: str, company: Company) -> Iterator[httpx.Client]:
    """The mail gateway."""
    with client(api, company.service) as calling:
        yield calling
