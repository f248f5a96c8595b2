"""Files of people on the command line: kept, written to a path, missed by doctor, named by backup and restore."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.cli.conftest import Antiphon

LEAK = b"\x89PNG\r\n\x1a\n a leak" * 20_000


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "leak.png"
    file.write_bytes(LEAK)
    return file


def test_a_file_is_kept_and_fetched_missed_and_destroyed(
    antiphon: Antiphon, database_urls: Urls, picture: Path, tmp_path: Path
) -> None:
    # Given
    antiphon("open", "inquiry", "It leaks", "--from", "ada@example.org")
    ada = antiphon("by-contact", "ada@example.org").out.strip()
    # When
    kept = antiphon("attach", str(picture), "--customer", ada)
    # Then
    assert (kept.status, kept.err) == (0, "")
    assert f"{len(LEAK)} bytes, image/png, sha256 " in kept.out
    assert antiphon("attach", str(picture), "--customer", ada).out == kept.out
    fetched = tmp_path / "fetched.png"
    assert antiphon("fetch", kept.id, str(fetched)).out == f"{fetched}: {len(LEAK)} bytes\n"
    assert fetched.read_bytes() == LEAK
    assert stat.S_IMODE(fetched.stat().st_mode) == 0o600
    assert "ok  content    1 files kept" in antiphon("doctor").out
    # When
    backed_up = antiphon("backup", "log.backup")
    folder = tmp_path / "content"
    # Then
    assert f"not in the backup: 1 files of people in {folder}; save that folder, too\n" in backed_up.out
    # Given a log that is lost, and the folder as well
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    (folder / ada / "content").rename(tmp_path / "lost")
    # When
    restored = antiphon("restore", "log.backup")
    # Then
    assert f"missing in {folder}: 1 files of people; antiphon doctor names them\n" in restored.out
    ran = antiphon("doctor")
    assert ran.status == 1
    assert f"!!  content    {kept.id} is missing, or cut off" in ran.out
    refused = antiphon("fetch", kept.id, str(tmp_path / "none.png"))
    assert (refused.status, refused.err.startswith("antiphon: content-missing: ")) == (2, True)
    assert not (tmp_path / "none.png").exists()
    # When it is brought back
    (tmp_path / "lost").rename(folder / ada / "content")
    # Then
    assert antiphon("doctor").status == 0
    # When
    antiphon("erase", ada, "--reason", "asked for")
    # Then
    assert not (folder / ada).exists()
    assert antiphon("fetch", kept.id, str(tmp_path / "none.png")).status == 2
    assert "ok  content    0 files kept" in antiphon("doctor").out


def test_what_is_fetched_is_written_over_nothing_unasked(antiphon: Antiphon, picture: Path, tmp_path: Path) -> None:
    # Given
    id = antiphon("attach", str(picture), "--company").id
    (tmp_path / "diary").write_text("Dear diary")
    (tmp_path / "link").symlink_to("diary")
    os.mkfifo(tmp_path / "pipe")
    for name, code in (("diary", "file-exists"), ("link", "file-not-writable"), ("pipe", "file-not-writable")):
        # When
        refused = antiphon("fetch", id, name)
        # Then
        assert (refused.status, refused.err.split(": ")[1]) == (2, code), name
    assert antiphon("fetch", id, "pipe", "--force").status == 2
    assert (tmp_path / "diary").read_text() == "Dear diary"
    assert antiphon("fetch", id, "diary", "--force").status == 0
    assert (tmp_path / "diary").read_bytes() == LEAK
    # And only a regular file is kept, of somebody there is.
    assert antiphon("attach", "pipe", "--company").err.startswith("antiphon: file-not-readable: ")
    assert antiphon("attach", "diary", "--customer", "customer-nobody").err.startswith("antiphon: not-found: ")
    assert antiphon("attach", "diary").err.startswith("antiphon: owner-not-named: ")
