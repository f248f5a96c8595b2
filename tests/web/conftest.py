"""What tests of the desk are given: a company, the API over its log, and a door before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.conftest import api, company
from tests.support import desk
from tests.support.chromium import chromium

__all__ = ["api", "company"]  # the fixtures


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, for the tests of one module; without one they are skipped, counted and named."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def door(api: str) -> Iterator[str]:
    """The door's URL."""
    with desk.door(api) as url:
        yield url
