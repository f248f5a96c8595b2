"""What tests of the desk are given: a company, the API over its log, and a door before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support import desk
from tests.support.chromium import chromium
from tests.support.serving import Company, served
from tests.support.waiting import wait_until_followed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, for the tests of one module; without one they are skipped, counted and named."""
    with chromium() as browser:
        yield browser


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
        wait_until_followed(projector, [(each.name, each.version) for each in VIEWS], log.position(), 60)
        yield url


@pytest.fixture
def door(api: str) -> Iterator[str]:
    """The door's URL."""
    with desk.door(api) as url:
        yield url
