"""The inbound consumer: reads messages of other systems from topics, runs each as a command, then commits the offset.

Command ids are derived from the source. So a message that is read twice, by several members of the group or from the
beginning, finds the first answer. A message that cannot be taken in becomes a dead letter, and the next one has its
turn. But while a database is away, everything waits.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any, Self

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from commands import retention_of_records
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import EXPIRER, DeadLetters
from consumers.inbound.holding import RETRIER, HeldMessages
from consumers.inbound.messages import TYPES, OrderPlaced, Place, Received, read
from consumers.inbound.refused import dead_letter_refusal
from consumers.inbound.taking_in import take_in
from domain.kernel.event import Actor
from domain.kernel.refusal import Overloaded, Refusal, TimeAhead
from domain.retention import RecordsRemoved, keep
from infra.failures import Failures
from infra.kafka.clients import Kafka

GROUP = "antiphon-inbound"
_EXPIRER = Actor(id=EXPIRER, kind="system")
_PLACED = "its order was placed"

_LOGGER = structlog.get_logger("inbound")


def retry(executor: CommandExecutor, letters: DeadLetters, id: str, who: str, why: str) -> Refusal | None:
    """Take in a dead letter as if it came now; a time in the future is marked. Answers why it still cannot be taken in;
    None where it is.

    Raises Refusal `reason-missing`, `not-found`, `letter-settled`, Overloaded, OutcomeUnknown.
    """
    if not why:
        raise Refusal("reason-missing", "say why; it is kept with the letter")
    received = letters.open(id).received
    try:
        take_in(executor, received, however_far_ahead=True)
    except Exception as error:
        refusal = dead_letter_refusal(error)
        letters.still_dead(id, refusal.code, who, why)
        return refusal
    letters.settle(id, "taken-in", who, why)
    return None


class Consumer:
    """One member of the consumer group, with a thread of its own within `with`; several processes may be members."""

    LANES = 64
    """How many threads (keys) are worked on at once; messages in flight share loads and commits."""
    POLL_MS = 200
    EXPIRE_SECONDS = 3600.0
    RETRY_SECONDS = 1.0
    SILENT_SECONDS = 30.0
    """How long no broker may answer a fetch, or the group may take no offset, before the member leaves and joins anew.
    A broker answers within half a second, also where there is nothing."""

    def __init__(
        self, executor: CommandExecutor, kafka: Kafka, *, letter_days: int = 30, session_ms: int = 10_000
    ) -> None:
        """`letter_days`: how long a dead letter waits for a person. `session_ms`: how long a member may be silent
        before the others take over its partitions."""
        self._executor = executor
        self._kafka = kafka
        self._letters = DeadLetters(executor)
        self._held = HeldMessages(executor, self._letters)
        self._letter_days = letter_days
        self._session_ms = session_ms
        self._topics = {kafka.topic(name): name for name in TYPES}
        self._expire_at = self._retry_at = self._heard_at = self._told_at = 0.0
        self._stopping = threading.Event()
        self._lanes = ThreadPoolExecutor(self.LANES, thread_name_prefix="inbound")
        self._thread = threading.Thread(target=self._run, name="inbound", daemon=True)
        self.failures = Failures(self._stopping, partial(_LOGGER.warning, "inbound-waits"))
        self.fates: Counter[str] = Counter()
        """Counts of messages by outcome: `taken in`, `held`, `dead`, `dead before`."""
        self.behind: dict[str, int] = {}
        """How many messages of each topic this member has still to take in, as far as it knows."""
        self._next: dict[TopicPartition, int] = {}
        """The offset of the next message to take in, of each partition of which something came."""
        self._taken_in: dict[TopicPartition, OffsetAndMetadata] = {}
        """How far each partition was taken in, where the group does not know it yet."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=4 * self._executor.log.deadline_seconds)
        self._lanes.shutdown()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                consumer = self._join()
                self._taken_in = {}
                self._heard_at = self._told_at = time.monotonic()
                try:
                    while not self._stopping.is_set():
                        self._step(consumer)
                        self.failures.over()
                finally:
                    with suppress(KafkaError, OSError):
                        consumer.close()
            except Exception as error:
                # Whatever the error was: the thread must outlive it.
                self.failures.wait_after(error)

    def _join(self) -> KafkaConsumer:
        consumer = self._kafka.consumer(
            group=self._kafka.topic(GROUP),
            # When a member joins or leaves, some partitions move, and the others stay where they are.
            partition_assignment_strategy=(CooperativeStickyAssignor,),
            session_timeout_ms=self._session_ms,
            heartbeat_interval_ms=max(100, self._session_ms // 10),
            metadata_max_age_ms=30_000,
            metrics_sample_window_ms=int(self.SILENT_SECONDS * 1000 / 2),  # of two windows
            fetch_max_bytes=16 * 1024 * 1024,
            max_poll_records=1000,
        )
        # Topics are known before joining: a member made leader that knows no partitions would assign none.
        absent = [topic for topic in self._topics if not consumer.partitions_for_topic(topic)]
        if absent:
            consumer.close()
            raise Overloaded(f"there is no topic {absent[0]} yet; antiphon migrate makes it")
        consumer.subscribe(list(self._topics))
        return consumer

    def _step(self, consumer: KafkaConsumer) -> None:
        if time.monotonic() >= self._retry_at:
            self.retry_held()
            self._retry_at = time.monotonic() + self.RETRY_SECONDS
        if time.monotonic() >= self._expire_at:
            self._expire()
            self._expire_at = time.monotonic() + self.EXPIRE_SECONDS
        polled = consumer.poll(self.POLL_MS)
        self._check_fetching(consumer)
        self._next |= {at: records[0].offset for at, records in polled.items()}
        self.behind = self._behind(consumer)
        if polled:
            self._take_in(consumer, polled)
        self._commit(consumer)

    def _check_fetching(self, consumer: KafkaConsumer) -> None:
        """Raises Overloaded where partitions are assigned and no fetch was answered for long: kafka-python 3.0.12 was
        seen to spin without sending one, while the broker served others."""
        if time.monotonic() < self._heard_at + self.SILENT_SECONDS:
            return
        rate = consumer.metrics()["consumer-fetch-manager-metrics"]["fetch-rate"]
        if consumer.assignment() and not rate:
            raise Overloaded("no broker answers a fetch; the member leaves the group and joins anew")
        self._heard_at = time.monotonic()

    def _expire(self) -> None:
        """Give up dead letters that are older than the setting allows, or the rules of retention."""
        now = self._executor.clock()
        days, version = self._letters_kept(now)
        if given_up := self._letters.expire(days):
            _LOGGER.warning("dead-letters-expired", letters=given_up)
            before = now - timedelta(days=days)
            removed = RecordsRemoved(what="dead-letters", table_version=version, before=before, removed=given_up)
            retention_of_records.record(self._executor, removed, Context(_EXPIRER))

    def _letters_kept(self, now: datetime) -> tuple[int, int]:
        """For how many days letters are kept, and by which version of the rules of retention; 0: by the setting."""
        try:
            rules = retention_of_records.rules_in_force(self._executor, now)
            kept = None if rules is None else keep(*rules, "dead-letters")
        except Overloaded:
            raise
        except Refusal as refusal:  # a mistake in the rules must not keep messages out
            _LOGGER.warning("retention-not-understood", code=refusal.code)
            return self._letter_days, 0
        if rules is None or kept is None or kept.days >= self._letter_days:
            return self._letter_days, 0
        return kept.days, rules[1]

    def _take_in(self, consumer: KafkaConsumer, polled: dict[TopicPartition, list[Any]]) -> None:
        done: dict[Place, str] = {}
        try:
            self.take_in_batch([self._received(each) for records in polled.values() for each in records], done)
        except BaseException:
            # Else a batch that always fails somewhere, on a machine that is busy, would be begun anew for ever.
            self._count(consumer, polled, done)
            self._commit(consumer)
            raise
        self._heard_at = time.monotonic()
        self._count(consumer, polled, done)

    def _count(
        self, consumer: KafkaConsumer, polled: dict[TopicPartition, list[Any]], done: Mapping[Place, str]
    ) -> None:
        """Count what is done up to the first record of each partition that is not. From there on, all of it comes
        again, and finds what was done."""
        for at, records in polled.items():
            topic = self._topics[at.topic]
            places = [(topic, each.partition, each.offset) for each in records]
            fates = [done[place] for place in takewhile(done.__contains__, places)]
            self.fates.update(fates)
            if fates:
                self._next[at] = records[len(fates) - 1].offset + 1
                self._taken_in[at] = OffsetAndMetadata(self._next[at], "", -1)
            if len(fates) < len(records) and at in consumer.assignment():
                consumer.seek(at, records[len(fates)].offset)

    def _commit(self, consumer: KafkaConsumer) -> None:
        """Tell the group how far this member has come. What the group does not take, because its members change, is
        told at the next step: perhaps no further message comes. Raises Overloaded where the group took nothing for
        long: kafka-python 3.0.12 was seen to believe for ever that its group still changes, after a busy spell."""
        # Other members have the other partitions by now, and find what was done.
        self._taken_in = {at: offset for at, offset in self._taken_in.items() if at in consumer.assignment()}
        if not self._taken_in:
            self._told_at = time.monotonic()
            return
        try:
            consumer.commit(self._taken_in)
        except KafkaError as error:
            _LOGGER.info("inbound-not-committed", error=type(error).__name__)
            if time.monotonic() >= self._told_at + self.SILENT_SECONDS:
                raise Overloaded("the group takes no offsets; the member leaves the group and joins anew") from error
        else:
            self._taken_in = {}
            self._told_at = time.monotonic()

    def _behind(self, consumer: KafkaConsumer) -> dict[str, int]:
        behind = dict.fromkeys(self._topics, 0)
        for at in consumer.assignment():
            # Both are known here without a question to the broker.
            end = consumer.highwater(at) or 0
            behind[at.topic] += max(0, end - self._next.get(at, end))
        return behind

    def _received(self, record: Any) -> Received:
        return Received(
            self._topics[record.topic], record.partition, record.offset, record.key, record.value, tuple(record.headers)
        )

    def take_in_batch(self, batch: Sequence[Received], done: dict[Place, str] | None = None) -> Counter[str]:
        """Take in a batch, in order by key. Answers the fates. `done`: gets the fate of each record that is done, also
        where others are not. Raises Overloaded, OutcomeUnknown and any error that is not a message's fault."""
        done = {} if done is None else done
        lanes: dict[tuple[str, bytes | None], list[Received]] = {}
        done.update(dict.fromkeys(self._letters.among(batch), "dead before"))
        for each in batch:
            if each.place not in done:
                lanes.setdefault((each.topic, each.key), []).append(each)
        held = self._held.lanes(lanes)
        working = [
            self._lanes.submit(self._one_after_the_other, lane, done, behind=key in held) for key, lane in lanes.items()
        ]
        failed: BaseException | None = None
        for future in working:  # all of them, so that no lane still works when the batch is read again
            try:
                future.result()
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return Counter(done.values())

    def _one_after_the_other(self, lane: Sequence[Received], done: dict[Place, str], *, behind: bool) -> None:
        """Take in the messages of a lane, and put down their fates. `behind`: earlier ones of the lane are held."""
        for received in lane:
            fate = self._settled(received, behind=behind)
            behind |= fate == "held"
            done[received.place] = fate

    def _settled(self, received: Received, *, behind: bool) -> str:
        """Take in one message, hold it, or keep it as a dead letter. Answers its fate."""
        try:
            try:
                if behind and self._held.add_behind(received):
                    return "held"
                if behind:
                    self._held.release(received, self._retry)
                take_in(self._executor, received)
                self._retry_early(received)
            except TimeAhead as ahead:
                if self._held.add(received, ahead):
                    return "held"
                take_in(self._executor, received, however_far_ahead=True)
        except Exception as error:
            refusal = dead_letter_refusal(error)
            # Before the next message: read again after a failure, this one would be judged by what came after it.
            self._letters.add([(received, refusal)], lane=self._held.early_lane(received, refusal))
            place = {"topic": received.topic, "partition": received.partition, "offset": received.offset}
            _LOGGER.warning("dead-letter", **place, code=refusal.code)
            return "dead"
        return "taken in"

    def retry_held(self) -> None:
        """Take in the held messages whose time has come, and the steps whose order is placed by now; a person decides
        about those that are refused all the same. Raises as `take_in_batch`."""
        self._held.retry_due(self._retry)
        self._held.retry_placed(partial(self._retry, why=_PLACED))

    def _retry_early(self, received: Received) -> None:
        """Take in the steps of an order that came before it was placed, now that it is."""
        if isinstance(read(received)[0], OrderPlaced):
            self._held.retry_early(received, partial(self._retry, why=_PLACED))

    def _retry(self, id: str, why: str = "its time has come") -> None:
        retry(self._executor, self._letters, id, RETRIER, why)
