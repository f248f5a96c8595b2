"""A log in memory, on the library's in-memory recorder: for trials that leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate, islice
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from infra.keys.subject_keys import SubjectKeys
from infra.keys.vault import SubjectErased, Vault
from infra.log.append import Append, Appended, UniqueKey, UniqueKeyTaken, VersionTaken, appending
from infra.log.application import Log
from infra.log.mapper import Record, SealingMapper
from infra.log.recorder import Recorder


class MemoryVault(Vault):
    """A key store in memory: its keys end with the process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._made: dict[str, SubjectKeys] = {}
        self._destroyed: dict[str, datetime] = {}
        self._kept_back: set[tuple[str, int]] = set()

    def of_subject(self, subject: str) -> SubjectKeys:
        """The subject's keys, made on first use. Raises SubjectErased."""
        if subject in self._destroyed:
            raise SubjectErased(subject)
        return self._made.get(subject) or self._made.setdefault(subject, SubjectKeys.fresh())

    def prepare(self, subjects: Iterable[str], seconds: float) -> dict[str, BaseException]:
        """The subjects for which there is no key, and why."""
        return {each: SubjectErased(each) for each in subjects if each in self._destroyed}

    def of_subjects(self, subjects: Iterable[str]) -> dict[str, SubjectKeys | None]:
        """The keys of these subjects; None where destroyed. A key that never existed is left out."""
        known = self._made.keys() | self._destroyed.keys()
        return {each: self._made.get(each) for each in subjects if each in known}

    def destroy(self, *subjects: str) -> None:
        """Destroy the subjects' keys. A repeat keeps the first time of destruction."""
        for subject in subjects:
            self._made.pop(subject, None)
            self._destroyed.setdefault(subject, self._clock())

    def destroyed(self, subjects: Iterable[str]) -> set[str]:
        """The subjects among these whose keys are destroyed."""
        return {each for each in subjects if each in self._destroyed}

    def withhold(self, stream: str, version: int, subjects: Iterable[str]) -> None:
        """Open no text of this event any more, and destroy the keys that its texts have of their own."""
        for subject in self._made.keys() & set(subjects):
            self._made[subject] = self._made[subject].without(f"{stream}/{version}/")
        self._kept_back.add((stream, version))

    def withheld(self) -> frozenset[tuple[str, int]]:
        """The events of which no text is opened."""
        return frozenset(self._kept_back)

    def forget_cached(self) -> None:
        """Do nothing: no other process destroys keys."""

    def erasures(self) -> list[tuple[str, datetime]]:
        """All subjects whose key was destroyed, and when."""
        return sorted(self._destroyed.items(), key=lambda each: (each[1], each[0]))

    def close(self) -> None:
        """Do nothing."""


_RULES = ("policy-", "calendar-")


class MemoryRecorder(POPOApplicationRecorder):
    """`infra.log.application.Recorder` in memory (tests/infra/test_log_contract.py runs on both).

    The one difference: positions have no gaps.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._records: list[Record] = []
        self._streams: dict[str, list[Record]] = {}
        self._unique_keys: dict[bytes, tuple[UniqueKey, int]] = {}
        self._tombstones: set[str] = set()
        self.appended: Mapping[str, int] = {"calls": 0, "commands": 0}

    # -- writing

    def append(self, append: Append) -> Appended:
        """Append, or raise UniqueKeyTaken, SubjectErased or VersionTaken: then nothing was added."""
        with self._database_lock:
            for number, unique_key in enumerate(append.unique_keys):
                if unique_key.key in self._unique_keys and unique_key.key not in append.release:
                    first, position = self._unique_keys[unique_key.key]
                    raise UniqueKeyTaken(number, first.id, position, first.fingerprint)
            if erased := self._tombstones.intersection(append.subjects):
                raise SubjectErased(min(erased))
            if any(len(self._streams.get(id, ())) > version for id, version in append.unchanged):
                raise VersionTaken("somebody else went on with it meanwhile")
            try:
                positions = self._insert_events(append.events) or ()
            except IntegrityError:
                raise VersionTaken("somebody else went on with it meanwhile") from None
            self._record(append.events)
            end = len(self._records)
            for key in append.release:
                self._unique_keys.pop(key, None)
            self._unique_keys |= {each.key: (each, end) for each in append.unique_keys}
            self._forget(set(append.forget))
        self._notify_listeners()
        return Appended(end, range(end + 1 - len(positions), end + 1))

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many, one after another, and answer each for itself."""
        answers: list[Appended | BaseException] = []
        for append in appends:
            try:
                answers.append(self.append(append))
            except (UniqueKeyTaken, SubjectErased, VersionTaken) as error:
                answers.append(error)
        return answers

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The library's call of `append`, as `Recorder.insert_events`."""
        append = appending(stored_events, **kwargs)
        return list(self.append(append).positions) if append else None

    def _record(self, events: Sequence[StoredEvent]) -> None:
        # The time never goes back, as in the database.
        now = max(self._clock(), self._records[-1].recorded_at) if self._records else self._clock()
        for event in events:
            record = Record(
                originator_id=event.originator_id,
                originator_version=event.originator_version,
                topic=event.topic,
                state=event.state,
                id=len(self._records) + 1,
                recorded_at=now,
            )
            self._records.append(record)
            self._streams.setdefault(str(event.originator_id), []).append(record)

    def _forget(self, subjects: set[str]) -> None:
        self._tombstones |= subjects
        for key, (unique_key, position) in list(self._unique_keys.items()):
            if unique_key.subject in subjects:
                del self._unique_keys[key]
                if unique_key.fingerprint is not None:
                    self._unique_keys[key] = UniqueKey(key, unique_key.id), position

    # -- reading

    def streams(self, ids: Iterable[str]) -> dict[str, list[Record]]:
        """Whole streams, each in version order; an unknown stream is empty."""
        return {id: list(self._streams.get(id, ())) for id in ids}

    def streams_since(self, ids: Iterable[str], since: datetime) -> dict[str, list[Record]]:
        """What was recorded in these streams after an instant."""
        return {id: [each for each in self._streams.get(id, ()) if each.recorded_at > since] for id in ids}

    def last_of(self, ids: Iterable[str], names: Sequence[str], most: int) -> dict[str, list[Record]]:
        """The last events of these names in each stream, at most so many of each."""
        return {id: [each for each in self._streams.get(id, ()) if each.topic in names][-most:] for id in ids}

    def policy_events(self, after: int) -> list[Record]:
        """The events of policies and calendars, in order."""
        return [each for each in self._records[after:] if str(each.originator_id).startswith(_RULES)]

    def of_kind(self, kind: str, after: tuple[str, int], limit: int) -> list[Record]:
        """The events of all streams of a kind, stream by stream, after this id and version."""
        ids = sorted(id for id in self._streams if f"{kind}-" < id < f"{kind}.")
        found = (each for id in ids for each in self._streams[id] if (id, each.originator_version) > after)
        return list(islice(found, limit))

    def all(self) -> list[Record]:
        """All records, in order."""
        return list(self._records)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Record]:
        """The library's read of the log, in order."""
        after = max(0, (start or 0) - (1 if inclusive_of_start else 0))
        found = (each for each in self._records[after:stop] if not topics or each.topic in topics)
        return list(islice(found, limit))

    def page(self, after: int, limit: int, most_bytes: int) -> Sequence[Record]:
        """The next records in order: so many, and so many bytes of events, unless one alone is larger."""
        records = self._records[after : after + limit]
        sizes = accumulate(len(record.state) for record in records)
        return records[: max(1, sum(size <= most_bytes for size in sizes))]

    def taken(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """The taken ones of these unique keys."""
        found = {key: self._unique_keys[key] for key in keys if key in self._unique_keys}
        return {key: (first.id, position, first.fingerprint) for key, (first, position) in found.items()}

    def tombstones(self) -> set[str]:
        """The subjects with a tombstone."""
        return set(self._tombstones)

    def close(self) -> None:
        """Do nothing."""


class MemoryLog(Log):
    """A log that is gone with the process. `clock` stamps what is appended; it must not go back."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.vault = MemoryVault(clock)
        # No caller waits for another here: only the machine takes time.
        self.deadline_seconds = 600.0
        self.append_batch = 500
        self.append_queue = 2000
        self._memory = MemoryRecorder(clock)
        self._recorder = cast(Recorder, self._memory)
        self._mapper = SealingMapper(self.vault)
        Application.__init__(self)

    def destroy_letters(self, people: Mapping[str, bytes]) -> int:
        """Do nothing: no letter is kept in memory."""
        return 0

    def now(self) -> datetime:
        """The time of the clock that stamps events."""
        return self._clock()

    def everything(self) -> list[Any]:
        """All recorded events, in order."""
        return self.recorded_events(self._memory.all())
