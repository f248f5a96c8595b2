"""What `antiphon.append` promises to those who share a call, beyond tests/infra/test_log_contract.py."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.keys.vault import SubjectErased
from infra.log.append import Append, Appended, UniqueKey, UniqueKeyTaken, VersionTaken
from infra.log.application import Log
from infra.log.recorder import Recorder
from infra.postgres.database import Database, connect
from tests.support import append_lock
from tests.support.append_lock import WAITING
from tests.support.checking import wrong_in_streams, wrong_in_time
from tests.support.companies import opened_log
from tests.support.waiting import wait_until


def event(stream: str, version: int = 1) -> StoredEvent:
    return StoredEvent(stream, version, "topic", b"{}")


@pytest.fixture
def recorder(log: Log) -> Recorder:
    return log._recorder


def test_what_is_refused_of_a_call_leaves_a_gap_in_the_positions(recorder: Recorder) -> None:
    # Given
    recorder.append(Append([event("a"), event("a", 2)], [UniqueKey(b"first", "a", b"body")], ["customer-1"]))
    recorder.append(Append([], [UniqueKey(b"erasure", "customer-1")], forget=["customer-1"]))
    # When
    answers = recorder.append_all(
        [
            Append([event("b"), event("c")], [UniqueKey(b"b", "b")]),
            Append([event("d")], [UniqueKey(b"d", "d"), UniqueKey(b"first", "d")]),
            Append([event("e"), event("a", 2)], [UniqueKey(b"e", "e")]),
            Append([event("f")], [UniqueKey(b"f", "f")], ["customer-1"]),
            Append([], [UniqueKey(b"g", "g")]),
            Append([event("h")]),
        ],
        until=10**9,
    )
    # Then
    assert answers[0] == Appended(4, range(3, 5))
    assert isinstance(answers[1], UniqueKeyTaken)
    assert (answers[1].number, answers[1].id, answers[1].position, answers[1].fingerprint) == (1, "a", 2, b"body")
    assert isinstance(answers[2], VersionTaken)
    assert isinstance(answers[3], SubjectErased)
    assert answers[4] == Appended(2, range(0))
    assert answers[5] == Appended(9, range(9, 10))  # what is refused leaves a gap
    stored = [record.originator_id for record in recorder.select_notifications(None, 100)]
    assert stored == ["a", "a", "b", "c", "h"]
    assert set(recorder.taken([b"b", b"d", b"e", b"f", b"g"])) == {b"b", b"g"}


def test_an_append_can_rely_on_streams_that_it_does_not_change(recorder: Recorder) -> None:
    # Given
    recorder.append(Append([event("a"), event("a", 2)]))
    # When
    answers = recorder.append_all(
        [
            Append([event("b")], [UniqueKey(b"b", "b")], unchanged=[("a", 2), ("nothing", 0)]),
            Append([event("c")], [UniqueKey(b"c", "c")], unchanged=[("a", 1)]),
            Append([event("d"), event("d", 2)], [UniqueKey(b"d", "d")]),
        ],
        until=10**9,
    )
    # Then what relied on an older version is refused, and a place that was only checked is no position
    assert [type(answer) for answer in answers] == [Appended, VersionTaken, Appended]
    assert [len(recorder.streams([id])[id]) for id in ("a", "b", "c", "d")] == [2, 1, 0, 2]
    (*_, last) = recorder.streams(["d"])["d"]
    assert answers[2] == Appended(last.id, range(last.id - 1, last.id + 1))


def test_a_call_notifies_once_with_the_last_position(recorder: Recorder, database_urls: Urls) -> None:
    # Given
    with connect(database_urls.database_url, "reader") as listener:
        listener.execute("LISTEN antiphon_log")
        # When
        recorder.append_all([Append([event(f"s{number}")]) for number in range(50)], until=10**9)
        recorder.append(Append([event("t")]))
        # Then
        heard = [each.payload for each in listener.notifies(timeout=5, stop_after=2)]
    assert heard == ["50", "51"]


def test_recorded_at_is_one_for_a_call_and_never_goes_back(recorder: Recorder, database_urls: Urls) -> None:
    # Given an event from when the clock was ahead
    ahead = datetime.now(UTC) + timedelta(days=365)
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("INSERT INTO antiphon.log VALUES (7, 'early-1', 1, 'topic', '', %s)", (ahead,))
    # When
    recorder.append_all([Append([event("a"), event("b")]), Append([event("c")])], until=10**9)
    # Then
    records = list(recorder.select_notifications(None, 100))
    assert [record.id for record in records] == [7, 8, 9, 10]
    assert {record.recorded_at for record in records} == {ahead}
    assert wrong_in_time(records) == []


def test_an_append_sees_what_was_committed_while_it_waited(
    database_urls: Urls,
) -> None:
    # Given
    strict = psycopg.conninfo.make_conninfo(
        database_urls.database_url, options=r"-c default_transaction_isolation=repeatable\ read"
    )
    recorder = Recorder(Database(strict, "appender"))
    with psycopg.connect(database_urls.database_url, autocommit=True) as operator:
        append_lock.hold(operator)
        writers = [threading.Thread(target=recorder.append, args=(Append([event(f"s{n}")]),)) for n in range(2)]
        others = Recorder(Database(strict, "appender"))
        writers.append(threading.Thread(target=others.append, args=(Append([event("other")]),)))
        # When
        for writer in writers:
            writer.start()
        wait_until(lambda: len(operator.execute(WAITING).fetchall()) == 2, 5, "both processes wait for the lock")
        append_lock.let_go(operator)
        for writer in writers:
            writer.join(10)
    # Then
    records = list(recorder.select_notifications(None, 100))
    assert len(records) == 3
    assert wrong_in_streams(records) == []
    recorder.close()
    others.close()


def test_the_log_does_not_start_with_the_librarys_lock_free_insert(
    database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    # When
    with pytest.raises(Refusal) as refused, opened_log(database_urls):
        pass
    # Then
    assert refused.value.code == "db-functions-enabled"


def test_after_an_upgrade_appends_wait_for_those_of_the_former_function(database_urls: Urls) -> None:
    # Given a call of the former function that goes on, which has its own lock
    with (
        connect(database_urls.database_url, "owner") as owner,
        connect(database_urls.database_url, "appender") as connection,
    ):
        owner.execute("SELECT pg_advisory_lock(4711)")
        connection.execute("SET lock_timeout = '20ms'")
        append = (
            "SELECT outcome FROM antiphon.append('{1}', '{0}', '{a}', '{1}', '{t}', '{x}', '{}', '{}', '{}', '{}', "
            "'{}', '{}', '{}', '{}', '{}')"
        )
        # When the function was replaced a moment ago
        owner.execute("INSERT INTO antiphon.append_lock VALUES (clock_timestamp() + interval '1 minute')")
        # Then
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute(append)
        # When nothing of the former function can go on any more
        owner.execute("UPDATE antiphon.append_lock SET former_until = clock_timestamp()")
        # Then
        assert connection.execute(append).fetchall() == [("appended",)]
