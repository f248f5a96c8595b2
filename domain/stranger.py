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
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import LATER, Frozen


class StrangerMet(Event, name="stranger.met", published_as="customers.v1"):
    """Somebody wrote in a customer's conversation, or was added to it, whose contact point belongs to no customer."""

    stranger_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("stranger_id")]
    name: Annotated[Text | None, Personal("stranger_id")] = None


class StrangerNamed(Event, name="stranger.named", published_as="customers.v1"):
    """A later message told the stranger's name, of whom none was known."""

    stranger_id: str
    name: Annotated[Text, Personal("stranger_id")]


class StrangerErased(Event, name="stranger.erased", published_as="customers.v1"):
    """The stranger was erased: the key is destroyed, and every view wipes the stranger's text."""

    keeps_reason = True
    wipes = True

    stranger_id: str


class StrangerMerged(Event, name="stranger.merged", published_as="customers.v1"):
    """The stranger turned out to be the customer `into`, or became one, and is shown there from then on."""

    stranger_id: str
    into: str


class StrangerSeparated(Event, name="stranger.separated", published_as="customers.v1"):
    """A merge was undone: the stranger and the customer `out_of` are two people."""

    stranger_id: str
    out_of: str


class StrangerLeftApart(Event, name="stranger.left-apart", published_as="customers.v1"):
    """Somebody looked at whether the stranger and `other_id`, a customer or a stranger, are one person, and leaves them
    apart."""

    stranger_id: str
    other_id: str


PersonErased = customer.Erased | StrangerErased


def who_was_erased(event: PersonErased) -> str:
    """The id of the customer or stranger."""
    return event.customer_id if isinstance(event, customer.Erased) else event.stranger_id


@dataclass(frozen=True, slots=True)
class Stranger:
    """The aggregate state of a stranger. `named`: a name is known. `into`: the customer whom the stranger turned out to
    be, or None. `apart`: the customers and strangers of whom people decided that they are somebody else."""

    named: bool = False
    erased: bool = False
    into: str | None = None
    apart: frozenset[str] = frozenset()


StrangerEvent = StrangerMet | StrangerNamed | StrangerErased | StrangerMerged | StrangerSeparated | StrangerLeftApart


def evolve(state: Stranger | None, event: StrangerEvent) -> Stranger | None:
    """Fold one event into the state."""
    match event:
        case StrangerMet():
            return Stranger(named=event.name is not None)
        case StrangerNamed():
            return state and replace(state, named=True)
        case StrangerErased():
            return state and replace(state, erased=True)
        case StrangerMerged():
            return state and replace(state, into=event.into)
        case StrangerSeparated():
            return state and replace(state, into=None, apart=state.apart | {event.out_of})
        case StrangerLeftApart():
            return state and replace(state, apart=state.apart | {event.other_id})
        case _:
            assert_never(event)


STRANGER = Stream("stranger", StrangerEvent, evolve)


class EraseStranger(Frozen):
    """Erase a stranger. What happened still counts. `requested_by`: the customer or stranger who asked for it."""

    stranger_id: str
    requested_by: Annotated[str | None, LATER] = None


class MergeStranger(Frozen):
    """Merge a stranger with a customer, who is the same person. Both streams stay as they are."""

    stranger_id: str
    into: str


class SeparateStranger(Frozen):
    """Undo a merge: the two are not the same person."""

    stranger_id: str


class LeaveStrangerApart(Frozen):
    """Leave the stranger and `other_id`, a customer or a stranger, apart: they are two people."""

    stranger_id: str
    other_id: str


def decide(
    state: Stranger | None, command: EraseStranger | MergeStranger | SeparateStranger | LeaveStrangerApart
) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal: `not-found`,
    `customer-erased`, `merged-already`, `not-merged`, `merge-with-itself`.

    A merge and its undo concern a customer, too: `domain.customer.other_side` has the events of the customer.
    """
    id = command.stranger_id
    if state is None:
        raise NotFound(id)
    if isinstance(command, EraseStranger):
        return [] if state.erased else [StrangerErased(stranger_id=id)]
    if state.erased:
        raise Refusal("customer-erased", f"{id} was erased; a later contact is somebody new")
    if isinstance(command, LeaveStrangerApart):
        if command.other_id == id:
            raise Refusal("merge-with-itself", "a proposal is about two people; check the ids")
        apart = command.other_id in state.apart
        return [] if apart else [StrangerLeftApart(stranger_id=id, other_id=command.other_id)]
    if isinstance(command, SeparateStranger):
        if state.into is None:
            raise customer.not_merged(id)
        return [StrangerSeparated(stranger_id=id, out_of=state.into)]
    if state.into is not None:
        raise merged_already(id, state.into)
    return [StrangerMerged(stranger_id=id, into=command.into)]


def merged_already(stranger_id: str, into: str) -> Refusal:
    """The refusal of what is not done to a stranger who is merged."""
    return Refusal("merged-already", f"{stranger_id} was merged into {into}; ask that one, or separate them")
