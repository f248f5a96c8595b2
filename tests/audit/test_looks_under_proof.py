"""The trail of reads is under the proof: checkpoints cover each look, and what a superuser changes is found."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from audit.checkpoints import Checkpoints, CheckpointWriter
from audit.note import read
from audit.verification import Wrong
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.recorder import Recorder
from infra.postgres.database import Connection, connect
from infra.proof.rows import LOOKS
from infra.trail.looks import Look, LookRecorder
from infra.trail.reading import settled
from tests.support.proving import Prover, proving
from tests.support.waiting import wait_until

LOOK = Look("staff-1", "agent", ("agent",), None, "/customers/{id}", "customer-1", ("customer-1",), None, False, None)
TAMPERING = {
    "UPDATE antiphon.looks SET actor_id = 'staff-2' WHERE id = before + 4": Wrong(4, "changed"),
    "UPDATE antiphon.looks SET at = at + interval '1 microsecond' WHERE id = before + 7": Wrong(7, "changed"),
    "UPDATE antiphon.looks SET subjects = '{}' WHERE id = before + 1": Wrong(1, "changed"),
    "UPDATE antiphon.looks SET purpose = 'complaint' WHERE id = before + 6": Wrong(6, "changed"),
    "DELETE FROM antiphon.looks WHERE id = before + 5": Wrong(5, "missing"),
    "DELETE FROM antiphon.looks WHERE id > before + 8": Wrong(9, "cut off"),
    "UPDATE antiphon.looks SET route = '/x' WHERE id = before + 3; UPDATE antiphon.tree_tiles SET hashes = sha256('')"
    " WHERE tree = 'looks'": Wrong(1, "somewhere", 6),
    "UPDATE antiphon.looks SET route = '/x' WHERE id = before + 8; DELETE FROM antiphon.tree_tiles"
    " WHERE tree = 'looks'": Wrong(1, "somewhere", 6),
}
"""What a superuser does to ten looks with checkpoints of six and of ten, and what is found."""


def record(urls: Urls, number: int) -> None:
    async def recording() -> None:
        async with LookRecorder(urls.database_url, 30) as recorder:
            for each in range(number):
                await recorder.record(replace(LOOK, about=f"customer-{each}"))

    asyncio.run(recording())


def append(log: Log, version: int) -> None:
    assert isinstance(log.recorder, Recorder)
    log.recorder.insert_events([StoredEvent("stream-1", version, "thing.happened", b"{}")])


@pytest.fixture
def prover(log: Log, database_urls: Urls, tmp_path: Path) -> Iterator[Prover]:
    with proving(log, database_urls, tmp_path) as prover:
        append(log, 1)
        record(database_urls, 6)
        assert prover.checkpoint() is not None
        record(database_urls, 4)
        assert prover.checkpoint() is not None, "looks alone are worth a checkpoint"
        yield prover


def test_each_look_is_covered_by_the_next_checkpoint(prover: Prover, log: Log, database_urls: Urls) -> None:
    assert prover.checkpoint() is None
    append(log, 2)
    assert prover.checkpoint() is not None
    found = prover.verify()
    assert found.well
    assert (found.looks.covered, found.looks.removed) == (10, 0)
    last = prover.places[0].last()
    looks = read(last or "").beside(LOOKS.tree)
    assert looks is not None
    with connect(database_urls.database_url) as superuser:
        assert (looks.size, looks.last - first_look(superuser)) == (10, 10)


def test_looks_alone_are_worth_a_checkpoint(prover: Prover, log: Log, database_urls: Urls) -> None:
    checkpoints = Checkpoints(prover.projector, prover.keys, prover.places, "UTC")
    writer = CheckpointWriter(lambda: checkpoints, prover.projector, seconds=0.1, events=1000)
    with writer:
        record(database_urls, 3)
        wait_until(lambda: prover.verify().looks.covered == 13, 30, "the looks are covered")


def first_look(connection: Connection) -> int:
    """What the id of the first look of this test is, less one."""
    (first,) = connection.execute("SELECT min(id) FROM antiphon.looks").fetchall()[0]
    return int(first) - 1


def at(wrong: Wrong | None, before: int) -> Wrong | None:
    """With numbers that begin at 1."""
    return wrong and Wrong(max(1, wrong.position - before), wrong.what, wrong.last and wrong.last - before)


def test_what_a_superuser_does_to_looks_is_found(prover: Prover, database_urls: Urls) -> None:
    with connect(database_urls.database_url) as superuser:
        before = first_look(superuser)
        for table in ("looks", "tree_tiles"):
            superuser.execute(f"CREATE TEMP TABLE former_{table} AS TABLE antiphon.{table}".encode())
        for statement, expected in TAMPERING.items():
            # When
            superuser.execute(statement.replace("before", str(before)).encode())
            # Then
            found = prover.verify()
            assert (at(found.looks.wrong, before), found.well, found.checked.wrong) == (expected, False, None), (
                statement
            )
            for table in ("looks", "tree_tiles"):
                superuser.execute(f"DELETE FROM antiphon.{table}".encode())
                columns = "OVERRIDING SYSTEM VALUE" if table == "looks" else ""
                superuser.execute(f"INSERT INTO antiphon.{table} {columns} TABLE former_{table}".encode())
    assert prover.verify().well


def test_a_tree_of_looks_that_was_changed_gets_no_signature(prover: Prover, database_urls: Urls) -> None:
    with connect(database_urls.database_url) as superuser:
        superuser.execute("UPDATE antiphon.tree_tiles SET hashes = set_byte(hashes, 0, 7) WHERE tree = 'looks'")
    record(database_urls, 1)
    with pytest.raises(Refusal) as refused:
        prover.checkpoint()
    assert refused.value.code == "checkpoint-not-extended"


def test_the_oldest_looks_may_go_and_the_proof_stays(prover: Prover, database_urls: Urls) -> None:
    with connect(database_urls.database_url) as superuser:
        before = first_look(superuser)
        for kept_after, removed in ((7, 7), (10, 10)):
            superuser.execute("DELETE FROM antiphon.looks WHERE id <= %s", (before + kept_after,))
            found = prover.verify()
            assert (found.well, found.looks.covered, found.looks.removed) == (True, 10, removed)
    record(database_urls, 2)
    assert prover.checkpoint() is not None
    found = prover.verify()
    assert (found.well, found.looks.covered, found.looks.removed) == (True, 12, 10)


def test_a_look_that_is_still_to_come_is_waited_for(prover: Prover, database_urls: Urls) -> None:
    # Given a look that has its id and is not committed, and another that is
    with connect(database_urls.database_url) as slow:
        before = first_look(slow)
        slow.execute("BEGIN")
        slow.execute("SELECT pg_advisory_xact_lock_shared(4713)")
        slow.execute(
            "INSERT INTO antiphon.looks (actor_id, actor_kind, roles, route, subjects, ended)"
            " VALUES ('staff-3', 'agent', '{}', '/staff', '{}', false)"
        )
        record(database_urls, 1)
        with ThreadPoolExecutor(1) as pool, prover.projector.connection() as connection:
            # When
            last = pool.submit(settled, connection)
            while not slow.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
                assert not last.done()
            # Then
            slow.execute("COMMIT")
            assert last.result(30) - before == 12
    assert prover.checkpoint() is not None
    assert prover.verify().looks.covered == 12
