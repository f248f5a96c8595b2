"""Records on the inbound topics that somebody hostile sends: what fits the contract, with anything at all in places."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from consumers.inbound.messages import MOST_BYTES, TYPES, OrderDelivered, OrderEnded, OrderPlaced, OrderShipped
from tests.support.inbound import Sent, event
from tests.support.naughty_strings import STRINGS

_CONTACTS: Sequence[Any] = (
    {"kind": "mail", "value": "ada@example.org"}, {"kind": "phone", "value": "+49 170 12345"},
    {"kind": "Mail", "value": " ADA@EXAMPLE.ORG "}, {"kind": "fax", "value": ""}, "customer-0",
)  # fmt: skip
_LINES: Sequence[Any] = ([{"item": "kettle", "count": 1}], [{"item": "kettle"}] * 60, [])
_TIMES: Sequence[Any] = (
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31", "2200-01-01T00:00:00Z", "2026-02-30", "2026-01-01",
    "2026-01-01T00:00:00", "0000-00-00", "1900000000", *["2026-01-01T00:00:00+14:00"] * 9,
)  # fmt: skip
FIELDS: dict[str, dict[str, Sequence[Any]]] = {
    "inbound.messages.v1": {
        "channel": ("mail", "Mail", "chat", "phone"), "contact": _CONTACTS, "body": ("it drips",),
        "thread": ("t1", "t2"), "kind": ("complaint", "rant"), "subject": ("Kettle",), "language": ("de", "en_US"),
        "product_area": ("kettles",),
        "attachments": ([], [{"name": "a.png", "type": "image/png", "size": 7}]), "order_number": ("4711", "#K-2"),
        "automatic": (True, False), "occurred_at": _TIMES, "time_precision": ("day", "unknown", "exact"),
    },
    "inbound.orders.v1": {
        "step": ("placed", "placed", "shipped", "delivered", "checked", "cancelled", "returned"), "customer": _CONTACTS,
        "value": ("12.50", "-1", "1e9"), "currency": ("EUR", "eur", "XYZ"), "item_count": (1, 10**12), "lines": _LINES,
        "placed_on": _TIMES, "carrier": ("DHL",), "tracking": ("X1",), "parcel": ("P1",), "in_full": (True,),
        "undamaged": (False,), "documents_right": (None,), "because": ("too late",), "occurred_at": _TIMES,
        "parcels": (2,), "delivery_by": _TIMES,
    },
    "inbound.delivery.v1": {
        "conversation_id": ("conversation-0",), "state": ("sent", "delivered", "failed", "lost"),
        "code": ("mailbox-full",), "occurred_at": _TIMES,
    },
    "inbound.survey-answers.v1": {"answer": ("yes", 1, 5), "occurred_at": _TIMES},
}  # fmt: skip
"""For each topic, what its fields may be; beside the ids, which are the keys."""
_KEYS = {
    "inbound.messages.v1": "message_id", "inbound.orders.v1": "order_number", "inbound.delivery.v1": "message_id",
    "inbound.survey-answers.v1": "token",
}  # fmt: skip
_ODD: Sequence[Any] = (
    None, True, False, 0, -1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.1, -0.0, 1e308, 5e-324, "", [], {}, [[]], [None],
    {"": ""}, {"kind": "mail"}, "customer-0", "1", "true", "null", "NaN", "9" * 400,
)  # fmt: skip
_STEPS: Mapping[str, type[BaseModel]] = {
    "placed": OrderPlaced, "shipped": OrderShipped, "delivered": OrderDelivered, "checked": OrderDelivered,
    "cancelled": OrderEnded, "returned": OrderEnded,
}  # fmt: skip
_MANY = (2, 50, 51, 3_000)
_TOPICS = [*FIELDS, *["inbound.messages.v1"] * 5, *["inbound.orders.v1"] * 3]
"""Mostly those of which most is taken in."""


def hostile(chance: random.Random, count: int, known: Sequence[str]) -> Iterator[Sent]:
    """So many records, each with an id of its own. `known`: ids that there are, which stand in some fields."""
    assert FIELDS.keys() == _KEYS.keys() == TYPES.keys()
    for number in range(count):
        topic = chance.choice(_TOPICS)
        given = {name: chance.choice(values) for name, values in FIELDS[topic].items() if chance.random() < 0.25}
        key = chance.choice(
            [f"k{number}", f"k{number}", f"k{chance.randrange(20)}", chance.choice(known), _text(chance)]
        )
        fields: dict[str, Any] = given | {_KEYS[topic]: key}
        if fitting := _STEPS.get(str(fields.setdefault("step", "placed"))) if "orders" in topic else None:
            fields = {name: value for name, value in fields.items() if name in fitting.model_fields}
        for name in _needed(topic, fields):
            if chance.random() < 0.97:
                fields.setdefault(name, chance.choice(FIELDS[topic][name]))
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            _spoil(chance, fields, known)
        yield _sent(chance, topic, number, fields)


def _needed(topic: str, fields: Mapping[str, Any]) -> Sequence[str]:
    return {
        "inbound.messages.v1": ("channel", "contact", "body"),
        "inbound.orders.v1": ("customer",) if fields.get("step") == "placed" else (),
        "inbound.delivery.v1": ("conversation_id", "state"), "inbound.survey-answers.v1": ("answer",),
    }[topic]  # fmt: skip


def _spoil(chance: random.Random, fields: dict[str, Any], known: Sequence[str]) -> None:
    """Put anything into a field, at any depth."""
    holder: Any = fields
    while True:
        place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if not isinstance(holder[place], dict | list) or not holder[place] or chance.random() < 0.4:
            break
        holder[place] = inner = holder[place].copy()
        holder = inner
    holder[place] = _anything(chance, holder[place], known)
    if isinstance(holder, dict) and chance.random() < 0.05:
        holder[_text(chance)] = 1


def _anything(chance: random.Random, before: Any, known: Sequence[str]) -> Any:
    match chance.randrange(6):
        case 0:
            return chance.choice(_ODD)
        case 1 | 2:
            return _text(chance)
        case 3:
            return chance.choice(known)
        case 4:
            most = chance.choice([*[30_000] * 30, MOST_BYTES]) // len(json.dumps(before))
            return [before] * min(chance.choice(_MANY), 1 + most)
        case _:
            for _ in range(chance.choice((1, 5, 30))):
                before = chance.choice(([before], {"kind": before}))
            return before


def _text(chance: random.Random) -> str:
    text = chance.choice(STRINGS)
    return text * chance.choice((1, 1, 1, 300)) if len(text) < 300 else text


def _sent(chance: random.Random, topic: str, number: int, fields: dict[str, Any]) -> Sent:
    """The record, now and then with bytes, key or headers that are off."""
    thread = fields.get("thread") if topic == "inbound.messages.v1" else None
    key = thread or fields.get(_KEYS[topic])
    written = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else b"key"
    record = event(topic, f"e{number}", "", fields)
    value = json.dumps(fields).encode()
    match chance.randrange(30):
        case 0:
            value = value[: chance.randrange(len(value))]
        case 1:
            value = chance.randbytes(chance.randrange(200))
        case 2:
            value = value[:-1] + b', "body": "twice", "body": "more"}'
        case 3:
            value = value.replace(b'"', b"'")
        case _:
            pass
    value = value[: MOST_BYTES + 1]  # no more than a producer sends
    return Sent(topic, written if chance.random() < 0.97 else chance.randbytes(5), value, record.headers)
