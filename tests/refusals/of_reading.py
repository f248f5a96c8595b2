"""How each refusal is provoked of whoever reads: events, views, followers, topics, and what comes over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from eventsourcing.persistence import StoredEvent
from joserfc.jwk import KeySet
from pydantic_core import from_json, to_json

from api.edge.limits import Rate
from api.edge.tokens import Tokens
from consumers.inbound.messages import MOST_BYTES, Received, read
from consumers.inbound.taking_in import take_in
from domain.conversation.events import MessageReceived
from domain.kernel.event import Draft, Event
from infra.keys.subject_keys import SubjectKeys
from infra.log.mapper import SealingMapper
from infra.views import cursor, text_search
from tests.refusals.place import Place, Provoke, Table
from tests.support.golden import ENVELOPE, FixedKeys
from tests.support.inbound import Sent, event, message, step

# -- events that cannot be read

SAID = MessageReceived(message_id="m", customer_id="customer-1", channel="mail", body="Hello")


class NoKeys(FixedKeys):
    """A vault that belongs to another log."""

    def of_subjects(self, subjects: object) -> dict[str, SubjectKeys | None]:
        return {}


def stored(change: Callable[[dict[str, Any]], object] = lambda state: None, **other: Any) -> StoredEvent:
    """An event as it is stored, but for something."""
    recorded: Draft[Event] = Draft("conversation-1", 1, SAID, ENVELOPE)
    found = SealingMapper(FixedKeys()).to_stored_event(recorded)
    state = from_json(found.state)
    change(state)
    fields = {"topic": found.topic, "state": to_json(state), "originator_id": found.originator_id} | other
    return StoredEvent(originator_version=1, **fields)


def reading(change: Callable[[dict[str, Any]], object] = lambda state: None, **other: Any) -> Provoke:
    return lambda place: SealingMapper(FixedKeys()).to_domain_event(stored(change, **other))


EVENTS: Table = {
    "data-invalid": reading(lambda state: state["d"].pop("message_id")),
    "key-missing": lambda place: SealingMapper(NoKeys()).to_domain_event(stored()),
    "name-unknown": reading(topic="conversation.gone"),
    "not-decodable": reading(state=b"\x80"),
    "seal-broken": reading(originator_id="conversation-2"),
    "upcast-failed": "test_mapper.py",  # none of our upcasts fails
    "version-newer": reading(lambda state: state.update(v=99)),
}

# -- topics


def received(sent: Sent, **other: Any) -> Received:
    fields = {"topic": sent.topic, "key": sent.key, "value": sent.value, "headers": sent.headers} | other
    return Received(partition=0, offset=0, **fields)


MAIL = message("m1", "t1", "Hello")


def coming(**other: Any) -> Provoke:
    return lambda place: read(received(MAIL, **other))


def header(name: str, value: bytes | None) -> tuple[tuple[str, bytes], ...]:
    rest = [(each, text) for each, text in MAIL.headers if each != name]
    return tuple(rest) if value is None else (*rest, (name, value))


def taken_in(sent: Sent) -> Provoke:
    return lambda place: take_in(place.executor, received(sent))


NOBODYS = event(
    "inbound.orders.v1",
    "e1",
    "K-1",
    {"step": "placed", "order_number": "K-1", "customer": {"kind": "mail", "value": "nobody@example.org"}},
)

TOPICS: Table = {
    "customer-unknown": taken_in(NOBODYS),
    "letter-settled": "test_dead_letters.py",
    "letters-not-named": "test_dead_letters.py",
    "message-too-large": coming(value=b" " * (MOST_BYTES + 1)),
    "not-cloudevents": coming(headers=header("ce_id", None)),
    "not-json": coming(value=b"{"),
    "order-unknown": taken_in(step("e1", "K-1", "shipped")),
    "schema-newer": coming(headers=header("ce_type", b"antiphon.inbound.message.v2")),
    "tombstone": coming(value=None),
    "type-unknown": coming(headers=header("ce_type", b"antiphon.inbound.order.v1")),
    "wrong-key": coming(key=b"another"),
}

# -- views and followers

NO_DATABASE: Any = cast(Any, None)
"""It is found out before the database is asked."""

VIEWS: Table = {
    "cursor-invalid": lambda place: cursor.place("no cursor"),
    "follower-behind": "test_only_what_is_quarantined_can_be_skipped.py",
    "follower-unknown": "test_parked.py",
    "not-parked": "test_parked.py",
    "parked": "test_parked.py",
    "rebuild-running": "test_one_rebuild.py",
    "view-changed": "test_changed_view.py",
    "view-unknown": "test_switch.py",
    "words-missing": "test_search.py",
    "words-too-many": lambda place: text_search.query(NO_DATABASE, "x" * (text_search.LONGEST + 1)),
}

# -- over HTTP

TOKENS = Tokens(bytes(32), "issuer", "audience")


def calling_too_often(place: Place) -> None:
    rate = Rate(1)
    for _ in range(2):
        rate.count("ada", 0.0)


def making_a_token_of_published_keys(place: Place) -> None:
    file = place.folder / "keys.json"
    file.write_text(json.dumps(KeySet.generate_key_set("EC", "P-256", count=1).as_dict()))
    Tokens(file, "issuer", "audience").issue("staff-1", cast(Any, None))


HTTP: Table = {
    "body-too-large": "test_limits.py",
    "body-too-slow": "test_limits.py",
    "headers-too-large": "test_limits.py",
    "internal-error": "test_operations.py",
    "method-not-allowed": "test_no_such_route.py",
    "position-not-reached": "test_positions.py",
    "range-unsatisfiable": "test_content.py",
    "request-malformed": "test_limits.py",
    "secret-not-shared": making_a_token_of_published_keys,
    "token-invalid": lambda place: TOKENS.bearer("Bearer none"),
    "token-missing": lambda place: TOKENS.bearer(""),
    "too-many-requests": calling_too_often,
}
