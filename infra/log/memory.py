"""A log in memory, on the library's in-memory recorder: for what is tried out and leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from infra.keys.vault import SubjectErased, Vault
from infra.log.append import Append, Appended, UniqueKeyTaken, VersionTaken
from infra.log.application import Log, Recorder
from infra.log.mapper import Record, SealingMapper


class MemoryVault(Vault):
    """Keys that go with the process."""

    def __init__(self) -> None:
        self._made: dict[str, bytes | None] = {}

    def key(self, subject: str) -> bytes:
        """The subject's key, made on first use. Raises SubjectErased."""
        key = self._made.setdefault(subject, os.urandom(32))
        if key is None:
            raise SubjectErased(subject)
        return key

    def prepare(self, subjects: Iterable[str], seconds: float) -> dict[str, BaseException]:
        """For whom there is none."""
        return {each: SubjectErased(each) for each in subjects if self._made.get(each, b"") is None}

    def keys(self, subjects: Iterable[str]) -> dict[str, bytes | None]:
        """The keys of all of them."""
        return {each: self._made[each] for each in subjects if each in self._made}

    def destroy(self, *subjects: str) -> None:
        """Destroy the subjects' keys."""
        self._made.update(dict.fromkeys(subjects))

    def close(self) -> None:
        """Nothing to let go of."""


_RULES = ("policy-", "calendar-")


class MemoryRecorder(POPOApplicationRecorder):
    """What `infra.log.application.Recorder` does, in memory: unique keys, versions, and a stamp of the clock it
    is given."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._recorded: list[datetime] = []
        self._unique_keys: dict[bytes, tuple[str, int, bytes | None]] = {}
        self.appended: Mapping[str, int] = {"calls": 0, "commands": 0}

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many, one after another, and answer each for itself."""
        return [self._append(append) for append in appends]

    def _append(self, append: Append) -> Appended | BaseException:
        for number, unique_key in enumerate(append.unique_keys):
            if unique_key.key in self._unique_keys:
                return UniqueKeyTaken(number, *self._unique_keys[unique_key.key])
        try:
            positions = list(self.insert_events(append.events) or ()) if append.events else []
        except IntegrityError:
            return VersionTaken("somebody else went on with it meanwhile")
        self._recorded += [self._clock()] * len(positions)
        end = positions[-1] if positions else (self.max_notification_id() or 0)
        for unique_key in append.unique_keys:
            self._unique_keys[unique_key.key] = unique_key.id, end, unique_key.fingerprint
        return Appended(end, range(end + 1 - len(positions), end + 1))

    def streams(self, ids: Iterable[str]) -> dict[str, list[Record]]:
        """Whole streams, each in version order."""
        found: dict[str, list[Record]] = {id: [] for id in ids}
        for record in self.all():
            if record.originator_id in found:
                found[str(record.originator_id)].append(record)
        return found

    def rules(self, after: int) -> list[Record]:
        """What was said of policies and calendars, in order."""
        return [each for each in self.all() if each.id > after and str(each.originator_id).startswith(_RULES)]

    def all(self) -> list[Record]:
        """All that was recorded, in order."""
        return [self._record(each) for each in self.select_notifications(1, 2**62)]

    def taken(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """Who has taken these unique keys."""
        return {key: self._unique_keys[key] for key in keys if key in self._unique_keys}

    def tombstones(self) -> set[str]:
        """Nobody is erased here."""
        return set()

    def close(self) -> None:
        """Nothing to let go of."""

    def _record(self, stored: Notification | StoredEvent) -> Record:
        assert isinstance(stored, Notification)
        return Record(
            originator_id=stored.originator_id,
            originator_version=stored.originator_version,
            topic=stored.topic,
            state=stored.state,
            id=stored.id,
            recorded_at=self._recorded[stored.id - 1],
        )


class MemoryLog(Log):
    """A log that is gone with the process. `clock` stamps what is appended; it must not go back."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.vault = MemoryVault()
        # Nobody waits for anybody: what takes long here is the machine.
        self.deadline_seconds = 600.0
        self.append_batch = 500
        self.append_queue = 2000
        self._memory = MemoryRecorder(clock)
        self._recorder = cast(Recorder, self._memory)
        self._mapper = SealingMapper(self.vault)
        Application.__init__(self)

    def everything(self) -> list[Any]:
        """All entries, in order."""
        return self.entries(self._memory.all())
