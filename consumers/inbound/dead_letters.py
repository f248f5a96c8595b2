"""Dead letters: messages of a topic that could not be taken in, kept until a person has decided.

A message may hold personal text of an unknown person. So it is sealed under a key of its day, which the key store
destroys once the letters of that day are too old; and it is wiped as soon as it is taken in after all, or discarded.
Where it can be told whose it is (`consumers/inbound/whose.py`), it has a key of its own, and goes with the person.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import Place, Received
from consumers.inbound.whose import whose
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from infra.keys.sealing import seal_bytes, unseal_bytes
from infra.postgres.database import Connection

State = Literal["waiting", "taken-in", "discarded", "expired"]
SUBJECT = "dead-letters:"
"""The prefix of the dead letters' subjects in the key store; the day follows, and, of a letter with a key of its own,
its id. No customer's id begins so."""
EXPIRER = "system-dead-letters"

_COLUMNS = "id, topic, partition, at_offset, code, arrived_at, state, held_until"
_WHICH = "(%(state)s::text IS NULL OR state = %(state)s) AND (%(code)s::text IS NULL OR code = %(code)s)"


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter: its place in the topic, why it was not taken in, and its state. `held_until`: when it is retried
    by itself (`consumers/inbound/holding.py`); None where a person decides."""

    id: str
    topic: str
    partition: int
    offset: int
    code: str
    arrived_at: datetime
    state: State
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a letter. `code`: why a retry failed."""

    at: datetime
    what: Literal["retry", "discard", "expire"]
    who: str
    why: str
    code: str | None


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """A letter with its sealed content, opened (the record, and the sentence of its refusal), and its decisions."""

    letter: Letter
    received: Received
    why: str


def count_letters(connection: Connection, before: datetime) -> int:
    """How many letters wait whose day was before an instant."""
    first_kept = SUBJECT + before.date().isoformat()
    row = connection.execute(
        "SELECT count(*) FROM antiphon.dead_letters WHERE state = 'waiting' AND subject < %s", (first_kept,)
    ).fetchone()
    return int(row[0]) if row else 0


class DeadLetters:
    """All dead letters of an installation. Thread-safe."""

    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor
        self._database = executor.log.database
        self._vault = executor.log.vault

    def add(
        self,
        refused: Sequence[tuple[Received, Refusal]],
        *,
        held_until: datetime | None = None,
        lane: bytes | None = None,
    ) -> None:
        """Keep these letters; a letter that is kept already stays as it is. `held_until`, `lane`: of letters that are
        retried by themselves. Raises Overloaded."""
        if not refused:
            return
        today = SUBJECT + self._executor.clock().date().isoformat()
        rows = []
        for received, refusal in refused:
            id, about = new_id("letter"), whose(self._executor, received)
            subject = f"{today}:{id}" if about else today
            sealed = seal_bytes(_packed(received, refusal), AESGCM(self._vault.key(subject)), id)
            place = (received.topic, received.partition, received.offset)
            rows.append((id, *place, self._digest(received), refusal.code, subject, sealed, held_until, lane, about))
        with self._database.connection() as connection, connection.transaction():
            connection.cursor().executemany(
                "INSERT INTO antiphon.dead_letters (id, topic, partition, at_offset, digest, code, subject, sealed, "
                "held_until, lane, about) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (topic, partition, at_offset, digest) DO NOTHING",
                rows,
            )

    def among(self, received: Sequence[Received]) -> set[Place]:
        """The places of records that are, or were, dead letters: people decide about them, even when the topic is read
        again from its beginning. Raises Overloaded."""
        by_place = {each.place: each for each in received}
        topics, partitions, offsets = zip(*by_place, strict=True)
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT topic, partition, at_offset, digest FROM antiphon.dead_letters "
                "JOIN unnest(%s::text[], %s::int[], %s::bigint[]) AS at (topic, partition, at_offset) "
                "USING (topic, partition, at_offset)",
                (list(topics), list(partitions), list(offsets)),
            ).fetchall()
        return {place for (*at, digest) in rows if self._digest(by_place[place := (at[0], at[1], at[2])]) == digest}

    def all(self, state: State | None = "waiting", limit: int = 1000, code: str | None = None) -> list[Letter]:
        """The letters in this state and for this reason (None: any), the oldest first. Raises Overloaded."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM antiphon.dead_letters WHERE {_WHICH} "  # noqa: S608
                "ORDER BY arrived_at, id LIMIT %(limit)s",
                {"state": state, "code": code, "limit": limit},
            ).fetchall()
        return [Letter(*row) for row in rows]

    def numbers(self, state: State | None = "waiting", code: str | None = None) -> dict[str, int]:
        """How many letters there are in this state for each reason (None: any), the most frequent first. Raises
        Overloaded."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT code, count(*) FROM antiphon.dead_letters WHERE {_WHICH} "  # noqa: S608
                "GROUP BY code ORDER BY count(*) DESC, code",
                {"state": state, "code": code},
            ).fetchall()
        return dict(rows)

    def letter(self, id: str) -> Letter:
        """One letter. Raises Refusal `not-found`, Overloaded."""
        with self._database.connection() as connection:
            return _one(connection, id)[0]

    def decisions(self, id: str) -> list[Decision]:
        """The decisions about a letter, in order. Raises Overloaded."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT at, what, who, why, code FROM antiphon.dead_letter_decisions WHERE letter = %s ORDER BY at",
                (id,),
            ).fetchall()
        return [Decision(*row) for row in rows]

    def open(self, id: str) -> OpenedLetter:
        """Open a waiting letter. Raises Refusal `not-found`, `letter-settled`, Overloaded."""
        with self._database.connection() as connection:
            letter, subject, sealed = _one(connection, id)
        key = self._vault.keys([subject]).get(subject)
        if sealed is None or key is None:
            raise _settled(letter)
        received, why = _unpacked(letter, unseal_bytes(sealed, AESGCM(key), id))
        return OpenedLetter(letter, received, why)

    def settle(self, id: str, state: Literal["taken-in", "discarded"], who: str, why: str) -> None:
        """Record that a letter is dealt with, and wipe its content. Raises Refusal `reason-missing`, `letter-settled`,
        `not-found`, Overloaded."""
        what = "retry" if state == "taken-in" else "discard"
        self._decide(id, "state = %s, sealed = NULL", (state,), (what, who, why, None))

    def still_dead(self, id: str, code: str, who: str, why: str) -> None:
        """Record that a retry failed, and why; a person decides from now on. Raises as `settle`."""
        self._decide(id, "code = %s, held_until = NULL", (code,), ("retry", who, why, code))

    def expire(self, days: int) -> int:
        """Give up letters that have waited for more than this many days. The keys of these days are destroyed, also of
        days on which no letter waits any more, so that the content is gone from every backup, too; the letters are
        kept without it. Answers how many. Raises Overloaded."""
        first_kept = SUBJECT + (self._executor.clock().date() - timedelta(days=days)).isoformat()
        if subjects := self._vault.between(SUBJECT, first_kept):
            self._vault.destroy(*subjects)
        with self._database.connection() as connection, connection.transaction():
            ids = connection.execute(
                "UPDATE antiphon.dead_letters SET state = 'expired', sealed = NULL "
                "WHERE state = 'waiting' AND subject < %s RETURNING id",
                (first_kept,),
            ).fetchall()
            connection.execute(
                "INSERT INTO antiphon.dead_letter_decisions (letter, what, who, why) "
                "SELECT unnest(%s::text[]), 'expire', %s, %s",
                ([id for (id,) in ids], EXPIRER, f"nobody saw to it within {days} days"),
            )
        return len(ids)

    def _decide(
        self,
        id: str,
        change: Literal["state = %s, sealed = NULL", "code = %s, held_until = NULL"],
        to: tuple[str],
        decision: Sequence[str | None],
    ) -> None:
        if not decision[2]:
            raise Refusal("reason-missing", "say why; it is kept with the letter")
        with self._database.connection() as connection, connection.transaction():
            changed = connection.execute(
                f"UPDATE antiphon.dead_letters SET {change} WHERE id = %s AND state = 'waiting' "  # noqa: S608
                "RETURNING subject, state",
                (*to, id),
            ).fetchone()
            if not changed:
                raise _settled(_one(connection, id)[0])
            connection.execute(
                "INSERT INTO antiphon.dead_letter_decisions (letter, what, who, why, code) VALUES (%s, %s, %s, %s, %s)",
                (id, *decision),
            )
        subject, state = changed
        if state != "waiting" and subject.endswith(id):  # a key of its own: gone from every backup, too
            self._vault.destroy(subject)

    def _digest(self, received: Received) -> bytes:
        parts = [repr(received.key), repr(received.value), repr(list(received.headers))]
        return self._executor.hashed_key("inbound-message", "\x00".join(parts))


def _one(connection: Connection, id: str) -> tuple[Letter, str, bytes | None]:
    row = connection.execute(
        f"SELECT {_COLUMNS}, subject, sealed FROM antiphon.dead_letters WHERE id = %s",  # noqa: S608
        (id,),
    ).fetchone()
    if row is None:
        raise NotFound("the dead letter")
    return Letter(*row[:8]), row[8], row[9]


def _settled(letter: Letter) -> Refusal:
    return Refusal("letter-settled", f"{letter.id} is {letter.state}; what was sent is not kept any more")


def _packed(received: Received, refusal: Refusal) -> bytes:
    """The content to seal, with the sentence of the refusal, which may quote personal names."""
    about = {
        "why": refusal.what_to_do,
        "key": None if received.key is None else b64encode(received.key).decode(),
        "value": received.value is not None,
        "headers": [(name, None if value is None else b64encode(value).decode()) for name, value in received.headers],
    }
    head = json.dumps(about).encode()
    return len(head).to_bytes(4) + head + (received.value or b"")


def _unpacked(letter: Letter, content: bytes) -> tuple[Received, str]:
    end = 4 + int.from_bytes(content[:4])
    about = json.loads(content[4:end])
    headers = tuple((name, None if value is None else b64decode(value)) for name, value in about["headers"])
    key = None if about["key"] is None else b64decode(about["key"])
    value = content[end:] if about["value"] else None
    return Received(letter.topic, letter.partition, letter.offset, key, value, headers), about["why"]
