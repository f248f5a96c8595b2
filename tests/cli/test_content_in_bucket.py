"""Files of people in an S3-compatible store, on the command line: kept, missed, saved, destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.content.bucket import PART
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.cli.conftest import Antiphon
from tests.support.objects import S3Server, a_prefix

LEAK = b"\x89PNG\r\n\x1a\n" + bytes(PART)


def test_a_file_in_a_bucket_is_kept_missed_saved_and_destroyed(
    antiphon: Antiphon, database_urls: Urls, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    prefix = a_prefix()
    for name, value in s3.settings(prefix).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "leak.png").write_bytes(LEAK)
    antiphon("open", "inquiry", "It leaks", "--from", "ada@example.org")
    ada = antiphon("by-contact", "ada@example.org").out.strip()
    # When
    kept = antiphon("attach", "leak.png", "--customer", ada)
    # Then
    assert antiphon("fetch", kept.id, "fetched.png").out == f"fetched.png: {len(LEAK)} bytes\n"
    assert (tmp_path / "fetched.png").read_bytes() == LEAK
    assert not (tmp_path / "content").exists()
    assert "ok  content    1 files kept\n" in antiphon("doctor").out
    backed_up = antiphon("backup", "log.backup").out
    assert f"not in the backup: 1 files of people in s3://people/{prefix}; save that bucket, too\n" in backed_up
    # When the log is lost, and a part of the file
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    part, lost = next((path, each) for path, each in s3.objects(prefix).items() if "/parts/" in path)
    s3.change(prefix, part, None)
    # Then
    assert f"missing in s3://people/{prefix}: 1 files of people" in antiphon("restore", "log.backup").out
    assert f"!!  content    {kept.id} is missing, or cut off" in antiphon("doctor").out
    assert antiphon("fetch", kept.id, "none.png").status == 2
    # When
    s3.change(prefix, part, lost)
    assert antiphon("erase", ada, "--reason", "asked for").status == 0
    # Then
    assert s3.objects(prefix) == {}
    # And a bucket that does not answer is a finding that says why.
    monkeypatch.setenv("ANTIPHON_CONTENT_SECRET_KEY", "wrong")
    ran = antiphon("doctor")
    assert (ran.status, "the store answers 403 SignatureDoesNotMatch" in ran.out) == (75, True)
