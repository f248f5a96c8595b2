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
        assert written.namelist() == ["events.jsonl", "report.html", "manifest.json"]
    with connect(database_urls.database_url, "auditor") as connection:
        assert [(each.roles, each.what) for each in looks_at(connection, [customer_id], None, 10)] == [
            (("operator",), "exports")
        ]
    # And nothing is written over, nor of nobody
    assert "file-exists" in antiphon("export-person", customer_id, "ada.zip").err
    assert "not-found" in antiphon("export-person", "customer-nobody", "nobody.zip").err
    assert not (tmp_path / "nobody.zip").exists()
