"""A backup has a MAC under the master key, checked before anything is read; and no statement of a file is executed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log import backup_file
from infra.log.application import Log
from infra.log.backup_file import MAC_BYTES, _tables
from infra.postgres.database import connect
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401

STATEMENT = b"COPY antiphon.erased (subject) FROM stdin;\n"
FORGED = b"DROP TABLE antiphon.erased;".ljust(len(STATEMENT) - 1) + b"\n"


@pytest.fixture
def file(antiphon: Antiphon, database_urls: Urls, tmp_path: Path) -> Path:  # noqa: F811
    """A backup of a log that was lost since."""
    antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    path = tmp_path / "log.backup"
    assert antiphon("backup", str(path)).status == 0
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    return path


def former(file: Path) -> bytes:
    """What a release before MACs would have written."""
    content = file.read_bytes()
    return content[content.index(b"PGDMP") : -MAC_BYTES]


@pytest.mark.parametrize("at", [0.02, 0.5, 0.999], ids=["header", "middle", "MAC"])
def test_a_backup_that_was_changed_is_refused_and_nothing_written(
    antiphon: Antiphon,  # noqa: F811
    log: Log,
    file: Path,
    at: float,
) -> None:
    # Given
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 1
    file.write_bytes(content)
    # When
    for more in ([], ["--unauthenticated"]):
        ran = antiphon("restore", str(file), *more)
        # Then
        assert (ran.status, ran.err.startswith("antiphon: backup-not-authentic: ")) == (2, True)
    assert log.position() == 0


def test_a_backup_under_another_master_key_is_refused(
    antiphon: Antiphon,  # noqa: F811
    log: Log,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTIPHON_MASTER_KEY", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=")
    ran = antiphon("restore", str(file))
    # The lost log's customers are looked up in the key store first, or the file is read first.
    assert (ran.status, ran.err.split(":")[1]) in [(2, " backup-not-authentic"), (2, " master-key-wrong")], ran.err
    assert log.position() == 0


def test_a_backup_without_a_mac_is_taken_only_if_somebody_says_so(
    antiphon: Antiphon,  # noqa: F811
    log: Log,
    file: Path,
) -> None:
    # Given
    file.write_bytes(former(file))
    # When
    refused = antiphon("restore", str(file))
    # Then
    assert (refused.status, "--unauthenticated" in refused.err, log.position()) == (2, True, 0)
    # When
    assert antiphon("restore", str(file), "--unauthenticated").status == 0
    # Then
    assert log.position() == 5


def test_a_statement_in_a_backup_is_not_executed(
    antiphon: Antiphon,  # noqa: F811
    database_urls: Urls,
    log: Log,
    file: Path,
) -> None:
    # Given
    content = former(file)
    assert STATEMENT in content
    file.write_bytes(content.replace(STATEMENT, FORGED))
    # When
    ran = antiphon("restore", str(file), "--unauthenticated")
    # Then
    assert (ran.status, log.position()) == (0, 5)
    with connect(database_urls.database_url, "owner") as owner:
        assert owner.execute("SELECT count(*) FROM antiphon.erased").fetchone() == (0,)


def test_a_row_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(backup_file, "MOST_LINE_BYTES", 100)
    head = b"COPY antiphon.log (position, state) FROM stdin;\n"
    # When, Then
    ((table, columns, rows),) = ((each[0], each[1], [*each[2]]) for each in _tables(BytesIO(head + b"1\t" + b"x" * 97)))
    assert (table, columns, len(rows)) == ("log", ["position", "state"], 1)
    with pytest.raises(Refusal, match="longer than any of ours"):
        [[*each[2]] for each in _tables(BytesIO(head + b"x" * 100 + b"\n"))]
