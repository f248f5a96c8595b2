"""A newer checkout does not upgrade production by looking at it: only `antiphon migrate` changes its schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from projections.conversation.inbox import INBOX
from tests.cli.conftest import Antiphon
from tests.cli.conftest import antiphon as antiphon  # the fixture
from tests.support import cli
from tests.support.databases import Databases
from tests.support.waiting import wait_until


@pytest.fixture
def empty(databases: Databases) -> Iterator[Urls]:
    """Two databases without any schema, which the settings name."""
    server = databases.server
    names = ("bare_log", "bare_vault")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        urls = Urls(server.url("bare_log"), server.url("bare_vault"))
        yield urls
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def pointed_at(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", urls.database_url)
    monkeypatch.setenv("VAULT_URL", urls.vault_url)


def tables(url: str) -> list[str]:
    """All there are of ours."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        return [name for (name,) in found.fetchall()]


def test_verbs_leave_an_empty_database_empty(
    antiphon: Antiphon, empty: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    pointed_at(empty, monkeypatch)
    for verb in (
        ["inbox"],
        ["open", "inquiry", "Hello", "--from", "ada@example.org"],
        ["switch"],
        ["restore", str(tmp_path / "log.backup")],
        ["run", "followers"],
    ):
        # When
        ran = antiphon(*verb)
        # Then
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("antiphon: schema-behind: ")
        assert "antiphon migrate" in ran.err
        assert tables(empty.database_url) == tables(empty.vault_url) == []
    # When
    assert "log/0001_roles" in antiphon("migrate").out
    # Then
    assert antiphon("inbox").status == 0
    assert antiphon("migrate").out == "nothing to do\n"


@pytest.mark.parametrize("kind", ["log", "vault"])
def test_one_missing_migration_is_enough(antiphon: Antiphon, database_urls: Urls, kind: str) -> None:
    # Given
    url = database_urls.database_url if kind == "log" else database_urls.vault_url
    with psycopg.connect(url) as connection:
        (last,) = connection.execute(
            "DELETE FROM public.antiphon_migrations WHERE name = (SELECT max(name) FROM public.antiphon_migrations) "
            "RETURNING name"
        ).fetchone() or ("",)
    # When
    ran = antiphon("inbox")
    # Then
    assert ran.status == 2
    assert f"antiphon: schema-behind: the databases lack what this release needs ({last});" in ran.err


def test_a_missing_table_of_a_view_is_not_made_by_looking(antiphon: Antiphon, database_urls: Urls) -> None:
    # Given
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute(f"DROP TABLE views.inbox_v{INBOX.version}".encode())
    # When
    ran = antiphon("inbox")
    # Then
    assert ran.status == 2
    assert f"schema-behind: the databases lack what this release needs (views/inbox_v{INBOX.version})" in ran.err
    assert f"views.inbox_v{INBOX.version}" not in tables(database_urls.database_url)
    # When
    assert antiphon("migrate").out == f"views/inbox_v{INBOX.version}\n"
    # Then
    assert antiphon("inbox").status == 0


def test_the_old_release_goes_on_where_a_later_one_has_migrated(antiphon: Antiphon, database_urls: Urls) -> None:
    # Given
    for url, kind in ((database_urls.database_url, "log"), (database_urls.vault_url, "vault")):
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO public.antiphon_migrations VALUES (%s, 'hash')", [f"{kind}/9999_later"])
    # When, Then
    assert antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org").status == 0
    assert antiphon("inbox").status == 0
    assert antiphon("migrate").out == "nothing to do\n"


def test_run_migrates_where_a_setting_allows_it(empty: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given
    monkeypatch.setenv("ANTIPHON_RUN_MIGRATES", "1")
    refused = cli.finished(empty, tmp_path, "inbox")
    assert (refused.status, tables(empty.database_url)) == (2, [])
    # When
    process = cli.start(empty, tmp_path, "run", "followers")
    wait_until(lambda: process.status is not None or '"event": "running"' in process.err, 60, "it runs")
    # Then
    assert process.stop() == 0
    assert f"views.inbox_v{INBOX.version}" in tables(empty.database_url)
