"""What others deliver over topics is taken in: read, done as a command, and only then is the offset committed.

A command's id is derived from the source, so that what is read twice, by several members of the group or from the
beginning, finds the first answer. What cannot be taken in is a dead letter, and the next one has its turn. But while a
database is away, everything waits.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Self

import psycopg
import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from commands import message as messages
from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.handlers import Delivery
from commands.customer.handlers import ContactPoint
from commands.executor.context import Context, happened
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import (
    TYPES,
    Inbound,
    InboundDelivery,
    InboundMessage,
    OrderDelivered,
    OrderEnded,
    OrderPlaced,
    OrderShipped,
    Received,
    read,
)
from domain import order
from domain.kernel.event import Actor
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from domain.message import ReportDelivery
from infra.failures import Failures, error_code
from infra.kafka.clients import Kafka

GROUP = "antiphon-inbound"
CLIENT = "inbound"

_LOGGER = structlog.get_logger("inbound")


def take_in(executor: CommandExecutor, received: Received) -> None:
    """Do what a record says, once however often it comes. Raises Refusal: as `read`, `customer-unknown`,
    `order-unknown`, or the command's own."""
    message, event = read(received)
    match message:
        case InboundMessage():
            source, who = f"{message.channel}\x00{message.message_id}", message.channel
        case InboundDelivery():
            source, who = event, "delivery"
        case _:
            source, who = event, "orders"
    # The other system's ids may be personal, and envelopes are not sealed: what stands there is a keyed hash.
    digest = executor.hashed_key("inbound-message", f"{received.topic}\x00{source}").hex()
    context = Context(
        Actor(id=f"service-{who}", kind="service"), command_id=f"{received.topic} {digest}", client=CLIENT
    )
    _do(executor, message, happened(context, message.occurred_at, message.time_precision, executor.zone))


def _do(executor: CommandExecutor, message: Inbound, context: Context) -> None:
    match message:
        case InboundMessage():
            conversations.deliver(executor, _delivery(message), context)
        case InboundDelivery():
            report = ReportDelivery(conversation_id=message.conversation_id, state=message.state, code=message.code)
            messages.report_delivery(executor, message.message_id, report, context)
        case OrderPlaced():
            fields = message.model_dump(include={"placed_on", "item_count", "value", "currency", "lines"})
            customer_id = _customer(executor, message)
            place = order.PlaceOrder(customer_id=customer_id, number=message.order_number, **fields)
            orders.place(executor, place, context)
        case _:
            order_id = orders.order_id(executor, message.order_number)
            if order_id is None:
                raise Refusal("order-unknown", "no order has this number; once it was placed, retry")
            orders.act(executor, order_id, _step(message), context)


def _delivery(message: InboundMessage) -> Delivery:
    contact = message.contact
    return Delivery(
        channel=message.channel,
        channel_message_id=message.message_id,
        contact=ContactPoint(contact.kind, contact.value, contact.name),
        body=message.body,
        thread=message.thread,
        kind=message.kind,
        subject=message.subject,
        language=message.language,
        product_area=message.product_area,
        attachments=message.attachments,
        order_number=message.order_number,
    )


def _customer(executor: CommandExecutor, message: OrderPlaced) -> str:
    if isinstance(message.customer, str):
        return message.customer
    contact = message.customer
    found = executor.find(*ContactPoint(contact.kind, contact.value).name_key)
    if found is None:
        raise Refusal("customer-unknown", "no customer has this contact point; once they are taken up, retry")
    return found


def _step(message: OrderShipped | OrderDelivered | OrderEnded) -> order.OrderCommand:
    fields = message.model_dump(exclude={"order_number", "step", "occurred_at", "time_precision"})
    kinds: dict[str, type[order.OrderCommand]] = {
        "shipped": order.ShipOrder,
        "delivered": order.DeliverOrder,
        "checked": order.CheckDelivery,
        "cancelled": order.CancelOrder,
        "returned": order.ReturnOrder,
    }
    return kinds[message.step].model_validate(fields)


def retry(executor: CommandExecutor, letters: DeadLetters, id: str, who: str, why: str) -> Refusal | None:
    """Take in what a dead letter holds as if it came now. Answers why it still cannot be; None where it is taken in.

    Raises Refusal `reason-missing`, `not-found`, `letter-settled`, Overloaded, OutcomeUnknown.
    """
    if not why:
        raise Refusal("reason-missing", "say why; it is kept with the letter")
    received = letters.open(id).received
    try:
        take_in(executor, received)
    except Exception as error:
        refusal = why_dead(error)
        letters.still_dead(id, refusal.code, who, why)
        return refusal
    letters.settle(id, "taken-in", who, why)
    return None


class Consumer:
    """One member of the group that takes in. One thread of its own, within `with`; several processes may."""

    LANES = 64
    """How many threads (keys) are worked on at once; what is in flight together shares its loads and its commit."""
    POLL_MS = 200
    EXPIRE_SECONDS = 3600.0

    def __init__(
        self, executor: CommandExecutor, kafka: Kafka, *, letter_days: int = 30, session_ms: int = 10_000
    ) -> None:
        """`letter_days`: for how long a dead letter waits for somebody. `session_ms`: how long a member may be silent
        before the others take over what it had."""
        self._executor = executor
        self._kafka = kafka
        self._letters = DeadLetters(executor)
        self._letter_days = letter_days
        self._session_ms = session_ms
        self._topics = {kafka.topic(name): name for name in TYPES}
        self._expire_at = 0.0
        self._stopping = threading.Event()
        self._lanes = ThreadPoolExecutor(self.LANES, thread_name_prefix="inbound")
        self._thread = threading.Thread(target=self._run, name="inbound", daemon=True)
        self.failures = Failures(self._stopping, partial(_LOGGER.warning, "inbound-waits"))
        self.fates: Counter[str] = Counter()
        """What became of what was read: `taken in`, `dead`, or `dead before`."""

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
                try:
                    while not self._stopping.is_set():
                        self._step(consumer)
                        self.failures.over()
                finally:
                    with suppress(KafkaError, OSError):
                        consumer.close()
            except Exception as error:
                # Whatever it was: this thread must outlive it.
                self.failures.wait_after(error)

    def _join(self) -> KafkaConsumer:
        consumer = self._kafka.consumer(
            group=self._kafka.topic(GROUP),
            # Who joins or leaves takes over some partitions, and the others go on with theirs.
            partition_assignment_strategy=(CooperativeStickyAssignor,),
            session_timeout_ms=self._session_ms,
            heartbeat_interval_ms=max(100, self._session_ms // 10),
            metadata_max_age_ms=30_000,
            fetch_max_bytes=16 * 1024 * 1024,
            max_poll_records=1000,
        )
        # Known before it joins: one that is made leader of the group, and knows no partitions, gives nobody any.
        absent = [topic for topic in self._topics if not consumer.partitions_for_topic(topic)]
        if absent:
            consumer.close()
            raise Overloaded(f"there is no topic {absent[0]} yet; antiphon migrate makes it")
        consumer.subscribe(list(self._topics))
        return consumer

    def _step(self, consumer: KafkaConsumer) -> None:
        if time.monotonic() >= self._expire_at:
            if given_up := self._letters.expire(self._letter_days):
                _LOGGER.warning("dead-letters-expired", letters=given_up)
            self._expire_at = time.monotonic() + self.EXPIRE_SECONDS
        polled = consumer.poll(self.POLL_MS)
        if not polled:
            return
        try:
            self.fates += self._take_in([self._received(each) for records in polled.values() for each in records])
        except BaseException:
            # Nothing of it counts; all of it comes again, and what was done is found done.
            self._back(consumer, polled)
            raise
        offsets = {at: OffsetAndMetadata(records[-1].offset + 1, "", -1) for at, records in polled.items()}
        try:
            consumer.commit(offsets)
        except KafkaError as error:
            # Others have the partitions by now. They find done what was done.
            _LOGGER.info("inbound-not-committed", error=type(error).__name__)

    @staticmethod
    def _back(consumer: KafkaConsumer, polled: dict[TopicPartition, list[Any]]) -> None:
        for at, records in polled.items():
            if at in consumer.assignment():
                consumer.seek(at, records[0].offset)

    def _received(self, record: Any) -> Received:
        return Received(
            self._topics[record.topic], record.partition, record.offset, record.key, record.value, tuple(record.headers)
        )

    def _take_in(self, batch: Sequence[Received]) -> Counter[str]:
        """All of a batch, in order by key. Raises Overloaded, OutcomeUnknown and what else is not the messages' fault:
        then none of it counts as dealt with."""
        settled = self._letters.among(batch)
        lanes: dict[tuple[str, bytes | None], list[Received]] = {}
        for each in batch:
            if (each.topic, each.partition, each.offset) not in settled:
                lanes.setdefault((each.topic, each.key), []).append(each)
        done = [self._lanes.submit(self._one_after_the_other, lane) for lane in lanes.values()]
        dead = 0
        failed: BaseException | None = None
        for lane in done:  # all of them, so that none is still at it when the batch is read again
            try:
                dead += lane.result()
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed
        taken = len(batch) - len(settled) - dead
        return Counter({"taken in": taken, "dead": dead, "dead before": len(settled)})

    def _one_after_the_other(self, lane: Sequence[Received]) -> int:
        """Answers how many of them are dead letters now."""
        count = 0
        for received in lane:
            try:
                take_in(self._executor, received)
            except Exception as error:
                refusal = why_dead(error)
                # Before the next has its turn: read again after a failure, it would be judged by what came after it.
                self._letters.add([(received, refusal)])
                place = {"topic": received.topic, "partition": received.partition, "offset": received.offset}
                _LOGGER.warning("dead-letter", **place, code=refusal.code)
                count += 1
        return count


def why_dead(error: Exception) -> Refusal:
    """Why a message that failed like this is a dead letter. Raises the error where that is not the message's fault: so
    it is with whatever the databases cannot do just now, and with what would fail for every message alike."""
    match error:
        case Overloaded() | OutcomeUnknown():
            raise error
        case Refusal(code="master-key-wrong"):
            raise error
        case Refusal():
            return error
        case psycopg.DataError() | psycopg.IntegrityError():
            return Refusal("not-storable", f"the database cannot keep what was sent ({error_code(error)})")
        case psycopg.Error() | OSError() | MemoryError():
            raise error
        case _:
            _LOGGER.error("inbound-unforeseen", error=error_code(error))
            return Refusal("internal-error", f"nobody foresaw this: {type(error).__name__}")
