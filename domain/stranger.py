"""Strangers: people who took part in a customer's conversation and are no customers themselves.

A stranger is known by one contact point. The stranger's texts are sealed under a key of their own, destroyed on
erasure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, assert_never

from domain import customer
from domain.customer import ContactKind
from domain.kernel.event import Event
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Frozen


class StrangerMet(Event, name="stranger.met", published_as="customers.v1"):
    """Somebody wrote in a customer's conversation from a contact point that belongs to no customer."""

    stranger_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("stranger_id")]
    name: Annotated[Text | None, Personal("stranger_id")] = None


class StrangerErased(Event, name="stranger.erased", published_as="customers.v1"):
    """The stranger was erased: the key is destroyed, and every view wipes the stranger's text."""

    stranger_id: str


PersonErased = customer.Erased | StrangerErased


def who_was_erased(event: PersonErased) -> str:
    """The id of the customer or stranger."""
    return event.customer_id if isinstance(event, customer.Erased) else event.stranger_id


@dataclass(frozen=True, slots=True)
class Stranger:
    """The aggregate state of a stranger."""

    erased: bool = False


StrangerEvent = StrangerMet | StrangerErased


def evolve(state: Stranger | None, event: StrangerEvent) -> Stranger | None:
    """Fold one event into the state."""
    match event:
        case StrangerMet():
            return Stranger()
        case StrangerErased():
            return None if state is None else replace(state, erased=True)
        case _:
            assert_never(event)


STRANGER = Stream("stranger", StrangerEvent, evolve)


class EraseStranger(Frozen):
    """Erase a stranger. What happened still counts."""

    stranger_id: str


def decide(state: Stranger | None, command: EraseStranger) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal: `not-found`."""
    if state is None:
        raise NotFound(command.stranger_id)
    return [] if state.erased else [StrangerErased(stranger_id=command.stranger_id)]
