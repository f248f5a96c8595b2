"""Of whom a record tells that could not be taken in, as far as it can be told: by the contact point, the customer, the
conversation, the order, the thread or the survey that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from commands import order as orders
from commands.customer.contact_points import ContactPoint, names_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import KeyKind
from commands.letters import about
from commands.survey.token import who
from consumers.inbound.messages import MOST_BYTES, Received
from domain.conversation.as_sent import as_channel, as_contact, as_contact_kind
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Overloaded, Refusal
from domain.order.as_told import as_number
from infra import strict_json

Fields = Mapping[str, Any]
"""What a record holds. Any: whatever somebody sent."""


def whose(executor: CommandExecutor, received: Received) -> list[bytes]:
    """The keyed hashes of what a record names; empty where nothing can be told. Raises nothing but Overloaded,
    whatever was sent."""
    if not received.value or len(received.value) > MOST_BYTES:
        return []
    try:
        fields = strict_json.decoded(received.value)
    except ValueError:
        return []
    if not isinstance(fields, dict):
        return []
    found: set[bytes] = set()
    for named in (_contacts, _people, _thread, _order):
        try:
            found.update(named(executor, fields))
        except Overloaded:
            raise
        except (Refusal, ValueError):
            continue  # what was sent there is nothing that leads to anybody
    return sorted(found)


def _contacts(executor: CommandExecutor, fields: Fields) -> Iterator[bytes]:
    for name in ("contact", "customer"):
        sent = fields.get(name)
        if isinstance(sent, dict) and (told := _texts(sent, "kind", "value")):
            kind, value = as_contact_kind(told[0], told[1], [])
            contact = ContactPoint(kind, as_contact(kind, value, []))
            if not contact.empty:
                yield from _hashed(executor, *names_of(executor, [contact]))


def _people(executor: CommandExecutor, fields: Fields) -> Iterator[bytes]:
    if told := _texts(fields, "customer"):
        yield about(executor, *told)
    if (told := _texts(fields, "conversation_id")) and kind_of(*told) == CONVERSATION.kind:
        conversation = executor.read(CONVERSATION, *told).state
        if conversation is not None:
            yield about(executor, conversation.customer_id)
    if told := _texts(fields, "token"):
        yield about(executor, who(executor, *told)[1])


def _thread(executor: CommandExecutor, fields: Fields) -> Iterator[bytes]:
    for name in ("thread", "message_id"):
        if told := _texts(fields, "channel", name):
            yield from _hashed(executor, ("channel-thread", f"{as_channel(told[0])}\x00{told[1]}"))


def _order(executor: CommandExecutor, fields: Fields) -> Iterator[bytes]:
    if (told := _texts(fields, "order_number")) and (number := as_number("order_number", told[0], [])):
        yield from _hashed(executor, *orders.keys_of(number))


def _texts(fields: Fields, *names: str) -> list[str]:
    """The texts in these fields; empty where one of them is none."""
    told = [fields.get(name) for name in names]
    return [str(each) for each in told] if all(isinstance(each, str) and each for each in told) else []


def _hashed(executor: CommandExecutor, *names: tuple[KeyKind, str]) -> list[bytes]:
    return [executor.hashed_key(*name) for name in names]
