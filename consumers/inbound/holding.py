"""Held messages: a message that is said to have happened in the future waits until it is time, and is then taken in.

A held message is a waiting dead letter that is retried by itself, so that it outlives a restart, and people see it and
may decide about it. Later records of its key are held behind it, and all others go on. It is held for an hour at most:
then the sender's clock is wrong, and the message is taken in at its recording, with a mark, as any clock's that is
ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from cachetools import LRUCache

from commands.executor.executor import CommandExecutor
from commands.order import keys_of
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import InboundStep, Received, read
from domain.kernel.refusal import Refusal, TimeAhead

MOST_HELD = 1_000
"""How many messages are held at once. Beyond them, a message is taken in when it comes, with a mark."""
LONGEST = timedelta(hours=1)
RETRIER = "system-held-messages"
EARLY = "order-unknown"
"""The code of a step that came before its order was placed."""
LOOKED_AT = 500
"""Of how many orders it is looked up at once whether they were placed; the others have their turn next."""

_HELD = "FROM antiphon.dead_letters WHERE state = 'waiting' AND held_until IS NOT NULL"

Lane = tuple[str, bytes | None]
"""The topic and the key of records that are taken in one after the other."""


class HeldMessages:
    """The held messages of an installation. Thread-safe."""

    def __init__(self, executor: CommandExecutor, letters: DeadLetters, most: int = MOST_HELD) -> None:
        self._executor = executor
        self._letters = letters
        self._database = executor.log.database
        self._most = most
        self._looked_at = b""
        self._numbers: LRUCache[bytes, Sequence[bytes]] = LRUCache(10 * LOOKED_AT)

    def add(self, received: Received, ahead: TimeAhead) -> bool:
        """Hold a message until its time has come. Answers False if too many are held already. Raises Overloaded."""
        return self._add(received, ahead, min(ahead.retry_at, self._executor.clock() + LONGEST))

    def add_behind(self, received: Received) -> bool:
        """Hold a message behind those of its lane. Answers False if too many are held already. Raises Overloaded."""
        waits = Refusal("time-ahead", "an earlier message with the same key is held; this one follows it")
        lane = self._hashed(received.topic, received.key)
        with self._database.connection() as connection:
            row = connection.execute(f"SELECT max(held_until) {_HELD} AND lane = %s", (lane,)).fetchone()
        return self._add(received, waits, (row[0] if row else None) or self._executor.clock())

    def _add(self, received: Received, why: Refusal, until: datetime) -> bool:
        with self._database.connection() as connection:
            held = len(connection.execute(f"SELECT 1 {_HELD} LIMIT %s", (self._most,)).fetchall())
        if held == self._most:
            return False
        self._letters.add([(received, why)], held_until=until, lane=self._hashed(received.topic, received.key))
        return True

    def lanes(self, lanes: Collection[Lane]) -> set[Lane]:
        """Those of these lanes in which a message is held. Raises Overloaded."""
        with self._database.connection() as connection:
            held = {bytes(lane) for (lane,) in connection.execute(f"SELECT DISTINCT lane {_HELD}").fetchall()}
        return {lane for lane in lanes if self._hashed(*lane) in held} if held else set()

    def retry_due(self, retry: Callable[[str], object]) -> None:
        """Retry the messages whose time has come, and those behind them, in order. Raises Overloaded."""
        now = self._executor.clock()
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT id, lane, held_until <= %s {_HELD} ORDER BY arrived_at, at_offset",
                (now,),
            ).fetchall()
        not_yet: set[bytes] = set()
        for id, lane, due in rows:
            if due and bytes(lane) not in not_yet:
                _once(id, retry)
            else:
                not_yet.add(bytes(lane))

    def release(self, received: Received, retry: Callable[[str], object]) -> None:
        """Retry what is held in the lane of a message, due or not. Raises Overloaded."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT id {_HELD} AND lane = %s ORDER BY arrived_at, at_offset",
                (self._hashed(received.topic, received.key),),
            ).fetchall()
        for (id,) in rows:
            _once(id, retry)

    def early_lane(self, received: Received, why: Refusal) -> bytes | None:
        """The lane in which a step waits that came before its order was placed; None for any other message."""
        return self._hashed(received.topic, received.key) if why.code == EARLY else None

    def retry_early(self, placed: Received, retry: Callable[[str], object]) -> None:
        """Retry the steps that came before their order was placed by this message. Raises Overloaded."""
        self._retry_early(self._hashed(placed.topic, placed.key), retry)

    def _retry_early(self, lane: bytes, retry: Callable[[str], object]) -> None:
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT id FROM antiphon.dead_letters WHERE state = 'waiting' AND code = %s AND lane = %s "
                "ORDER BY arrived_at, at_offset",
                (EARLY, lane),
            ).fetchall()
        for (id,) in rows:
            _once(id, retry)

    def retry_placed(self, retry: Callable[[str], object]) -> None:
        """Retry the steps that came before their order was placed, where it was placed since, in whatever way: over
        HTTP, on the command line, by an import. Raises Overloaded."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT ON (lane) lane, id FROM antiphon.dead_letters "
                "WHERE state = 'waiting' AND code = %s AND lane > %s ORDER BY lane, arrived_at, at_offset LIMIT %s",
                (EARLY, self._looked_at, LOOKED_AT),
            ).fetchall()
        self._looked_at = bytes(rows[-1][0]) if len(rows) == LOOKED_AT else b""
        lanes = {bytes(lane): self._numbers.get(bytes(lane)) or self._number_of(bytes(lane), id) for lane, id in rows}
        taken = self._executor.log.taken([key for keys in lanes.values() for key in keys]) if lanes else {}
        for lane, keys in lanes.items():
            if not taken.keys().isdisjoint(keys):
                self._retry_early(lane, retry)

    def _number_of(self, lane: bytes, id: str) -> Sequence[bytes]:
        """The hashed unique keys of the order number that the letters of a lane name."""
        try:
            message, _ = read(self._letters.open(id).received)
        except Refusal:
            return ()  # settled meanwhile
        assert isinstance(message, InboundStep)
        keys = self._numbers[lane] = [self._executor.hashed_key(*key) for key in keys_of(message.order_number)]
        return keys

    def _hashed(self, topic: str, key: bytes | None) -> bytes:
        return self._executor.hashed_key("inbound-message", f"lane\x00{topic}\x00{key!r}")


def _once(id: str, retry: Callable[[str], object]) -> None:
    try:
        retry(id)
    except Refusal as refusal:
        # Another process, or a person, was first.
        if refusal.code != "letter-settled":
            raise
