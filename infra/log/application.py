"""The log: the library's Application over our own recorder. All that commands append goes through `append_all`, many
in one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    StoredEvent,
    Transcoder,
)
from eventsourcing.utils import Environment

from domain.kernel.event import Draft, Event, Recorded
from infra.keys.vault import Vault
from infra.log.append import Append, Appended
from infra.log.letters import destroy_letters
from infra.log.mapper import Record, SealingMapper
from infra.log.recorder import Recorder
from infra.postgres.database import Database
from infra.settings.log import refuse_unsafe_library_settings

PAGE_BYTES = 4 * 2**20
"""How much of the log is read at a time: messages may be large, and hundreds of them are too much to hold."""


class _Factory(InfrastructureFactory):
    """Gives the library our recorder and mapper. (The library's own PostgreSQL factory drops DATABASE_URL's sslmode,
    keepalives and options, and retries ten times over a 30 s pool wait.)"""

    def __init__(self, env: Environment, recorder: Recorder, mapper: SealingMapper) -> None:
        super().__init__(env)
        self._recorder = recorder
        self._mapper = mapper

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:
        return self._mapper

    def application_recorder(self) -> ApplicationRecorder:
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> Any:
        raise NotImplementedError("snapshots are not kept: a fold of a stream is cheap")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        raise NotImplementedError(
            "followers keep their position in a row of their own (infra/subscriptions/subscription.py)"
        )

    def process_recorder(self) -> Any:
        raise NotImplementedError(
            "followers keep their position in a row of their own (infra/subscriptions/subscription.py)"
        )


class Log(Application[str]):
    """The one log. Writers append drafts with their unique keys; readers read by stream or by position."""

    name = "antiphon"

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        deadline_seconds: float = 5.0,
        append_batch: int = 500,
        append_queue: int = 2000,
    ) -> None:
        refuse_unsafe_library_settings()
        self.vault = vault
        self.deadline_seconds = deadline_seconds
        self.append_batch = append_batch
        self.append_queue = append_queue
        self._recorder = Recorder(database, deadline_seconds=deadline_seconds)
        self._mapper = SealingMapper(vault)
        super().__init__()

    @property
    def database(self) -> Database:
        """The appender's pool, for what else a decision reads."""
        return self._recorder.database

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        """Give the library's Application our recorder and mapper."""
        return _Factory(env, self._recorder, self._mapper)

    def sealed(self, recorded_events: Sequence[Draft[Event]]) -> list[StoredEvent]:
        """The drafts as stored events, sealed. Raises SubjectErased."""
        return self._mapper.to_stored_events(recorded_events)

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many in one call, as `Recorder.append_all`."""
        return self._recorder.append_all(appends, until)

    def streams(self, ids: Iterable[str], *, opened: bool = True) -> dict[str, list[Recorded[Event]]]:
        """Whole streams by id, in version order, opened or not as in `recorded_events`; an unknown stream is empty.

        Raises UnreadableEvent, Overloaded.
        """
        found = self._recorder.streams(ids)
        recorded_events = iter(
            self.recorded_events([record for records in found.values() for record in records], opened=opened)
        )
        return {id: list(islice(recorded_events, len(records))) for id, records in found.items()}

    def ids_beginning(self, begin: str, most: int) -> list[str]:
        """The ids of the streams whose ids begin so, at most so many, in order. `begin`: in ASCII. Raises
        Overloaded."""
        return self._recorder.ids_beginning(begin, most)

    def streams_since(self, ids: Iterable[str], since: datetime) -> dict[str, list[Recorded[Event]]]:
        """The events of these streams that were recorded after an instant, without texts. Raises as `streams`."""
        found = self._recorder.streams_since(ids, since)
        return {id: self.recorded_events(records, opened=False) for id, records in found.items()}

    def last_of(self, ids: Iterable[str], names: Sequence[str], most: int) -> dict[str, list[Recorded[Event]]]:
        """The last events of these stored names in each of these streams, at most so many of each, opened, in version
        order. Raises as `streams`."""
        return {id: self.recorded_events(each) for id, each in self._recorder.last_of(ids, names, most).items()}

    def one(self, stream: str, version: int) -> Draft[Event] | None:
        """One event of a stream, opened; None where there is none. Raises UnreadableEvent, Overloaded."""
        stored = self._recorder.select_events(stream, gt=version - 1, lte=version, limit=1)
        return self._mapper.to_domain_event(stored[0]) if stored else None

    def records(self, stream: str) -> list[Record]:
        """One stream in version order, still sealed. Raises Overloaded."""
        return self._recorder.streams([stream])[stream]

    def histories(self, ids: Iterable[str]) -> dict[str, list[tuple[Event, int]]]:
        """Whole streams as decisions need them: events without their texts, each with its position.

        Raises UnreadableEvent, Overloaded.
        """
        found = self._recorder.streams(ids)
        return {
            id: list(zip(self._mapper.to_events(records), (record.id for record in records), strict=True))
            for id, records in found.items()
        }

    def read(self, after: int, limit: int = 500, most_bytes: int = PAGE_BYTES) -> list[Record]:
        """The next records in log order, still sealed: so many, and so many bytes, unless one alone is larger."""
        return list(self._recorder.page(after, limit, most_bytes))

    def of_kind(self, kind: str, after: tuple[str, int] = ("", 0), limit: int = 500) -> list[Recorded[Event]]:
        """The events of all streams of a kind, without texts, stream by stream, after this id and version. Raises
        UnreadableEvent, Overloaded."""
        return self.recorded_events(self._recorder.of_kind(kind, after, limit), opened=False)

    def records_of_kind(self, kind: str, after: tuple[str, int] = ("", 0), limit: int = 500) -> list[Record]:
        """The records of all streams of a kind, still sealed, as `of_kind`."""
        return self._recorder.of_kind(kind, after, limit)

    def people_in(self, records: Sequence[Record]) -> set[str]:
        """The people under whose keys texts of these records are sealed. Raises UnreadableEvent."""
        return self._mapper.subjects(records)

    def policy_events(self, after: int = 0) -> list[Recorded[Event]]:
        """The events of policies and calendars after a position. Raises UnreadableEvent, Overloaded."""
        return self._mapper.to_recorded(self._recorder.policy_events(after))

    def recorded_events(self, records: Sequence[Record], *, opened: bool = True) -> list[Recorded[Event]]:
        """Decode records, and open their personal texts; with `opened=False`, these read as erased. Raises
        UnreadableEvent for the first record that cannot be read."""
        return self._mapper.to_recorded(records, opened=opened)

    @property
    def appended(self) -> Mapping[str, int]:
        """How many calls this process has appended so far, and how many commands they held."""
        return self._recorder.appended

    def taken(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """The taken ones of these unique keys: id, position and fingerprint by key."""
        return self._recorder.taken(keys)

    def tombstones(self) -> set[str]:
        """The subjects with a tombstone: nothing more may be written about them. Raises Overloaded."""
        return self._recorder.tombstones()

    def destroy_letters(self, people: Mapping[str, bytes]) -> int:
        """Destroy the waiting dead letters about these people, as `infra/log/letters.py`. Raises Overloaded."""
        return destroy_letters(self.database, self.vault, people)

    def now(self) -> datetime:
        """The time of the clock that stamps events. Raises Overloaded."""
        with self.database.connection() as connection:
            ((now,),) = connection.execute("SELECT clock_timestamp()").fetchall()
        assert isinstance(now, datetime)
        return now

    def position(self) -> int:
        """The position of the last event; 0 while the log is empty."""
        return self._recorder.max_notification_id() or 0

    def positions_recorded(self, since: datetime, until: datetime) -> tuple[int, int]:
        """The first and the last position of what was recorded from one instant to before another; (1, 0) where nothing
        was. Raises Overloaded."""
        query = (
            "SELECT coalesce(min(position), 1), coalesce(max(position), 0) FROM antiphon.log"
            " WHERE recorded_at >= %s AND recorded_at < %s"
        )
        with self.database.connection() as connection:
            ((first, last),) = connection.execute(query, (since, until)).fetchall()
        return int(first), int(last)

    def close(self) -> None:
        """Answer what waits, then close all connections."""
        self._recorder.close()
        self.vault.close()
        super().close()
