"""What a log promises, be it in PostgreSQL or in memory: so a decision on the one holds on the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.customer import ContactPointAdded
from domain.kernel.event import Draft
from domain.staff import TeamFormed
from infra.keys.vault import SubjectErased
from infra.log.append import Append, Appended, UniqueKey, UniqueKeyTaken, VersionTaken
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.log.recorder import Recorder
from tests.support.golden import ENVELOPE

FIRST = UniqueKey(b"first", "a", b"body")
ADA = "customer-1"


def event(stream: str, version: int = 1) -> StoredEvent:
    return StoredEvent(stream, version, "topic", b"{}")


def formed(number: int, version: int = 1) -> Draft[TeamFormed]:
    return Draft(f"team-{number}", version, TeamFormed(team_id=f"team-{number}", name="Care"), ENVELOPE)


class LogContract:
    """The cases; `log` is an empty one."""

    @pytest.fixture
    def recorder(self, log: Log) -> Recorder:
        return log._recorder

    # -- appending

    def test_an_append_answers_with_the_positions_of_its_events(self, recorder: Recorder) -> None:
        assert recorder.append(Append([event("a"), event("a", 2)])) == Appended(2, range(1, 3))
        assert recorder.append(Append([event("b")])) == Appended(3, range(3, 4))

    def test_a_page_holds_so_many_events_and_so_many_bytes(self, log: Log, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([StoredEvent("a", n, "topic", b"x" * size) for n, size in enumerate((4, 4, 9, 4), 1)]))
        # Then a page ends where its bytes do, an event that alone is larger is a page, and the end is empty.
        for after, limit, most_bytes, found in (
            (0, 500, 8, [1, 2]), (0, 500, 16, [1, 2]), (0, 500, 17, [1, 2, 3]), (0, 1, 100, [1]), (0, 500, 3, [1]),
            (2, 500, 8, [3]), (3, 500, 8, [4]), (4, 500, 8, []), (1, 500, 100, [2, 3, 4]),
        ):  # fmt: skip
            assert [each.id for each in log.read(after, limit, most_bytes)] == found, (after, limit, most_bytes)

    def test_an_append_without_events_answers_with_the_end_of_the_log(self, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a"), event("a", 2)]))
        # Then
        assert recorder.append(Append([], [UniqueKey(b"key", "a")])) == Appended(2, range(3, 3))

    def test_a_key_that_is_released_is_free_or_names_another_at_once(self, log: Log, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a")], [UniqueKey(b"moved", "a"), UniqueKey(b"gone", "a")]))
        # When a refused append releases them
        with pytest.raises(VersionTaken):
            recorder.append(Append([event("a")], release=[b"moved", b"gone"]))
        assert set(log.taken([b"moved", b"gone"])) == {b"moved", b"gone"}
        # When another one does, and takes one anew
        recorder.append(
            Append([event("a", 2)], [UniqueKey(b"command", "a"), UniqueKey(b"moved", "b")], release=[b"moved", b"gone"])
        )
        # Then
        assert {key: id for key, (id, _, _) in log.taken([b"moved", b"gone"]).items()} == {b"moved": "b"}
        with pytest.raises(UniqueKeyTaken) as taken:
            recorder.append(Append([], [UniqueKey(b"new", "c"), UniqueKey(b"moved", "c")], release=[b"gone"]))
        assert (taken.value.number, taken.value.id) == (1, "b")
        recorder.append(Append([], [UniqueKey(b"gone", "c")]))

    def test_a_version_that_is_taken_is_refused_and_nothing_of_it_added(self, log: Log, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a")]))
        # When
        with pytest.raises(VersionTaken):
            recorder.append(Append([event("b"), event("a")], [UniqueKey(b"key", "b")]))
        # Then
        assert log.position() == 1
        assert log.taken([b"key"]) == {}
        assert [*recorder.streams(["b"])["b"]] == []

    def test_a_unique_key_that_is_taken_says_what_it_stands_for(self, log: Log, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a"), event("a", 2)], [FIRST]))
        # When
        with pytest.raises(UniqueKeyTaken) as taken:
            recorder.append(Append([event("b")], [UniqueKey(b"free", "b"), UniqueKey(b"first", "b")]))
        # Then
        found = taken.value
        assert (found.number, found.id, found.position, found.fingerprint) == (1, "a", 2, b"body")
        assert log.taken([b"first", b"free"]) == {b"first": ("a", 2, b"body")}

    def test_a_repeat_is_answered_before_an_erasure_and_that_before_a_conflict(self, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a")], [FIRST]))
        recorder.append(Append([], [UniqueKey(b"erasure", ADA)], forget=[ADA]))
        # Then
        with pytest.raises(UniqueKeyTaken):
            recorder.append(Append([event("a")], [FIRST], [ADA]))
        with pytest.raises(SubjectErased):
            recorder.append(Append([event("a")], [], [ADA]))
        with pytest.raises(VersionTaken):
            recorder.append(Append([event("a")]))

    def test_each_command_of_a_call_is_answered_for_itself(self, recorder: Recorder) -> None:
        # Given
        recorder.append(Append([event("a"), event("a", 2)], [FIRST], [ADA]))
        recorder.append(Append([], [UniqueKey(b"erasure", ADA)], forget=[ADA]))
        # When
        answers = recorder.append_all(
            [
                Append([event("b"), event("c")], [UniqueKey(b"b", "b")]),
                Append([event("d")], [UniqueKey(b"d", "d"), UniqueKey(b"first", "d")]),
                Append([event("e"), event("a", 2)], [UniqueKey(b"e", "e")]),
                Append([event("f")], [UniqueKey(b"f", "f")], [ADA]),
                Append([event("h")]),
            ],
            until=10**9,
        )
        # Then
        kinds = [Appended, UniqueKeyTaken, VersionTaken, SubjectErased, Appended]
        assert [type(answer) for answer in answers] == kinds
        stored = list(recorder.select_notifications(None, 100))
        assert [record.originator_id for record in stored] == ["a", "a", "b", "c", "h"]
        assert isinstance(answers[4], Appended)
        assert stored[-1].id == answers[4].position
        assert set(recorder.taken([b"b", b"d", b"e", b"f"])) == {b"b"}

    def test_the_librarys_own_save_is_the_same_way_in(self, log: Log) -> None:
        # When
        (recording,) = log.save(formed(1), unique_keys=[UniqueKey(b"name", "team-1")])
        # Then
        assert recording.notification.id == 1
        assert [each.id for each in log.notification_log.select(1, 10)] == [1]
        assert log.taken([b"name"])[b"name"][:2] == ("team-1", 1)
        with pytest.raises(UniqueKeyTaken):
            log.save(formed(1), unique_keys=[UniqueKey(b"name", "team-1")])
        with pytest.raises(IntegrityError):
            log.save(formed(1))
        with pytest.raises(IntegrityError):
            log.save(formed(2), formed(2))
        assert log.position() == 1

    # -- erasing

    def test_an_erasure_deletes_a_subjects_keys_and_no_others(self, log: Log, recorder: Recorder) -> None:
        # Given
        for subject in (ADA, "customer-2"):
            key = UniqueKey(subject.encode(), subject, subject=subject)
            recorder.append(Append([event(subject)], [key], [subject]))
        # When
        recorder.append(Append([], [UniqueKey(b"erasure", ADA)], forget=[ADA]))
        # Then
        assert set(log.taken([ADA.encode(), b"customer-2", b"erasure"])) == {b"customer-2", b"erasure"}
        assert log.tombstones() == {ADA}

    def test_an_erasure_leaves_the_key_of_a_request_without_what_it_said(self, log: Log, recorder: Recorder) -> None:
        # Given
        position = recorder.append(Append([event(ADA)], [UniqueKey(b"request", ADA, b"its body", ADA)], [ADA])).position
        # When
        recorder.append(Append([], [UniqueKey(b"erasure", ADA)], forget=[ADA]))
        # Then
        assert log.taken([b"request"]) == {b"request": (ADA, position, None)}

    def test_a_key_that_is_destroyed_seals_and_opens_nothing_more(self, log: Log) -> None:
        # Given
        added = ContactPointAdded(customer_id=ADA, contact_kind="mail", value="ada@example.org")
        log.save(Draft(ADA, 1, added, ENVELOPE))
        assert log.streams([ADA])[ADA][0].event == added
        # When
        log.vault.destroy(ADA)
        # Then
        assert "ada" not in log.streams([ADA])[ADA][0].event.model_dump_json().lower()
        assert log.vault.destroyed([ADA, "customer-2"]) == {ADA}
        assert [subject for subject, _ in log.vault.erasures()] == [ADA]
        assert log.vault.keys([ADA, "customer-2"]) == {ADA: None}
        with pytest.raises(SubjectErased):
            log.save(Draft(ADA, 2, added, ENVELOPE))

    # -- reading

    def test_streams_are_read_whole_and_in_order_and_an_unknown_one_is_empty(self, log: Log) -> None:
        # Given
        log.save(formed(1), formed(2), formed(1, 2))
        # Then
        found = log.streams(["team-1", "team-3"])
        assert [(each.originator_version, each.position) for each in found["team-1"]] == [(1, 1), (2, 3)]
        assert found["team-3"] == []
        assert [position for _, position in log.histories(["team-1"])["team-1"]] == [1, 3]
        assert [record.id for record in log.records("team-1")] == [1, 3]

    def test_streams_are_read_from_an_instant_on(self, log: Log) -> None:
        # Given
        log.save(formed(1), formed(2))
        first = log.streams(["team-1"])["team-1"][0].recorded_at
        # Then
        assert log.streams_since(["team-1", "team-3"], first) == {"team-1": [], "team-3": []}
        assert log.streams_since(["team-1"], first - timedelta(microseconds=1)) == log.streams(["team-1"])

    def test_the_last_of_some_names_are_read_of_each_stream(self, log: Log) -> None:
        # Given
        log.save(formed(1), formed(2), *(formed(1, version) for version in (2, 3)))
        log._recorder.append(Append([event("team-1", 4)]))
        # Then
        name = TeamFormed.stored_name
        found = log.last_of(["team-1", "team-2", "team-1", "team-3"], [name], 2)
        assert {id: [each.originator_version for each in last] for id, last in found.items()} == {
            "team-1": [2, 3],
            "team-2": [1],
            "team-3": [],
        }
        assert log.last_of(["team-1"], [], 2) == {"team-1": []}

    def test_the_log_is_read_in_order_from_a_position_on(self, log: Log) -> None:
        # Given
        log.save(*(formed(number) for number in range(1, 6)))
        # Then
        assert [each.position for each in log.recorded_events(log.read(2, 2))] == [3, 4]
        assert log.read(5) == []
        assert log.position() == 5

    def test_policies_and_calendars_are_read_by_themselves(self, log: Log) -> None:
        # Given
        log.save(formed(1))
        recorder: Recorder = log._recorder
        recorder.append(Append([event("policy-1"), event("team-9"), event("calendar-1")]))
        # Then
        assert [record.originator_id for record in recorder.policy_events(0)] == ["policy-1", "calendar-1"]
        assert [record.originator_id for record in recorder.policy_events(2)] == ["calendar-1"]

    def test_recorded_at_never_goes_back_and_is_no_later_than_now(self, log: Log) -> None:
        # When
        for number in range(1, 4):
            log.save(formed(number))
        # Then
        times = [record.recorded_at for record in log.read(0)]
        assert all(one <= other for one, other in pairwise(times))
        assert times[-1] <= log.now()


class TestInDatabase(LogContract):
    """PostgreSQL: tests/infra/test_append.py shows what only a database has."""


class TestInMemory(LogContract):
    """What `antiphon scenario` and tests of decisions use."""

    @pytest.fixture
    def log(self) -> Iterator[Log]:
        log = MemoryLog(lambda: datetime.now(UTC))
        yield log
        log.close()

    def test_recorded_at_does_not_go_back_with_the_clock(self) -> None:
        # Given
        now = datetime(2026, 6, 1, tzinfo=UTC)
        times = iter([now, now - timedelta(hours=1)])
        log = MemoryLog(lambda: next(times))
        # When
        log.save(formed(1))
        log.save(formed(2))
        # Then
        assert [record.recorded_at for record in log.read(0)] == [now, now]
