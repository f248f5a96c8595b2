"""Whatever can wait or fail quietly is one list, `projections/health.py`: each check is in doctor and in metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.health.processes import ProcessState
from infra.health.reporting import Reporter
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.proof.status import verified
from projections import health
from projections.health import CHECKS
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401
from tests.cli.test_dead_letters import set_aside
from tests.support.following import catch_up
from tests.support.serving import client, served


def busy() -> ProcessState:
    """A process of which everything waits, and a part of which was just started again."""
    return ProcessState(
        resident_bytes=2**20,
        queued_commands=3,
        queued_seconds=4.5,
        restarts={"api": 1},
        restarted_at=datetime.now(UTC),
        inbound_behind={"inbound.messages.v1": 7},
        inbound_failures=2,
    )


@pytest.fixture
def anybody(executor: CommandExecutor, database_urls: Urls, tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody without a token, before an API over the same log."""
    with served(executor, database_urls, home=tmp_path) as url, client(url, None) as calling:
        yield calling


def metrics(anybody: httpx.Client) -> dict[str, list[float]]:
    """The values of each metric."""
    text = anybody.get("/metrics").text
    return {each.name: [sample.value for sample in each.samples] for each in text_string_to_metric_families(text)}


def test_dead_letters_that_wait_are_told_and_end_doctor_with_1(
    antiphon: Antiphon,  # noqa: F811
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    anybody: httpx.Client,
) -> None:
    # Given
    catch_up(log, projector)
    assert antiphon("doctor").status == 0
    assert metrics(anybody)["antiphon_dead_letters"] == [0]
    # When
    set_aside(executor)
    # Then
    ran = antiphon("doctor")
    assert ran.status == 1
    assert re.search(r"^!!  letters    2 dead letters wait, the oldest since 20\d\d-", ran.out, re.MULTILINE)
    found = metrics(anybody)
    assert found["antiphon_dead_letters"] == [2]
    assert found["antiphon_dead_letters_oldest_seconds"][0] > 0
    # And a process can do its work all the same
    assert anybody.get("/readyz").status_code == 200


def test_every_check_is_in_doctor_and_in_metrics(
    antiphon: Antiphon,  # noqa: F811
    log: Log,
    projector: Database,
    anybody: httpx.Client,
    tmp_path: Path,
) -> None:
    # Given an installation of which everything is known
    catch_up(log, projector)
    Reporter(log.database, "followers", busy).report()
    assert antiphon("backup", str(tmp_path / "log.backup")).status == 0
    with projector.connection() as connection:
        verified(connection, 0, None)
    # When
    ran, found = antiphon("doctor"), metrics(anybody)
    # Then
    assert {check.name for check in CHECKS} - {
        line.split()[1] for line in ran.out.splitlines() if "  " in line
    } == set()
    hidden = {"antiphon_wal_bytes"}  # where the login may not see it
    assert {name for check in CHECKS for name in check.metrics if not found.get(name)} <= hidden
    # And what waits is named
    assert ran.status == 1
    for waits in ("!!  commands   3 wait", "!!  restarts   api: 1", "!!  topics     inbound.messages.v1: 7 behind"):
        assert waits in ran.out


def test_a_check_that_doctor_left_out_would_be_found(
    antiphon: Antiphon,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "CHECKS", [each for each in health.CHECKS if each.name != "letters"])
    assert "letters" not in {line.split()[1] for line in antiphon("doctor").out.splitlines() if "  " in line}


def test_a_check_that_may_not_look_keeps_no_other_from_looking(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
    anybody: httpx.Client,
) -> None:
    # Given a database whose size is not for everybody, and a table that the roles may not read
    with connect(database_urls.database_url) as owner:
        owner.execute(f'REVOKE CONNECT ON DATABASE "{owner.info.dbname}" FROM PUBLIC')
        owner.execute("SET ROLE antiphon_owner")
        owner.execute("REVOKE SELECT ON antiphon.last_backup FROM antiphon_reader, antiphon_auditor")
    # When
    ran, found = antiphon("doctor"), metrics(anybody)
    # Then
    with connect(database_urls.database_url) as owner:
        owner.execute(f'GRANT CONNECT ON DATABASE "{owner.info.dbname}" TO PUBLIC')
    assert ran.status == 1
    assert "!!  backup     cannot be looked at: InsufficientPrivilege 42501" in ran.out
    assert "ok  disk       database " in ran.out
    assert found["antiphon_database_bytes"][0] > 0
    assert found["antiphon_backup_bytes"] == []
