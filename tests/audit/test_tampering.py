"""Tampering by a superuser of the database is found and located; so is a checkpoint that somebody replaced."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from audit.note import Signer
from audit.verification import Wrong
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.backup import dump, restore
from infra.log.recorder import Recorder
from infra.postgres.database import Connection, connect
from infra.proof.keys import rotate
from infra.proof.status import status
from projections.catalogue import VIEWS
from tests.support.proving import ORIGIN, Prover, proving

SWAP = """UPDATE antiphon.log AS l SET state = o.state FROM antiphon.log AS o
WHERE (l.position, o.position) IN ((5, 6), (6, 5))"""
TAMPERING = {
    "UPDATE antiphon.log SET state = set_byte(state, 3, 7) WHERE position = 9": Wrong(9, "changed"),
    "UPDATE antiphon.log SET recorded_at = recorded_at - interval '1 microsecond' WHERE position = 1": Wrong(
        1, "changed"
    ),
    "UPDATE antiphon.log SET topic = 'thing.Happened' WHERE position = 20": Wrong(20, "changed"),
    "UPDATE antiphon.log SET originator_id = 'stream-2' WHERE position = 12": Wrong(12, "changed"),
    "UPDATE antiphon.log SET originator_version = 99 WHERE position = 13": Wrong(13, "changed"),
    "UPDATE antiphon.log SET position = 100 WHERE position = 14": Wrong(14, "missing"),
    "UPDATE antiphon.log SET position = -14 WHERE position = 14": Wrong(-14, "inserted"),
    "DELETE FROM antiphon.log WHERE position = 3": Wrong(3, "missing"),
    "DELETE FROM antiphon.log WHERE position > 18": Wrong(19, "cut off"),
    "INSERT INTO antiphon.log SELECT 0, 'stream-9', 1, topic, state, recorded_at FROM antiphon.log LIMIT 1": Wrong(
        0, "inserted"
    ),
    SWAP: Wrong(5, "changed"),
    # The tree is changed along with the log: only the checkpoints are left to tell, the second of 15 events.
    "UPDATE antiphon.log SET state = '' WHERE position = 11; UPDATE antiphon.tree_tiles SET hashes = sha256('')": Wrong(
        11, "somewhere", 15
    ),
    "UPDATE antiphon.log SET state = '' WHERE position = 16; DELETE FROM antiphon.tree_tiles": Wrong(
        16, "somewhere", 20
    ),
}
"""What a superuser does to a log of 21 events with checkpoints of 10, 15 and 20 events, and what is found."""


@pytest.fixture
def prover(log: Log, database_urls: Urls, tmp_path: Path) -> Iterator[Prover]:
    """21 events, the last of them without a checkpoint."""
    assert isinstance(log.recorder, Recorder)
    with proving(log, database_urls, tmp_path) as prover:
        for version in range(1, 22):
            log.recorder.insert_events([StoredEvent("stream-1", version, "thing.happened", b'{"n": %d}' % version)])
            if version in (10, 15, 20):
                assert prover.checkpoint() is not None
        yield prover


@pytest.fixture
def superuser(prover: Prover, database_urls: Urls) -> Iterator[Connection]:
    """Whoever may do anything with the database."""
    with connect(database_urls.database_url) as connection:
        yield connection


def test_what_a_superuser_changes_is_found_and_located(prover: Prover, superuser: Connection) -> None:
    assert prover.verify().well
    tables = ("log", "tree_tiles")
    for table in tables:
        superuser.execute(f"CREATE TEMP TABLE former_{table} AS TABLE antiphon.{table}".encode())
    for statement, expected in TAMPERING.items():
        superuser.execute(statement.encode())
        found = prover.verify()
        assert (found.checked.wrong, found.well) == (expected, False), statement
        for table in tables:
            superuser.execute(f"DELETE FROM antiphon.{table}".encode())
            superuser.execute(f"INSERT INTO antiphon.{table} TABLE former_{table}".encode())
        assert prover.verify().well


def test_a_rewritten_tail_gets_no_checkpoint(prover: Prover, superuser: Connection) -> None:
    # Given the tail is written anew, and the tree made anew of it
    superuser.execute("UPDATE antiphon.log SET state = '{}' WHERE position > 17")
    superuser.execute("DELETE FROM antiphon.tree_tiles")
    superuser.execute("DELETE FROM antiphon.trees")
    # When, then
    with pytest.raises(Refusal, match="checkpoint-not-extended"):
        prover.checkpoint()
    assert prover.verify().checked.wrong == Wrong(16, "somewhere", 20)
    # When the tail is cut off
    superuser.execute("DELETE FROM antiphon.log WHERE position > 17")
    superuser.execute("DELETE FROM antiphon.tree_tiles")
    superuser.execute("DELETE FROM antiphon.trees")
    # Then
    with pytest.raises(Refusal, match="the tree has 17"):
        prover.checkpoint()


def test_a_place_that_cannot_be_written_is_told(prover: Prover) -> None:
    latest = prover.folder / "checkpoints" / "latest"
    latest.unlink()
    latest.mkdir()
    with pytest.raises(Refusal, match="checkpoint-place-away: "):
        prover.checkpoint()
    with prover.projector.connection() as connection:
        assert status(connection).failing == "checkpoint-place-away"
    latest.rmdir()
    assert prover.checkpoint() is not None
    with prover.projector.connection() as connection:
        assert (status(connection).failing, status(connection).checkpoint_size) == (None, 21)
        # A process that ended before it could keep that is made up for.
        connection.execute("UPDATE antiphon.proof_status SET checkpoint_size = 20, failing = 'unknown'")
        assert prover.checkpoint() is None
        assert (status(connection).failing, status(connection).checkpoint_size) == (None, 21)


def test_several_processes_make_checkpoints_one_after_the_other(prover: Prover, log: Log, database_urls: Urls) -> None:
    assert isinstance(log.recorder, Recorder)
    with ThreadPoolExecutor(4) as pool, ExitStack() as closing:
        provers = [closing.enter_context(proving(log, database_urls, prover.folder)) for _ in range(4)]
        for version in range(22, 32):
            log.recorder.insert_events([StoredEvent("stream-1", version, "thing.happened", b"{}")])
            made = [*pool.map(Prover.checkpoint, provers)]
            assert [each.size for each in made if each is not None] == [version]
    assert prover.verify().well


def test_a_replaced_checkpoint_is_found(prover: Prover) -> None:
    checkpoint = prover.checkpoint()
    assert checkpoint is not None
    latest = prover.folder / "checkpoints" / "latest"
    genuine = latest.read_text()
    # By somebody with another key
    latest.write_text(checkpoint.signed([Signer(ORIGIN, bytes(32))]))
    found = prover.verify()
    assert [each.split(": ")[1] for each in found.notes.refused] == ["no known key has signed it"]
    assert (found.checked.wrong, found.well) == (None, False)
    # By an older one
    day = next((prover.folder / "checkpoints").glob("*.jsonl"))
    latest.write_text(genuine.replace("\n21\n", "\n20\n"))
    assert not prover.verify().well
    # With all that is newer taken away, in every place
    for file in (latest, day, *(prover.folder / "content").rglob("notes/*")):
        file.unlink()
    assert prover.verify().missing == 21


def test_a_former_key_still_counts_and_a_torn_note_does_no_harm(prover: Prover) -> None:
    # Given a machine went down while a note was written
    (day,) = (prover.folder / "checkpoints").glob("*.jsonl")
    with day.open("a") as file:
        file.write('"antiphon/test/1\\n21\\nab')
    former = prover.keys.public()
    # When
    rotate(prover.keys.file, tuple(map(str, former)))
    assert prover.checkpoint() is not None
    # Then
    found = prover.verify()
    assert (found.checked.checkpoints, found.checked.covered) == (7, 21)
    assert prover.keys.public()[0] not in former
    assert prover.keys.file.stat().st_mode & 0o777 == 0o600
    assert found.well


def test_a_restored_log_equals_the_checkpoints_made_before(
    prover: Prover, superuser: Connection, log: Log, database_urls: Urls, tmp_path: Path
) -> None:
    # Given
    assert prover.checkpoint() is not None
    dump(database_urls.of("auditor"), log.vault, tmp_path / "backup")
    superuser.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    # When
    restore(database_urls.of("owner"), log.vault, tmp_path / "backup", VIEWS)
    # Then the tree is made anew, and nothing else has to be done
    assert prover.verify().well
    assert prover.checkpoint() is None
    # And a log that is older than its checkpoints gets none
    superuser.execute("DELETE FROM antiphon.log WHERE position > 12")
    dump(database_urls.of("auditor"), log.vault, tmp_path / "older")
    superuser.execute("TRUNCATE antiphon.log, antiphon.claims, antiphon.erased")
    restore(database_urls.of("owner"), log.vault, tmp_path / "older", VIEWS)
    with pytest.raises(Refusal, match="checkpoint-not-extended"):
        prover.checkpoint()
    assert prover.verify().checked.wrong == Wrong(11, "somewhere", 15)
