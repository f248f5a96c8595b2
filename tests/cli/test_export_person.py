"""`antiphon export-person`: the file is the owner's only, and the trail has who wrote it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.trail.reading import looks_at
from tests.cli.conftest import Antiphon
from tests.commands.test_four_eyes import policy
from tests.support.companies import GATEWAY, mail


def test_what_is_exported_is_recorded_first(
    antiphon: Antiphon, executor: CommandExecutor, database_urls: Urls, tmp_path: Path
) -> None:
    # Given
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    # When
    ran = antiphon("export-person", customer_id, "ada.zip")
    # Then
    assert ran.status == 0, ran.err
    file = tmp_path / "ada.zip"
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as written:
        assert written.namelist() == [
            "events.jsonl",
            "report.html",
            "looks.jsonl",
            "exports.jsonl",
            "manifest.json",
        ]
    with connect(database_urls.database_url, "auditor") as connection:
        assert [(each.roles, each.what) for each in looks_at(connection, [customer_id], None, 10)] == [
            (("operator",), "exports")
        ]
    # And nothing is written over, nor of nobody
    assert "file-exists" in antiphon("export-person", customer_id, "ada.zip").err
    assert "not-found" in antiphon("export-person", "customer-nobody", "nobody.zip").err
    assert not (tmp_path / "nobody.zip").exists()
    # And who erases the person is told of the file, which the erasure does not reach
    erased = antiphon("erase", customer_id, "--reason", "they asked")
    assert "not reached: a file with everything that was kept, written" in erased.out


def test_under_four_eyes_it_is_written_once_another_person_has_confirmed(
    antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path
) -> None:
    # Given
    policy(executor, "export")
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    petra, otto = ("--as", "petra"), ("--as", "otto")
    for handle in ("petra", "otto"):
        assert antiphon("join", handle, handle.title(), "--role", "privacy").status == 0
    # When
    asked = antiphon("export-person", customer_id, "ada.zip", *petra)
    # Then
    waits = asked.out.strip().rpartition(" ")[2]
    assert waits.startswith("confirmation-")
    assert waits in antiphon("confirmations", "list").out
    confirmed = ("export-person", customer_id, "ada.zip", "--confirmed", waits, *petra)
    assert "confirmation-missing" in antiphon(*confirmed).err
    assert "confirmation-by-asker" in antiphon("confirmations", "confirm", waits, *petra).err
    assert antiphon("confirmations", "confirm", waits, *otto).status == 0
    assert not (tmp_path / "ada.zip").exists()
    # When
    assert antiphon(*confirmed).status == 0
    # Then it is there, and not once more
    assert (tmp_path / "ada.zip").exists()
    assert "not-found" in antiphon(*confirmed[:2], "again.zip", *confirmed[3:]).err
    assert not (tmp_path / "again.zip").exists()
    # And a bundle for auditors, which holds what they said, waits for another person as well
    asked = antiphon("audit", "export", "--customer", customer_id, "--out", "bundle.zip", *petra)
    waits = asked.out.strip().rpartition(" ")[2]
    assert (asked.status, waits.partition("-")[0]) == (0, "confirmation")
    assert not (tmp_path / "bundle.zip").exists()
    assert antiphon("confirmations", "confirm", waits, *otto).status == 0
    ran = antiphon("audit", "export", "--customer", customer_id, "--out", "bundle.zip", "--confirmed", waits, *petra)
    assert (ran.status, ran.err) == (0, "")
    assert (tmp_path / "bundle.zip").exists()
