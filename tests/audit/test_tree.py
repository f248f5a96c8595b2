"""The tree over the log: each stored row is a leaf, once, whatever happens to the process that builds the tree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import leaf, merkle
from audit.leaf import StoredRow
from audit.tree import TREE, ProofTree, StoredTree, extend
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.recorder import Recorder
from infra.postgres.database import Connection, Database, connect
from infra.proof.rows import stored_rows
from infra.proof.tiles import Tiles
from infra.subscriptions.host import Host
from tests.support.trees import nodes_of
from tests.support.waiting import wait_until_followed

ROWS = st.builds(
    StoredRow,
    st.integers(-(2**63), 2**63 - 1),
    st.text("aZ-é€😀", max_size=9),
    st.integers(-(2**63), 2**63 - 1),
    st.text("aZ-é€😀", max_size=9),
    st.datetimes(datetime(1900, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.binary(max_size=9),
)


def append(log: Log, events: int, stream: str = "stream-1") -> None:
    """Append events that no release can read: they are under the proof all the same."""
    assert isinstance(log.recorder, Recorder)
    begin = max((record.originator_version for record in log.records(stream)), default=0)
    log.recorder.insert_events(
        [StoredEvent(stream, begin + n + 1, "unknown.happened", b'{"n": %d}' % n) for n in range(events)]
    )


def leaves(connection: Connection) -> list[bytes]:
    """The leaves of the whole log, encoded one by one from what a query answers."""
    rows = connection.execute(
        "SELECT position, originator_id, originator_version, topic, recorded_at, state FROM antiphon.log "
        "ORDER BY position"
    )
    return [leaf.encoded(StoredRow(*row)) for row in rows]


def assert_whole(connection: Connection) -> None:
    """Every node of the tree is what the rows of the log make it."""
    hashes = [merkle.leaf_hash(each) for each in leaves(connection)]
    stored = Tiles(connection, TREE)
    assert stored.covered()[0] == len(hashes)
    assert [*stored.leaf_hashes(0, len(hashes) + 99)] == hashes
    tree, nodes = StoredTree(connection), nodes_of(hashes)
    for level in range(len(hashes).bit_length()):
        for number in range(len(hashes) >> level):
            assert tree(level, number) == nodes(level, number), (level, number)
        with pytest.raises(LookupError):
            tree(level, len(hashes) >> level)


@settings(max_examples=30)
@given(ROWS)
def test_a_leaf_reads_as_the_row_that_it_was_made_of(row: StoredRow) -> None:
    assert leaf.decoded(leaf.encoded(row)) == row
    assert leaf.position_of(leaf.encoded(row)) == row.position


@settings(max_examples=30)
@given(ROWS, ROWS)
def test_two_rows_never_have_the_same_leaf(one: StoredRow, other: StoredRow) -> None:
    assert (leaf.encoded(one) == leaf.encoded(other)) == (one == other)


@settings(max_examples=30)
@given(ROWS, st.data())
def test_a_leaf_that_is_cut_off_is_refused(row: StoredRow, data: st.DataObject) -> None:
    whole = leaf.encoded(row)
    with pytest.raises(ValueError, match="leaf"):
        leaf.decoded(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_a_leaf_with_a_time_that_no_calendar_has_is_refused() -> None:
    whole = leaf.encoded(StoredRow(1, "a", 1, "b", leaf.BEGIN, b""))
    with pytest.raises(ValueError, match="no calendar"):
        leaf.decoded(whole.replace(bytes(8), b"\x7f" * 8))


def test_the_tree_has_each_row_once_however_the_pages_fall(log: Log, projector: Database) -> None:
    with projector.connection() as connection:
        for size in (1, 2, 13, 16, 1, 40, 256, 15):
            append(log, size)
            with connection.transaction():
                extend(connection, log.position())
            with connection.transaction():
                extend(connection, log.position())  # a repeat
            assert_whole(connection)
        assert leaves(connection) == [*stored_rows(connection)]


def test_a_process_that_dies_in_a_page_leaves_no_leaf_out_and_none_twice(log: Log, projector: Database) -> None:
    class Dying(ProofTree):
        deaths = 3

        def cover(self, position: int, connection: Connection) -> None:
            super().cover(position, connection)
            if self.deaths:
                self.deaths -= 1
                raise ConnectionError("the process dies before its commit")

    # Given
    append(log, 70)
    # When
    with Host(log, projector, [Dying()], lease_seconds=5, poll_seconds=0.2, page_size=20):
        wait_until_followed(projector, [(ProofTree.name, ProofTree.version)], log.position(), 30)
    # Then
    with projector.connection() as connection:
        assert_whole(connection)
        assert connection.execute("SELECT count(*) FROM antiphon.parked").fetchone() == (0,)


def test_the_checker_of_trees_catches_a_changed_row(log: Log, projector: Database, database_urls: Urls) -> None:
    append(log, 20)
    with projector.connection() as connection, connect(database_urls.database_url) as superuser:
        extend(connection, log.position())
        superuser.execute("UPDATE antiphon.log SET state = state || ' ' WHERE position = 7")
        with pytest.raises(AssertionError):
            assert_whole(connection)
