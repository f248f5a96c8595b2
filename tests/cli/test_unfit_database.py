"""A database that refuses what the service needs is told of in one line, without what it said itself."""

from __future__ import annotations

import pytest

from infra.embedded.postgres import Urls
from tests.cli.conftest import Antiphon


def test_a_database_that_may_not_be_written_to_is_unfit(
    antiphon: Antiphon, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    read_only = f"{database_urls.database_url}&options=-c%20default_transaction_read_only%3Don"
    monkeypatch.setenv("DATABASE_URL", read_only)
    # When
    ran = antiphon("migrate")
    # Then
    assert ran.status == 2
    (line,) = ran.err.splitlines()
    assert line.startswith("antiphon: database-unfit: PostgreSQL refused (ReadOnlySqlTransaction 25006)")
