"""The whole circle: act, back up, erase, lose the log, restore. Who was erased stays so, and views equal a replay."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import connect
from projections.catalogue import VIEWS
from tests.cli.conftest import Antiphon
from tests.support.recorded import events_of

LOSE = "TRUNCATE antiphon.log, antiphon.claims, antiphon.erased"


@pytest.fixture
def conversations(antiphon: Antiphon) -> tuple[str, str]:
    """What two customers brought; both were answered, and read."""
    antiphon("join", "mia", "Mia Sandberg")
    ada = antiphon("open", "inquiry", "Ada asks", "--from", "ada@example.org", "--name", "Ada", "--key", "a1").id
    bob = antiphon("open", "complaint", "Bob complains", "--from", "bob@example.org", "--key", "b1").id
    antiphon("reply", ada, "Dear Ada", "--as", "mia")
    assert "Ada asks" in antiphon("show", ada).out
    return ada, bob


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.backup"


def customer_of(log: Log, conversation_id: str) -> str:
    found: str = events_of(log, conversation_id)[0].customer_id
    return found


def test_after_a_restore_the_erased_stay_erased_and_the_rest_is_as_it_was(
    antiphon: Antiphon, database_urls: Urls, log: Log, conversations: tuple[str, str], file: Path
) -> None:
    # Given
    ada, bob = conversations
    before = antiphon("show", bob).out
    assert antiphon("backup", str(file)).status == 0
    end, customer_id = log.position(), customer_of(log, ada)
    antiphon("erase", customer_id, "--reason", "they asked")
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute(LOSE)
        # What views showed is still there, as when only the log's tables were lost.
    # When
    restored = antiphon("restore", str(file))
    # Then
    assert restored.out.splitlines() == [
        f"restored up to position {end + 1}, views included",
        f"erased again, because the key store has destroyed their keys since: {customer_id}",
        "",
        "all is well",
    ]
    assert "[erased]" not in antiphon("inbox").out
    shown = "".join(antiphon(*verb).out for verb in (["show", ada], ["show", customer_id], ["inbox"], ["log"]))
    assert "[erased]" in shown
    assert "Ada" not in shown
    assert antiphon("show", bob).out == before
    # And
    assert [antiphon("rebuild", view.name, "--verify").status for view in VIEWS] == [0] * len(VIEWS)
    # And a claim that came back with the backup still knows a repeat, and a stranger.
    again = antiphon("open", "complaint", "Bob complains", "--from", "bob@example.org", "--key", "b1")
    assert (again.id, again.out.endswith("(as before)\n")) == (bob, True)
    assert antiphon("open", "inquiry", "Ada asks", "--from", "ada@example.org", "--key", "a2").id != ada


def test_a_backup_is_checked_and_says_who_was_erased_since(
    antiphon: Antiphon, database_urls: Urls, log: Log, conversations: tuple[str, str], file: Path
) -> None:
    # Given one who was erased before, and one since
    before, since = (customer_of(log, each) for each in conversations)
    antiphon("erase", before, "--reason", "they asked")
    assert antiphon("backup", str(file)).status == 0
    end = log.position()
    checked = f"{file}: whole, and of this installation; {end} events up to position {end}"
    assert antiphon("backup", str(file), "--verify").out.splitlines() == [checked]
    antiphon("erase", since, "--reason", "they asked")
    for lost in (False, True):
        if lost:
            with connect(database_urls.database_url, "owner") as owner:
                owner.execute(LOSE)
        # When
        ran = antiphon("backup", str(file), "--verify")
        # Then
        again = f"a restore erases again, whose keys were destroyed since: {since}"
        assert (ran.status, ran.out.splitlines()) == (0, [checked, again])
    assert log.position() == 0
    # And what was changed is refused
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    ran = antiphon("backup", str(file), "--verify")
    assert (ran.status, ran.err.startswith("antiphon: backup-not-authentic: ")) == (2, True)
    assert antiphon("backup", "nowhere", "--verify").err.startswith("antiphon: file-not-readable: ")


def test_a_backup_holds_no_readable_text_and_is_for_its_owner(
    antiphon: Antiphon, conversations: tuple[str, str], file: Path
) -> None:
    # When
    antiphon("backup", str(file))
    # Then
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert content.startswith(b"antiphon backup 1\n")
    assert [word in content for word in (b"Ada", b"complains", b"example.org", b"Sandberg")] == [False] * 4
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_nothing_is_overwritten_unasked(antiphon: Antiphon, conversations: tuple[str, str], file: Path) -> None:
    # Given
    file.write_text("Dear diary")
    # When
    refused = antiphon("backup", str(file))
    # Then
    assert (refused.status, refused.err.startswith("antiphon: file-exists: ")) == (2, True)
    assert file.read_text() == "Dear diary"
    # When
    assert antiphon("backup", str(file), "--force").status == 0
    full = antiphon("restore", str(file))
    # Then
    assert (full.status, full.err.startswith("antiphon: log-not-empty: ")) == (2, True)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda content: content[: len(content) // 2], "backup-not-authentic"),
        (lambda content: b"Dear diary", "backup-not-restored"),
        (None, "file-not-readable"),
    ],
    ids=["half", "another", "none"],
)
def test_what_is_no_backup_leaves_the_log_empty(
    antiphon: Antiphon,
    database_urls: Urls,
    log: Log,
    conversations: tuple[str, str],
    file: Path,
    damage: object,
    code: str,
) -> None:
    # Given
    antiphon("backup", str(file))
    content = file.read_bytes()
    file.unlink()
    if callable(damage):
        file.write_bytes(damage(content))
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute(LOSE)
    # When
    ran = antiphon("restore", str(file))
    # Then
    assert (ran.status, ran.err.startswith(f"antiphon: {code}: ")) == (2, True)
    assert len(ran.err.splitlines()) == 1
    assert log.position() == 0
    # When
    file.write_bytes(content)
    # Then
    assert antiphon("restore", str(file)).status == 0


def test_a_backup_that_cannot_be_written_leaves_nothing(antiphon: Antiphon, tmp_path: Path) -> None:
    ran = antiphon("backup", str(tmp_path / "nowhere" / "log.backup"))
    assert (ran.status, ran.err.startswith("antiphon: file-not-writable: ")) == (2, True)
