"""Checkers of what must hold of a log. Each answers with what is wrong, in words; nothing wrong is []. Each is shown to
find the thing broken on purpose, in the tests that use it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from commands.conversation.delivering import Delivery
from commands.customer.contact_points import ContactPoint
from domain.conversation.events import MessageReceived
from domain.customer.contact_point import Comparing
from domain.kernel.event import Event, Recorded
from infra.log.mapper import Record

Outcome = Literal["acknowledged", "refused", "unknown"]


def wrong_in_tail(seen: Sequence[Record], log: Sequence[Record]) -> list[str]:
    """What a reader who tailed the log got wrong: it must have seen each event once, in order."""
    positions = [record.id for record in seen]
    wrong = [f"{after} came after {before}" for before, after in pairwise(positions) if after <= before]
    wrong += [f"{position} came {count} times" for position, count in Counter(positions).items() if count > 1]
    wrong += [f"{position} never came" for position in sorted({record.id for record in log} - set(positions))]
    return wrong


def wrong_in_streams(log: Sequence[Record]) -> list[str]:
    """What is wrong with the versions of the log's streams: 1, 2, 3, … in the order of the positions."""
    versions: dict[str, list[int]] = defaultdict(list)
    for record in log:
        versions[str(record.originator_id)].append(record.originator_version)
    return [
        f"{stream} has versions {found}"
        for stream, found in versions.items()
        if found != list(range(1, len(found) + 1))
    ]


def wrong_in_time(log: Sequence[Record]) -> list[str]:
    """Where recorded_at goes back."""
    back = [after.id for before, after in pairwise(log) if after.recorded_at < before.recorded_at]
    return [f"{position} is earlier than what came before" for position in back]


def wrong_in_outcomes(outcomes: Mapping[str, Outcome], found: Counter[str]) -> list[str]:
    """Where callers were told what is not so: acknowledged is there once, refused never, unknown once at most.

    `found` counts how often each command's effect is in the log.
    """
    allowed = {"acknowledged": {1}, "refused": {0}, "unknown": {0, 1}}
    wrong = [
        f"{command} was {outcome} and is there {found[command]} times"
        for command, outcome in outcomes.items()
        if found[command] not in allowed[outcome]
    ]
    return wrong + [f"nobody sent {command}" for command in found if command not in outcomes]


def wrong_in_deliveries(delivered: Iterable[Delivery], log: Sequence[Recorded[Event]]) -> list[str]:
    """Where the log does not have each message once, each thread as one conversation, and each contact as one customer.

    Messages are told apart by their bodies, which must differ.
    """
    wrong = []
    messages = {delivery.body: delivery for delivery in delivered}
    received = [
        (recorded.originator_id, recorded.event) for recorded in log if isinstance(recorded.event, MessageReceived)
    ]
    counts = Counter(event.body for _, event in received)
    wrong += [f"{body!r} is there {counts[body]} times" for body in messages if counts[body] != 1]
    wrong += [f"nobody sent {body!r}" for body in counts if body not in messages]
    conversations: dict[str, set[str]] = defaultdict(set)
    customers: dict[str, set[str]] = defaultdict(set)
    opener: dict[str, str] = {}
    for conversation_id, event in received:
        delivery = messages.get(event.body)
        if delivery is None:
            continue
        conversations[delivery.thread or delivery.channel_message_id].add(conversation_id)
        if opener.setdefault(conversation_id, event.body) == event.body:
            assert isinstance(delivery.contact, ContactPoint)
            customers[delivery.contact.name_key(Comparing())[1]].add(event.customer_id)
    wrong += [f"thread {thread} is {len(ids)} conversations" for thread, ids in conversations.items() if len(ids) != 1]
    wrong += [f"contact {contact!r} is {len(ids)} customers" for contact, ids in customers.items() if len(ids) != 1]
    registered = Counter(recorded.event.stored_name for recorded in log)["customer.registered"]
    if registered != len(customers):
        wrong.append(f"{registered} customers were registered for {len(customers)} who wrote")
    return wrong
