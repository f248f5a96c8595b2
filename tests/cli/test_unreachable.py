"""Databases that do not answer: a refusal within the deadline, whichever of the two it is, and never a traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from tests.cli.conftest import Antiphon
from tests.support.proxy import Proxy
from tests.support.waiting import SLACK_SECONDS

VERBS = (["inbox"], ["open", "inquiry", "Hello?", "--from", "ada@example.org"], ["doctor"])


@pytest.mark.faults
@pytest.mark.parametrize("variable", ["DATABASE_URL", "VAULT_URL"])
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_black_hole_is_an_error_within_the_deadline(
    antiphon: Antiphon, database_urls: Urls, home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, verb: list[str]
) -> None:
    # Given
    url = database_urls.database_url if variable == "DATABASE_URL" else database_urls.vault_url
    with Proxy(url, home) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        proxy.black_hole()
        # When
        begun = time.monotonic()
        ran = antiphon(*verb)
        took = time.monotonic() - begun
    # Then
    assert ran.status == 75
    assert took < 5 + SLACK_SECONDS
    assert "Traceback" not in ran.out + ran.err
    said = ran.out if verb == ["doctor"] else ran.err
    assert "does not answer" in said
