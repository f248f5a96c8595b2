"""Delivery of messages to customers, as the channel reports: queued, sent, delivered, read, failed.

Each message has a stream of its own, under the message's id. So a report never changes the version of a conversation
while an agent is answering in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from domain.kernel.adjusted import BROUGHT_INTO_FORM, Adjusted, Sent
from domain.kernel.event import Envelope, Event, Upcast, unchanged
from domain.kernel.stream import Stream
from domain.kernel.text import readable
from domain.kernel.values import LATER, Fields, Frozen, Whole

DeliveryState = Literal["queued", "sent", "failed", "delivered", "read"]
"""The states, lowest first: a failed message was tried, and a delivered message did not fail after all."""

CODE_CHARACTERS = 50
_CODE = r"[a-z0-9]+(-[a-z0-9]+)*"
FailureCode = Annotated[str, Field(pattern=f"^{_CODE}$", max_length=CODE_CHARACTERS)]
"""Why the delivery failed, in the channel's code: `mailbox-full`. No text, because this field is not sealed."""

_IMPORT = "import"

SentState = Annotated[Sent, BROUGHT_INTO_FORM]
SentCode = Annotated[Whole | Sent, BROUGHT_INTO_FORM]

_STATES: Mapping[str, DeliveryState] = {state: state for state in get_args(DeliveryState)} | {
    "pending": "queued", "enqueued": "queued", "deferred": "queued", "dispatched": "sent", "bounced": "failed",
    "bounce": "failed", "undelivered": "failed", "undeliverable": "failed", "rejected": "failed", "opened": "read",
    "seen": "read",
}  # fmt: skip
"""The states by what gateways call them."""


class DeliveryChanged(Event, name="message.delivery-changed", published_as="conversations.v1"):
    """A channel reported a later state of a message than was known, or something that is no state of ours: then the
    state stays. `adjusted`: what is not recorded as it was told. Version 1 has no `adjusted`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    message_id: str
    conversation_id: str
    customer_id: str
    state: DeliveryState
    code: str | None = None
    adjusted: tuple[Adjusted, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """The aggregate state of a message's delivery. `code`: why it failed, as said last."""

    conversation_id: str
    customer_id: str
    state: DeliveryState
    code: str | None = None


def evolve(state: Message | None, event: DeliveryChanged) -> Message | None:
    """Fold one event into the state."""
    code = event.code or (state.code if state else None)
    return Message(event.conversation_id, event.customer_id, event.state, code)


MESSAGE = Stream("message", DeliveryChanged, evolve)


class ReportDelivery(Frozen):
    """Report how far a message came. `code` says why it failed; beside any other state, it is kept only. A state or a
    code that is none of ours is brought into form; `adjusted` says what was done."""

    conversation_id: str
    state: DeliveryState
    code: FailureCode | None = None
    adjusted: Annotated[tuple[Adjusted, ...], LATER] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_told(cls, fields: Fields) -> Fields:
        return as_told(fields)


def decide(
    state: Message | None, command: ReportDelivery, message_id: str, customer_id: str, *, brings_text: bool = False
) -> list[Event]:
    """Decide the events of a report; [] where the state or a later one is known: reports come late, twice, unordered. A
    failure with another code is another report. `brings_text`: what was kept of a field is new."""
    reached = command.state
    if state is not None and rank(command.state) <= rank(state.state):
        fails_otherwise = command.state == state.state == "failed" and command.code not in (None, state.code)
        if not fails_otherwise and not brings_text:
            return []
        reached = state.state
    return [
        DeliveryChanged(
            message_id=message_id,
            conversation_id=command.conversation_id,
            customer_id=customer_id,
            state=reached,
            code=command.code if command.state == "failed" else None,
            adjusted=command.adjusted,
        )
    ]


def as_told(fields: Fields) -> Fields:
    """The fields of a report within our limits; `adjusted` says what was done to which. A state that nobody knows
    claims the least, that the message is queued. A code says why a message failed; beside another state, it is kept
    only."""
    found, notes = dict(fields), list(fields.get("adjusted", ()))
    state, code = found.get("state"), found.get("code")
    if isinstance(state, str) and state not in get_args(DeliveryState):
        known = _STATES.get(state.strip().lower())
        notes.append(Adjusted(field="state", how="normalised", kept=readable(state) or None))
        found["state"] = known or "queued"
    if isinstance(code, str | int):
        if found.get("state") == "failed":
            found["code"] = _as_code(code, notes)
        else:
            notes.append(Adjusted(field="code", how="dropped", kept=readable(str(code)) or None))
            found["code"] = None
    return found | {"adjusted": tuple(notes)} if notes else found


def _as_code(sent: str | int, notes: list[Adjusted]) -> str | None:
    """A code of our form; None for what may be a text: codes are not sealed."""
    code = re.sub(r"[_.]", "-", str(sent).strip().lower())
    fits = len(code) <= CODE_CHARACTERS and re.fullmatch(_CODE, code) is not None
    if not fits or code != str(sent):
        how: Literal["normalised", "dropped"] = "normalised" if fits else "dropped"
        notes.append(Adjusted(field="code", how=how, kept=readable(str(sent)) or None))
    return code if fits else None


def leaves(envelope: Envelope) -> bool:
    """Whether a reply was made here and now, so that its channel still has to bring it. A reply that an import or a
    gateway reported with a time has reached the customer some other way."""
    return envelope.occurred_at is None and envelope.client != _IMPORT


def rank(state: DeliveryState) -> int:
    """The state's rank, for comparing states."""
    return get_args(DeliveryState).index(state)
