"""What others deliver, sound and bad in every way, with the fate that each has to have; and who checks it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from kafka import TopicPartition

from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import GROUP
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import MOST_BYTES, TYPES, Received
from infra.kafka.clients import Kafka
from tests.support.waiting import wait_until

TAKEN_IN = "taken in"

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """A record to be sent, and its fate: TAKEN_IN, or the code of its dead letter."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    fate: str = TAKEN_IN


def event(topic: str, id: str, key: str, fields: Mapping[str, Any], fate: str = TAKEN_IN) -> Sent:
    """A CloudEvent in binary mode, as docs/inbound.md asks for it."""
    headers = {
        "ce_specversion": "1.0",
        "ce_type": f"{TYPES[topic][0]}.v1",
        "ce_source": "/gateway",
        "ce_id": id,
        "content-type": "application/json",
    }
    value = json.dumps(fields).encode()
    return Sent(topic, key.encode(), value, tuple((name, text.encode()) for name, text in headers.items()), fate)


def message(id: str, thread: str, body: str, **more: Any) -> Sent:
    """A customer's mail, from an address of their own for each thread."""
    fate = more.pop("fate", TAKEN_IN)
    contact = {"kind": "mail", "value": f"{thread}@example.org", "name": "Ada"}
    fields = {"channel": "mail", "message_id": id, "thread": thread, "contact": contact, "body": body} | more
    return event("inbound.messages.v1", id, thread, fields, fate)


def step(id: str, number: str, step: str, **more: Any) -> Sent:
    """What the order system tells of the order of this number."""
    fate = more.pop("fate", TAKEN_IN)
    return event("inbound.orders.v1", id, number, {"order_number": number, "step": step} | more, fate)


def report(id: str, message_id: str, conversation_id: str, state: str, **more: Any) -> Sent:
    """How far a message of ours has come."""
    fate = more.pop("fate", TAKEN_IN)
    fields = {"message_id": message_id, "conversation_id": conversation_id, "state": state} | more
    return event("inbound.delivery.v1", id, message_id, fields, fate)


def survey_answer(id: str, token: str, answer: object, **more: Any) -> Sent:
    """What a customer answers to a survey."""
    fate = more.pop("fate", TAKEN_IN)
    return event("inbound.survey-answers.v1", id, token, {"token": token, "answer": answer} | more, fate)


class Gateway:
    """Sends records to a cluster, and knows where each came to stand."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._producer = kafka.producer()
        self.at: dict[Place, Sent] = {}

    def send(self, records: Iterable[Sent]) -> None:
        """Send, in order; returns when all are taken."""
        futures = []
        for each in records:
            topic = self._kafka.topic(each.topic)
            futures.append((each, self._producer.send(topic, each.value, each.key, headers=list(each.headers))))
        self._producer.flush()
        for each, future in futures:
            place = future.get(timeout=20)
            self.at[each.topic, place.partition, place.offset] = each

    def close(self) -> None:
        """Let go of the broker."""
        self._producer.close()


def wait_until_taken_in(kafka: Kafka, seconds: float) -> None:
    """The group has committed everything that is in the inbound topics."""
    asking = kafka.consumer(group=kafka.topic(GROUP))

    def done() -> bool:
        partitions = [
            TopicPartition(kafka.topic(name), number)
            for name in TYPES
            for number in asking.partitions_for_topic(kafka.topic(name)) or ()
        ]
        ends = asking.end_offsets(partitions)
        return bool(ends) and all((asking.committed(each) or 0) == end for each, end in ends.items())

    try:
        wait_until(done, seconds, "all that came in is committed")
    finally:
        asking.close()


def lose_offsets(kafka: Kafka) -> None:
    """The group, which has no member now, forgets how far it was."""
    with kafka.admin() as admin:
        admin.delete_groups([kafka.topic(GROUP)])


def assert_fates(at: Mapping[Place, Sent], executor: CommandExecutor) -> None:
    """Each record had its fate, exactly once: there is one dead letter of each that should be one, with its code and
    its bytes as long as it waits, and none of another. Raises AssertionError."""
    letters = DeadLetters(executor)
    every = letters.all(None, limit=1_000_000)
    found = {(each.topic, each.partition, each.offset): each for each in every}
    assert len(found) == len(every), "a record has two dead letters"
    due = {place: sent.fate for place, sent in at.items() if sent.fate != TAKEN_IN}
    assert {place: each.code for place, each in found.items()} == due
    for place, letter in found.items():
        if letter.state == "taken-in":  # a step that waited for its order
            assert letter.code == "order-unknown"
            continue
        received, sent = letters.open(letter.id).received, at[place]
        expected = Received(*place, sent.key, sent.value, sent.headers)
        assert received == expected, f"{letter.id} is not what was sent"


# -- bad in every way


class Bad:
    """Draws records, by the handful: mostly bad ones, with what has to become of each."""

    def __init__(self, chance: random.Random, customer_id: str, contact: str, ours: tuple[str, str]) -> None:
        """`contact` is the mail address of the customer; `ours` is a message to them: its id, its conversation's."""
        self._chance = chance
        self._customer_id = customer_id
        self._contact = {"kind": "mail", "value": contact}
        self._ours = ours
        self._number = 0
        self.words: list[str] = []
        """What the sound ones among them say."""
        self._kinds: Sequence[Callable[[], list[Sent]]] = (
            self._sound, self._five_times, self._tombstone, self._not_json, self._wrong_schema, self._newer,
            self._of_another_type, self._without_headers, self._unknown_customer, self._unknown_order,
            self._wrong_key, self._in_the_future, self._reordered, self._reports_reordered, self._same_id_other_words,
            self._odd_bytes,
        )  # fmt: skip

    def draw(self, least: int, too_large: int = 2) -> Iterator[list[Sent]]:
        """Handfuls until there are so many, each kind among them; `too_large`: how many of those."""
        count = 0
        for number, kind in enumerate(chain(self._kinds, [self._too_large] * too_large, self._forever())):
            handful = kind()
            yield handful
            count += len(handful)
            if count >= least and number > len(self._kinds) + too_large:
                return

    def _forever(self) -> Iterator[Callable[[], list[Sent]]]:
        while True:
            yield self._chance.choice(self._kinds)

    def _id(self) -> str:
        self._number += 1
        return f"x{self._number}"

    def _good(self, fate: str = TAKEN_IN, **more: Any) -> Sent:
        id = self._id()
        if fate == TAKEN_IN:
            self.words.append(f"word {id}")
        return message(id, f"t{id}", fate=fate, **{"body": f"word {id}"} | more)

    def _sound(self) -> list[Sent]:
        own_way: Mapping[str, Any] = self._chance.choice(
            [{}, {"channel": "Mail"}, {"kind": "rant"}, {"automatic": None, "attachments": None}]
        )
        return [self._good(**own_way)]

    def _five_times(self) -> list[Sent]:
        return [self._good()] * 5

    def _tombstone(self) -> list[Sent]:
        return [replace(self._good("tombstone"), value=None)]

    def _not_json(self) -> list[Sent]:
        sound = self._good("not-json")
        assert sound.value is not None
        value = self._chance.choice([
            b"", b"{", sound.value[:-1], sound.value + b"}", b"\xff\xfe" + sound.value, b'{"a": NaN}', b"[" * 100_000,
            sound.value[:-1] + b', "body": "twice"}', b"1" * 5_000, self._chance.randbytes(40) + b"\xff",
        ])  # fmt: skip
        return [replace(sound, value=value)]

    def _odd_bytes(self) -> list[Sent]:
        """JSON, and nothing of what it should be."""
        sound = self._good("input-invalid")
        value = self._chance.choice(
            [b"null", b"[]", b"{}", b"17", b'"text"', b'{"a": {"b": [1, {}]}}', b"true", b"1e999"]
        )
        return [replace(sound, value=value)]

    def _wrong_schema(self) -> list[Sent]:
        wrong: Mapping[str, Any] = self._chance.choice([
            {"more": 1}, {"channel": None}, {"contact": {"kind": [], "value": "1"}}, {"contact": {"kind": "mail"}},
            {"contact": "ada"}, {"occurred_at": "yesterday"}, {"occurred_at": "2026-01-01T00:00:00"},
            {"occurred_at": "9999-12-31T23:59:59-14:00"},
        ])  # fmt: skip
        return [self._good("input-invalid", **wrong)]

    def _retyped(self, fate: str, type: str) -> list[Sent]:
        sound = self._good(fate)
        headers = tuple((name, type.encode() if name == "ce_type" else value) for name, value in sound.headers)
        return [replace(sound, headers=headers)]

    def _newer(self) -> list[Sent]:
        return self._retyped("schema-newer", f"antiphon.inbound.message.v{self._chance.randrange(2, 99)}")

    def _of_another_type(self) -> list[Sent]:
        types = [
            "antiphon.inbound.order.v1",
            "antiphon.inbound.message",
            "message.v1",
            "x",
            ".v1",
            "message.v-1",
            "ä.v1",
        ]
        types.append("antiphon.inbound.message.v0")
        return self._retyped("type-unknown", self._chance.choice(types))

    def _without_headers(self) -> list[Sent]:
        sound = self._good("not-cloudevents")
        name, value = self._chance.choice(sound.headers[:4])
        others = tuple(each for each in sound.headers if each[0] != name)
        bad = self._chance.choice(
            [others, (*others, (name, b"\xff")), (*sound.headers, (name, value)), (), (*others, (name, b""))]
        )
        return [replace(sound, headers=bad)]

    def _too_large(self) -> list[Sent]:
        return [replace(self._good("message-too-large"), value=b"x" * (MOST_BYTES + 1))]

    def _unknown_customer(self) -> list[Sent]:
        nobody = {"kind": "mail", "value": f"{self._id()}@nowhere.example"}
        return [
            step(id := self._id(), f"no-{id}", "placed", customer=nobody, fate="customer-unknown"),
            step(id := self._id(), f"no-{id}", "placed", customer="customer-0", fate="not-found"),
        ]

    def _unknown_order(self) -> list[Sent]:
        how = self._chance.choice(["shipped", "delivered", "checked", "cancelled", "returned"])
        return [step(id := self._id(), f"no-{id}", how, fate="order-unknown")]

    def _wrong_key(self) -> list[Sent]:
        key = self._chance.choice([None, b"", b"\xff", b"another", self._id().encode()])
        return [replace(self._good("wrong-key"), key=key)]

    def _in_the_future(self) -> list[Sent]:
        year = self._chance.randrange(2100, 2200)
        return [self._good("time-ahead", occurred_at=f"{year}-01-01T00:00:00Z")]

    def _reordered(self) -> list[Sent]:
        number = f"no-{self._id()}"
        return [
            step(self._id(), number, "shipped", fate="order-unknown"),
            step(self._id(), number, "placed", customer=self._contact, value="12.50", currency="EUR"),
            step(self._id(), number, "delivered", in_full=True),
            step(self._id(), number, "shipped"),
        ]

    def _reports_reordered(self) -> list[Sent]:
        id, conversation_id = self._ours
        states = self._chance.sample(["queued", "sent", "delivered", "read"], 4)
        reports = [report(self._id(), id, conversation_id, state) for state in states]
        return [*reports, report(self._id(), "message-0", conversation_id, "sent", fate="not-found")]

    def _same_id_other_words(self) -> list[Sent]:
        sound = self._good()
        assert sound.value is not None
        self.words.append(words := f"other {self.words[-1]}")
        other = replace(sound, value=json.dumps(json.loads(sound.value) | {"body": words}).encode())
        return [sound, other, other, sound]
