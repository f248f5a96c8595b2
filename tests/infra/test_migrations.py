"""Migrations are applied once, in order, and what was applied stays as it is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import psycopg
import pytest

from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.postgres.migrate import MIGRATIONS, migrate, pending
from tests.support.databases import Databases


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, which a test may add to and change."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy)
    monkeypatch.setattr(sys.modules[migrate.__module__], "MIGRATIONS", copy)
    return copy


@pytest.fixture
def urls(databases: Databases) -> Iterator[Urls]:
    """A pair of databases that nobody uses afterwards."""
    with databases.fresh() as urls:
        yield urls


def tables(urls: Urls) -> set[str]:
    with connect(urls.database_url, "owner") as owner:
        return {name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'antiphon'")}


def test_a_new_file_is_applied_once(urls: Urls, files: Path) -> None:
    # Given
    assert migrate(urls.database_url, urls.vault_url) == []
    (files / "log" / "9000_new.sql").write_text("CREATE TABLE antiphon.new_one (number int)")
    assert pending(urls.database_url, "log") == ["log/9000_new"]
    # When
    assert migrate(urls.database_url, urls.vault_url) == ["log/9000_new"]
    # Then
    assert "new_one" in tables(urls)
    assert migrate(urls.database_url, urls.vault_url) == []


@pytest.mark.parametrize("kind", ["log", "vault"])
def test_a_file_that_was_applied_and_changed_since_is_refused(
    urls: Urls, files: Path, kind: Literal["log", "vault"]
) -> None:
    # Given
    first = min((files / kind).glob("*.sql"))
    first.write_bytes(first.read_bytes() + b"\n-- a word more\n")
    (files / "log" / "9000_new.sql").write_text("CREATE TABLE antiphon.new_one (number int)")
    # When
    with pytest.raises(Refusal) as refused:
        migrate(urls.database_url, urls.vault_url)
    # Then
    assert refused.value.code == "migration-changed"
    assert f"{kind}/{first.stem}" in refused.value.what_to_do
    # and nothing of the same database went in.
    assert ("new_one" in tables(urls)) == (kind == "vault")
    with pytest.raises(Refusal, match="migration-changed"):
        pending(urls.database_url if kind == "log" else urls.vault_url, kind)


def test_a_file_that_fails_leaves_nothing_of_itself(urls: Urls, files: Path) -> None:
    (files / "log" / "9000_new.sql").write_text("CREATE TABLE antiphon.new_one (number int)")
    (files / "log" / "9001_wrong.sql").write_text("CREATE TABLE antiphon.other (number int); SELECT 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(urls.database_url, urls.vault_url)
    assert not {"new_one", "other"} & tables(urls)
    assert pending(urls.database_url, "log") == ["log/9000_new", "log/9001_wrong"]


def body_of_append(urls: Urls) -> str:
    with connect(urls.database_url, "owner") as owner:
        row = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'append'").fetchone()
    return str(row[0]) if row else ""


def revised(files: Path, revision: int, word: str) -> None:
    """Another text of the append function, as this revision."""
    file = files / "log" / "functions" / "append.sql"
    _, text = file.read_text().split("\n", 1)
    file.write_text(f"-- revision {revision}\n" + text.replace("BEGIN\n", f"BEGIN\n    -- {word}\n", 1))


def test_a_function_of_a_higher_revision_is_applied_anew(urls: Urls, files: Path) -> None:
    # Given
    revised(files, 7, "seven")
    assert pending(urls.database_url, "log") == ["log/append@7"]
    # When
    assert migrate(urls.database_url, urls.vault_url) == ["log/append@7"]
    # Then
    assert "-- seven" in body_of_append(urls)
    assert migrate(urls.database_url, urls.vault_url) == []


def test_a_function_of_a_later_release_stays(urls: Urls, files: Path) -> None:
    # Given
    revised(files, 12, "twelve")
    migrate(urls.database_url, urls.vault_url)
    # When an earlier release looks
    revised(files, 9, "nine")
    # Then
    assert pending(urls.database_url, "log") == []
    assert migrate(urls.database_url, urls.vault_url) == []
    assert "-- twelve" in body_of_append(urls)


def test_a_function_changed_without_another_revision_is_refused(urls: Urls, files: Path) -> None:
    revised(files, 5, "one more")
    with pytest.raises(Refusal, match=r"migration-changed: log/append@5 differs .* raise its revision"):
        migrate(urls.database_url, urls.vault_url)
