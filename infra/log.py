"""The log: the library's Application over our own recorder. `save` is the one way in; many callers share one commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    ListenNotifySubscription,
    Mapper,
    StoredEvent,
    Subscription,
    Transcoder,
)
from eventsourcing.utils import Environment

from domain.kernel import AnyEntry, Event
from domain.refusal import OutcomeUnknown, Overloaded
from infra.gather import Gather
from infra.listener import Listener
from infra.mapper import Record, SealingMapper
from infra.postgres import Connection, Database, backoff, deadline
from infra.settings import refuse_unsafe_library_settings
from infra.vault import SubjectErased, Vault


@dataclass(frozen=True, slots=True)
class Claim:
    """A unique key written with an append. Whoever comes later with the same key finds `id` and adds nothing.

    `fingerprint`, where given, is the HMAC of the request's body. The claim goes when `subject` is erased.
    """

    key: bytes
    id: str
    fingerprint: bytes | None = None
    subject: str | None = None


class ClaimHeld(Exception):
    """One of the claims is held already: nothing was added. `number` says which; the rest is the holder's."""

    def __init__(self, number: int, id: str, position: int, fingerprint: bytes | None) -> None:
        super().__init__(f"claim {number} is held by {id} at {position}")
        self.number = number
        self.id = id
        self.position = position
        self.fingerprint = fingerprint


class VersionTaken(IntegrityError):
    """Somebody else appended to the stream first: load it again and decide again."""


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events and claims: all of it goes in, or nothing."""

    events: Sequence[StoredEvent]
    claims: Sequence[Claim] = ()
    subjects: Sequence[str] = ()
    forget: Sequence[str] = ()

    def exclusive(self) -> Iterator[Hashable]:
        """What two appends of one server-side call must not share."""
        for event in self.events:
            yield event.originator_id, event.originator_version
        for claim in self.claims:
            yield claim.key
        # What comes after an erasure must meet its fence, which only the next call sees.
        yield from self.subjects
        yield from self.forget


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an append went: `position` of its last event (of the log's end, if it had none), `positions` of all."""

    position: int
    positions: Sequence[int]


class Recorder(ApplicationRecorder):
    """The library's recorder contract on `antiphon.append`: one writer per process, one call for all who wait."""

    SELECT = "SELECT position, originator_id, originator_version, topic, state, recorded_at FROM antiphon.log "

    def __init__(
        self, database: Database, *, deadline_seconds: float = 5.0, batch: int = 500, queue: int = 2000
    ) -> None:
        self.database = database
        self._deadline_seconds = deadline_seconds
        self._connection: Connection | None = None
        self._writer: Gather[Append, Appended] = Gather(
            "log-writer", self.append_all, batch=batch, queue=queue, keys=Append.exclusive, writes=True
        )
        self._lock = threading.Lock()

    # -- writing

    def append(self, append: Append) -> Appended:
        """Append for good: when this returns, it is committed.

        Raises ClaimHeld, VersionTaken, SubjectErased (nothing was added), Overloaded (nothing was or will be added),
        OutcomeUnknown (repeat it with the same claims).
        """
        return self._writer.ask(append, self._deadline_seconds)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The library's way to `append`; `claims`, `subjects` and `forget` may come along. Answers positions."""
        append = Append(stored_events, kwargs.get("claims", ()), kwargs.get("subjects", ()), kwargs.get("forget", ()))
        if not append.events and not append.claims:
            return None
        keys = list(append.exclusive())
        if len(keys) != len(set(keys)):
            raise VersionTaken("the same place in a stream, or the same claim, twice in one append")
        return self.append(append).positions

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many in one call; they must not share what `Append.exclusive` names. Each is answered for itself.

        `until` (time.monotonic) is when to give up. Raises Overloaded (nothing was added) or OutcomeUnknown.
        """
        with self._lock:
            return self._append_all(appends, until)

    def _append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        arguments = _arguments(appends)
        sent = False
        attempt = 0
        while True:
            try:
                connection = self._connected()
                # What was sent and not answered is sent again: its claims make that harmless, and it is how a
                # command whose connection died between commit and answer still hears its first answer.
                sent = True
                with deadline(connection, max(0.05, until - time.monotonic())):
                    rows = connection.execute(_APPEND, arguments, binary=True).fetchall()
                return _answers(appends, rows)
            except psycopg.OperationalError as error:
                self._disconnect()
                attempt += 1
                if not sent:
                    raise Overloaded("the database does not answer; try again shortly") from error
                pause = backoff(attempt, most_seconds=0.5)
                if time.monotonic() + pause >= until:
                    raise OutcomeUnknown from error
                threading.Event().wait(pause)

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self.database.dedicated()
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- reading

    def streams(self, ids: Iterable[str]) -> dict[str, list[Record]]:
        """Whole streams in one query, each in version order; an unknown one is empty. Raises Overloaded."""
        found: dict[str, list[Record]] = {id: [] for id in ids}
        query = self.SELECT + "WHERE originator_id = ANY (%s) ORDER BY originator_id, originator_version"
        with self.database.connection() as connection:
            for record in _records(connection, query, (list(found),)):
                found[str(record.originator_id)].append(record)
        return found

    def held(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """Who holds these claims: id, position and fingerprint by key."""
        with self.database.connection() as connection:
            rows = connection.execute(
                "SELECT key, id, position, fingerprint FROM antiphon.claims WHERE key = ANY (%s)", (list(keys),)
            ).fetchall()
        return {key: (id, position, fingerprint) for key, id, position, fingerprint in rows}

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The library's read of one stream."""
        query = self.SELECT + "WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s "
        query += f"ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT %s"
        bounds = (str(originator_id), -1 if gt is None else gt, 2**62 if lte is None else lte, limit)
        with self.database.connection() as connection:
            found = _records(connection, query, bounds)
        return [StoredEvent(r.originator_id, r.originator_version, r.topic, r.state) for r in found]

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
        after = (start or 0) - (1 if inclusive_of_start else 0)
        query = self.SELECT + "WHERE position > %s AND position <= %s "
        query += ("AND topic = ANY (%s) " if topics else "AND %s::text[] = '{}' ") + "ORDER BY position LIMIT %s"
        with self.database.connection() as connection:
            return _records(connection, query, (after, 2**62 if stop is None else stop, list(topics), limit))

    def max_notification_id(self) -> int | None:
        """The log's last position; None while it is empty."""
        with self.database.connection() as connection:
            row = connection.execute("SELECT max(position) FROM antiphon.log").fetchone()
        return row[0] if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """The library's subscription: everything after `gt`, then what comes, without a gap."""
        return cast(Subscription[ApplicationRecorder], Tail(self, gt, topics))

    def close(self) -> None:
        """Answer what waits, then let go of the database."""
        self._writer.close()
        self._disconnect()
        self.database.close()


_PARAMETERS = (
    "int", "int[]", "text[]", "bigint[]", "text[]", "bytea[]",
    "int[]", "bytea[]", "text[]", "bytea[]", "text[]",
    "int[]", "text[]", "int[]", "text[]",
)  # fmt: skip
_APPEND = (
    "SELECT command, outcome, claim, id, position, fingerprint, positions FROM antiphon.append("  # noqa: S608
    + ", ".join(f"%b::{kind}" for kind in _PARAMETERS)
    + ")"
)


def _arguments(appends: Sequence[Append]) -> list[Any]:
    events = [(number, event) for number, append in enumerate(appends) for event in append.events]
    claims = [(number, claim) for number, append in enumerate(appends) for claim in append.claims]
    subjects = [(number, subject) for number, append in enumerate(appends) for subject in append.subjects]
    return [
        len(appends),
        [number for number, _ in events],
        [str(event.originator_id) for _, event in events],
        [event.originator_version for _, event in events],
        [event.topic for _, event in events],
        [event.state for _, event in events],
        [number for number, _ in claims],
        [claim.key for _, claim in claims],
        [claim.id for _, claim in claims],
        [claim.fingerprint for _, claim in claims],
        [claim.subject for _, claim in claims],
        [number for number, _ in subjects],
        [subject for _, subject in subjects],
        [number for number, append in enumerate(appends) for _ in append.forget],
        [subject for append in appends for subject in append.forget],
    ]


def _answers(appends: Sequence[Append], rows: Sequence[tuple[Any, ...]]) -> list[Appended | BaseException]:
    first_claim = [0]
    for append in appends:
        first_claim.append(first_claim[-1] + len(append.claims))
    answers: list[Appended | BaseException] = [OutcomeUnknown()] * len(appends)
    for command, outcome, claim, id, position, fingerprint, positions in rows:
        match outcome:
            case "appended":
                answers[command] = Appended(position, positions or ())
            case "repeated":
                answers[command] = ClaimHeld(claim - first_claim[command], id, position, fingerprint)
            case "conflict":
                answers[command] = VersionTaken(f"{id} went on meanwhile")
            case "erased":
                answers[command] = SubjectErased(id)
    return answers


def _records(connection: Connection, query: str, parameters: Sequence[Any]) -> list[Record]:
    rows = connection.execute(cast(Any, query), parameters, binary=True).fetchall()
    return [
        Record(originator_id=id, originator_version=version, topic=topic, state=state, id=position, recorded_at=at)
        for position, id, version, topic, state, at in rows
    ]


class Tail(ListenNotifySubscription[Recorder]):
    """The library's subscription, woken by LISTEN and, should a notification be lost, by the clock each second."""

    def __init__(self, recorder: Recorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._listener = Listener(recorder.database, self._has_been_notified.set)

    def _pull(self) -> None:
        try:
            super()._pull()
        except Overloaded:
            return  # the clock wakes it again

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.close()


class _Factory(InfrastructureFactory):
    """Hands the library our recorder and mapper. (Its own PostgreSQL factory drops DATABASE_URL's sslmode, keepalives
    and options, and retries ten times over a 30 s pool wait.)"""

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
        raise NotImplementedError("followers keep their position in a row of their own (infra/follower.py)")

    def process_recorder(self) -> Any:
        raise NotImplementedError("followers keep their position in a row of their own (infra/follower.py)")


class Log(Application[str]):
    """The one log. Writers `save` entries with their claims; readers go by stream or by position."""

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
        self._recorder = Recorder(database, deadline_seconds=deadline_seconds, batch=append_batch, queue=append_queue)
        self._mapper = SealingMapper(vault)
        super().__init__()

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        """Our own pipes behind the library's Application."""
        return _Factory(env, self._recorder, self._mapper)

    def sealed(self, entries: Sequence[AnyEntry]) -> list[StoredEvent]:
        """As they will be stored. Raises SubjectErased."""
        return [self._mapper.to_stored_event(entry) for entry in entries]

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many in one call, as `Recorder.append_all`."""
        return self._recorder.append_all(appends, until)

    def streams(self, ids: Iterable[str]) -> dict[str, list[AnyEntry]]:
        """Whole streams by id, in version order; an unknown one is empty. Raises UnreadableEvent, Overloaded."""
        found = self._recorder.streams(ids)
        entries = iter(self._mapper.to_entries([record for records in found.values() for record in records]))
        return {id: list(islice(entries, len(records))) for id, records in found.items()}

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

    def read(self, after: int, limit: int = 500) -> list[Record]:
        """The next records in log order, still sealed."""
        return list(self._recorder.select_notifications(after, limit, inclusive_of_start=False))

    def entries(self, records: Sequence[Record]) -> list[AnyEntry]:
        """Decoded and opened. Raises UnreadableEvent for the first that cannot be read."""
        return self._mapper.to_entries(records)

    def held(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """Who holds these claims: id, position and fingerprint by key."""
        return self._recorder.held(keys)

    def position(self) -> int:
        """The position of the last event; 0 while the log is empty."""
        return self._recorder.max_notification_id() or 0

    def close(self) -> None:
        """Answer what waits, then let go of everything."""
        self._recorder.close()
        self.vault.close()
        super().close()
