"""Legal holds: while one stands on a customer or a conversation, nothing of it is erased. What was asked for waits.

Each customer has a stream of holds beside the customer's own, so that a hold changes no version of the record. A
stranger has one as well, with the beginning of the stranger's erasure only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, assert_never

from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, WrittenInstant
from domain.kernel.values import Frozen

_ID = re.compile(r"hold-(?P<of>.+)-(?P<number>[1-9][0-9]{0,8})")
"""The id of a hold: whose it is, and which of the customer's holds."""


def stream_of(person_id: str) -> str:
    """The id of the stream with the holds of a customer."""
    return f"holds-{person_id.partition('-')[2]}"


def stream_with(hold_id: str) -> str:
    """The id of the stream to which a hold belongs. Raises Refusal `not-found`."""
    if not (found := _ID.fullmatch(hold_id)):
        raise NotFound(hold_id)
    return f"holds-{found['of']}"


# -- events


class AboutHolds(Event):
    """What becomes of holds. Why is the company's own record of it, and outlives the erasure that follows."""

    keeps_reason = True


class HoldPlaced(AboutHolds, name="holds.placed", published_as=None):
    """Nothing of the customer, or only of the one conversation, is erased until the hold ends. `until`: when it ends by
    itself. Who placed it, and why, is in the envelope."""

    hold_id: str
    customer_id: str
    conversation_id: str | None = None
    until: Instant | None = None


class HoldReleased(AboutHolds, name="holds.released", published_as=None):
    """Somebody ended the hold."""

    hold_id: str
    customer_id: str


class HoldExpired(AboutHolds, name="holds.expired", published_as=None):
    """The hold ended by itself."""

    hold_id: str
    customer_id: str


class ErasureDeferred(AboutHolds, name="holds.erasure-deferred", published_as=None):
    """An erasure was asked for while a hold of `customer_id` stands, and waits until that ends: of `person_id`, or of
    one message of a conversation. `asked_by`, `requested_by` (on whose behalf), `reason`: for the erasure that follows.
    `people`: who was the same person when it was asked for, by merges; who is merged later is not erased by it.
    Version 1 has neither `requested_by` nor `people`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    erasure_id: str
    customer_id: str
    person_id: str | None = None
    conversation_id: str | None = None
    message_id: str | None = None
    asked_by: str
    reason: Text | None = None
    requested_by: str | None = None
    people: tuple[str, ...] | None = None


class ErasureResumed(AboutHolds, name="holds.erasure-resumed", published_as=None):
    """A deferred erasure waits here no longer: it is done, or waits for the hold of somebody else."""

    erasure_id: str
    customer_id: str


class ErasureBegun(AboutHolds, name="holds.erasure-begun", published_as=None):
    """The erasure of a person begins while no hold stands. From here on a hold would come too late."""

    person_id: str


class RemovalBegun(AboutHolds, name="holds.removal-begun", published_as=None):
    """One message of a customer begins to be taken out while no hold covers the message. From here on a hold would
    come too late for the message, and stands for all the rest."""

    customer_id: str
    conversation_id: str
    message_id: str


HoldsEvent = HoldPlaced | HoldReleased | HoldExpired | ErasureDeferred | ErasureResumed | ErasureBegun | RemovalBegun


# -- state


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that stands: on one conversation, or on all that is the customer's."""

    conversation_id: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Holds:
    """The aggregate state of the holds of one person. `standing`: by id; `placed`: how many there ever were. `waiting`:
    the deferred erasures, by id; `deferred`: how many there ever were. `begun`: the person's erasure began; `removing`:
    the messages whose removal began."""

    standing: Mapping[str, Hold] = field(default_factory=lambda: MappingProxyType({}))
    placed: int = 0
    waiting: Mapping[str, ErasureDeferred] = field(default_factory=lambda: MappingProxyType({}))
    deferred: int = 0
    begun: bool = False
    removing: frozenset[str] = frozenset()

    def covers(self, conversation_ids: Collection[str] | None = None) -> bool:
        """Whether a hold stands that these conversations are covered by; None: that anything of the customer is."""
        return any(
            conversation_ids is None or hold.conversation_id is None or hold.conversation_id in conversation_ids
            for hold in self.standing.values()
        )


def evolve(state: Holds | None, event: HoldsEvent) -> Holds | None:
    """Fold one event into the state."""
    state = state or Holds()
    match event:
        case HoldPlaced():
            standing = {**state.standing, event.hold_id: Hold(event.conversation_id, event.until)}
            return replace(state, standing=MappingProxyType(standing), placed=state.placed + 1)
        case HoldReleased() | HoldExpired():
            left = {id: hold for id, hold in state.standing.items() if id != event.hold_id}
            return replace(state, standing=MappingProxyType(left))
        case ErasureDeferred():
            waiting = {**state.waiting, event.erasure_id: event}
            return replace(state, waiting=MappingProxyType(waiting), deferred=state.deferred + 1)
        case ErasureResumed():
            rest = {id: each for id, each in state.waiting.items() if id != event.erasure_id}
            return replace(state, waiting=MappingProxyType(rest))
        case ErasureBegun():
            return replace(state, begun=True)
        case RemovalBegun():
            return replace(state, removing=state.removing | {event.message_id})
        case _:
            assert_never(event)


HOLDS = Stream("holds", HoldsEvent, evolve)


# -- commands and decisions


class HoldCustomer(Frozen):
    """Place a hold on all that is a customer's."""

    customer_id: str
    until: WrittenInstant | None = None


class HoldConversation(Frozen):
    """Place a hold on one conversation."""

    conversation_id: str
    until: WrittenInstant | None = None


class ReleaseHold(Frozen):
    """End a hold."""

    hold_id: str


class ExpireHolds(Frozen):
    """End the holds of a customer whose time is over."""

    customer_id: str


class ResumeErasures(Frozen):
    """Do the erasures that waited for a hold of this customer, as far as no other hold stands."""

    customer_id: str


MOST_STANDING = 100
"""How many holds stand on one customer and the customer's conversations, at most."""


def place(
    state: Holds | None, customer_id: str, conversation_id: str | None, until: datetime | None, now: datetime
) -> list[HoldPlaced]:
    """Decide that a hold is placed. Raises Refusal `erasure-begun`, `hold-ends-before`, `holds-too-many`."""
    state = state or Holds()
    if state.begun:
        raise Refusal("erasure-begun", "the customer's erasure began before, and cannot be stopped")
    if until is not None and until <= now:
        raise Refusal("hold-ends-before", "`until` is not in the future; name a later time, or none")
    if len(state.standing) >= MOST_STANDING:
        raise Refusal("holds-too-many", f"{MOST_STANDING} holds stand on this customer; release those that are over")
    hold_id = f"hold-{customer_id.partition('-')[2]}-{state.placed + 1}"
    return [HoldPlaced(hold_id=hold_id, customer_id=customer_id, conversation_id=conversation_id, until=until)]


def release(state: Holds, command: ReleaseHold) -> list[Event]:
    """Decide that a hold is released; [] where it has ended. Raises Refusal `not-found`."""
    if not (found := _ID.fullmatch(command.hold_id)) or int(found["number"]) > state.placed:
        raise NotFound(command.hold_id)
    if command.hold_id not in state.standing:
        return []
    return [HoldReleased(hold_id=command.hold_id, customer_id=_customer_of(command.hold_id))]


def expire(state: Holds | None, customer_id: str, now: datetime) -> list[Event]:
    """Decide which holds have ended by themselves."""
    over = [id for id, hold in (state or Holds()).standing.items() if hold.until is not None and hold.until <= now]
    return [HoldExpired(hold_id=id, customer_id=customer_id) for id in over]


def begin(state: Holds | None, person_id: str) -> list[Event]:
    """Decide that the erasure of a person on whom no hold stands begins; [] where it has begun."""
    return [] if state is not None and state.begun else [ErasureBegun(person_id=person_id)]


def waits_already(state: Holds, what: ErasureDeferred) -> str | None:
    """The id of the deferred erasure of the very same, if one waits."""
    same = (each.erasure_id for each in state.waiting.values() if _object(each) == _object(what))
    return next(same, None)


def _object(erasure: ErasureDeferred) -> tuple[str | None, str | None, str | None]:
    return erasure.person_id, erasure.conversation_id, erasure.message_id


def _customer_of(hold_id: str) -> str:
    return f"customer-{hold_id.partition('-')[2].rpartition('-')[0]}"
