"""`antiphon doctor` says what is here, and what to do where something is not well."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.postgres.migrate import migrations
from projections.conversation.inbox import INBOX
from projections.health import CHECKS
from tests.cli.conftest import Antiphon
from tests.support.databases import Databases


def test_all_is_well(antiphon: Antiphon) -> None:
    # Given
    antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    # When
    ran = antiphon("doctor")
    # Then
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[-1] == "all is well"
    looked_at = {line.split()[1] for line in lines if line.startswith("ok")}
    assert looked_at == {"versions", "home", "database", "schema", "content", "keys"} | {check.name for check in CHECKS}
    assert "ok  log        position 5" in lines
    assert f"ok  follower   inbox v{INBOX.version} at 0, 5 behind, nobody leads it now" in lines


def test_another_master_key_does_not_fit(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=")
    # When
    ran = antiphon("doctor")
    # Then
    assert ran.status == 1
    assert "!!  vault      master-key-wrong" in ran.out


def test_a_schema_that_is_not_there_is_said_and_not_made(
    antiphon: Antiphon, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("DATABASE_URL", databases.server.url("postgres"))
    # When
    ran = antiphon("doctor")
    # Then
    assert ran.status == 1
    assert f"!!  schema     {len(list(migrations('log')))} migrations missing" in ran.out
    assert "run: antiphon migrate" in ran.out
    with psycopg.connect(databases.server.url("postgres")) as connection:
        assert connection.execute("SELECT to_regclass('public.antiphon_migrations')").fetchone() == (None,)


def test_a_view_without_its_subscription_is_found(antiphon: Antiphon, database_urls: Urls) -> None:
    # Given
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("DELETE FROM antiphon.followers WHERE name = 'inbox'")
    # When
    ran = antiphon("doctor")
    # Then
    assert ran.status == 1
    assert f"inbox v{INBOX.version} is not there" in ran.out


def test_a_database_that_is_away_is_no_traceback_and_no_password(
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ann:s3cret@/antiphon?host={tmp_path}")
    # When
    looked, read = antiphon("doctor"), antiphon("inbox")
    # Then
    assert (looked.status, looked.err) == (75, "")
    assert "!!  database   does not answer" in looked.out
    assert "ok  vault" in looked.out
    # And
    assert (read.status, read.out) == (75, "")
    assert read.err.startswith("antiphon: unavailable: PostgreSQL does not answer (")
    assert "s3cret" not in looked.out + read.err


def test_before_anything_was_made_nothing_is_made(
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    for name in ("DATABASE_URL", "VAULT_URL", "ANTIPHON_MASTER_KEY"):
        monkeypatch.delenv(name)
    # When
    ran = antiphon("doctor")
    # Then
    assert ran.status == 1
    assert "not made yet" in ran.out
    assert list(tmp_path.iterdir()) == []


def test_settings_that_cannot_work_are_a_finding(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_LEASE_SECONDS", "0")
    ran = antiphon("doctor")
    assert (ran.status, ran.err) == (1, "")
    assert "!!  settings   settings-invalid" in ran.out


def test_kafka_settings_that_all_else_refuses_are_a_finding(
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092")
    looked, migrated = antiphon("doctor"), antiphon("migrate")
    assert (looked.status, "!!  kafka      kafka-not-secured" in looked.out) == (1, True)
    assert (migrated.status, migrated.err.startswith("antiphon: kafka-not-secured: ")) == (2, True)


def test_an_env_file_that_is_not_utf_8_is_a_finding(antiphon: Antiphon, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ANTIPHON_ZONE=Z\xfcrich")
    looked, read = antiphon("doctor"), antiphon("inbox")
    assert (looked.status, looked.err) == (1, "")
    assert "!!  settings   settings-invalid" in looked.out
    assert (read.status, read.err.startswith("antiphon: settings-invalid: ")) == (2, True)
