"""The log's recorder: the library's contract on `antiphon.append`, and our own reads of the log's table."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent, Subscription

from infra.log.append import Append, Appended, appending
from infra.log.mapper import Record
from infra.log.tail import Tail
from infra.log.writer import Writer
from infra.postgres.database import Connection, Database


class Recorder(ApplicationRecorder):
    """The library's recorder contract on `antiphon.append`: one writer per process."""

    SELECT = "SELECT position, originator_id, originator_version, topic, state, recorded_at FROM antiphon.log "

    _PAGE = (
        "SELECT position, originator_id, originator_version, topic, state, recorded_at FROM (SELECT *, "  # noqa: S608
        "sum(octet_length(state)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes FROM ("
        f"{SELECT}WHERE position > %b ORDER BY position LIMIT %b) AS page) AS sized "
        "WHERE bytes <= %b OR bytes = octet_length(state) ORDER BY position"
    )

    def __init__(self, database: Database, *, deadline_seconds: float = 5.0) -> None:
        self.database = database
        self._deadline_seconds = deadline_seconds
        self._writer = Writer(database)

    # -- writing

    def append(self, append: Append) -> Appended:
        """Append for good: when this returns, it is committed.

        Raises UniqueKeyTaken, VersionTaken, SubjectErased (nothing was added), Overloaded (nothing was or will be
        added), OutcomeUnknown (repeat it with the same unique keys).
        """
        (answer,) = self.append_all([append], time.monotonic() + self._deadline_seconds)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The library's way to `append`; `unique_keys`, `subjects` and `forget` may come along. Answers positions."""
        append = appending(stored_events, **kwargs)
        return list(self.append(append).positions) if append else None

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        """Append many in one call, as `Writer.append_all`."""
        return self._writer.append_all(appends, until)

    @property
    def appended(self) -> Mapping[str, int]:
        """Counters of successful appends, as of the writer."""
        return self._writer.appended

    # -- reading

    def streams(self, ids: Iterable[str]) -> dict[str, list[Record]]:
        """Whole streams in one query, each in version order; an unknown stream is empty. Raises Overloaded."""
        found: dict[str, list[Record]] = {id: [] for id in ids}
        storable = [id for id in found if id.isascii() and "\x00" not in id]  # any other id names no stream
        query = self.SELECT + "WHERE originator_id = ANY (%b) ORDER BY originator_id, originator_version"
        with self.database.connection() as connection:
            for record in _records(connection, query, (storable,)):
                found[str(record.originator_id)].append(record)
        return found

    def streams_since(self, ids: Iterable[str], since: datetime) -> dict[str, list[Record]]:
        """What was recorded in these streams after an instant, as `streams`. Raises Overloaded."""
        found: dict[str, list[Record]] = {id: [] for id in ids}
        query = self.SELECT + "WHERE originator_id = ANY (%b) AND recorded_at > %b "
        with self.database.connection() as connection:
            parameters = list(found), since
            for record in _records(connection, query + "ORDER BY originator_id, originator_version", parameters):
                found[str(record.originator_id)].append(record)
        return found

    def last_of(self, ids: Iterable[str], names: Sequence[str], most: int) -> dict[str, list[Record]]:
        """The last events of these names in each of these streams, at most so many of each, in version order. Raises
        Overloaded."""
        query = self.SELECT + "WHERE originator_id = %b AND topic = ANY (%b) ORDER BY originator_version DESC LIMIT %b"
        with self.database.connection() as connection:
            return {id: _records(connection, query, (id, list(names), most))[::-1] for id in dict.fromkeys(ids)}

    def policy_events(self, after: int) -> list[Record]:
        """The events of policies and calendars, in log order; an index holds just these."""
        query = self.SELECT + "WHERE (originator_id LIKE 'policy-%%' OR originator_id LIKE 'calendar-%%') "
        with self.database.connection() as connection:
            return _records(connection, query + "AND position > %s ORDER BY position", (after,))

    def of_kind(self, kind: str, after: tuple[str, int], limit: int) -> list[Record]:
        """The events of all streams of a kind, stream by stream, after this id and version."""
        query = self.SELECT + "WHERE (originator_id, originator_version) > (%b, %b) AND originator_id < %b "
        query += "ORDER BY originator_id, originator_version LIMIT %b"
        begin, end = f"{kind}-", f"{kind}."  # "." comes right after "-"
        with self.database.connection() as connection:
            return _records(connection, query, (*max(after, (begin, 0)), end, limit))

    def ids_beginning(self, begin: str, most: int) -> list[str]:
        """The ids of the streams whose ids begin so, at most so many, in order. `begin`: in ASCII."""
        query = "SELECT originator_id FROM antiphon.log WHERE originator_id >= %b AND originator_id < %b "
        query += "AND originator_version = 1 ORDER BY originator_id LIMIT %b"
        with self.database.connection() as connection:
            rows = connection.execute(query.encode(), (begin, f"{begin}~", most), prepare=False)  # as in `_records`
            return [id for (id,) in rows]

    def taken(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, int, bytes | None]]:
        """The taken ones of these unique keys: id, position and fingerprint by key."""
        with self.database.connection() as connection:
            rows = connection.execute(
                "SELECT key, id, position, fingerprint FROM antiphon.claims WHERE key = ANY (%b)",
                (list(keys),),
                binary=True,
                prepare=False,  # as in `_records`
            ).fetchall()
        return {key: (id, position, fingerprint) for key, id, position, fingerprint in rows}

    def tombstones(self) -> set[str]:
        """The subjects with a tombstone: nothing more may be written about them."""
        with self.database.connection() as connection:
            rows = connection.execute("SELECT subject FROM antiphon.erased").fetchall()
        return {subject for (subject,) in rows}

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

    def page(self, after: int, limit: int, most_bytes: int) -> Sequence[Record]:
        """The next records in log order: so many, and so many bytes of events, unless one alone is larger."""
        with self.database.connection() as connection:
            return _records(connection, self._PAGE, (after, limit, most_bytes))

    def max_notification_id(self) -> int | None:
        """The log's last position; None while it is empty."""
        with self.database.connection() as connection:
            row = connection.execute("SELECT max(position) FROM antiphon.log").fetchone()
        return row[0] if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """The library's subscription: everything after `gt`, then new events, without a gap."""
        return cast(Subscription[ApplicationRecorder], Tail(self, self.database, gt, topics))

    def close(self) -> None:
        """Close the database."""
        self._writer.close()
        self.database.close()


def _records(connection: Connection, query: str, parameters: Sequence[Any]) -> list[Record]:
    # Planned anew each time: a plan made while the table is small reads the whole table when the table is large.
    rows = connection.execute(cast(Any, query), parameters, binary=True, prepare=False).fetchall()
    return [
        Record(originator_id=id, originator_version=version, topic=topic, state=state, id=position, recorded_at=at)
        for position, id, version, topic, state, at in rows
    ]
