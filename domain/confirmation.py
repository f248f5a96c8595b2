"""Four eyes: what one person asks for waits until another person confirms it: the erasure of a person, and the export
of what is kept about them. The decision table `four-eyes` says for what, and for how long it may wait.

Each person has a stream of confirmations beside their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, assert_never

from domain.decision_table.values import Value
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Frozen

Act = Literal["erasure", "export"]

TABLE_NAME = "four-eyes"
"""The table's one input is `act`; its outputs are `confirm`, whether a second person is needed, and `within`, how long
what was asked for may wait."""
WITHIN = timedelta(days=7)
"""How long it may wait, where the table does not say."""

_ID = re.compile(r"confirmation-(?P<of>.+)-[1-9][0-9]{0,8}")


def stream_of(person_id: str) -> str:
    """The id of the stream with the confirmations about a person."""
    return f"confirmations-{person_id.partition('-')[2]}"


def stream_with(confirmation_id: str) -> str:
    """The id of the stream to which a confirmation belongs. Raises Refusal `not-found`."""
    if not (found := _ID.fullmatch(confirmation_id)):
        raise NotFound(confirmation_id)
    return f"confirmations-{found['of']}"


# -- the policy


def needed(results: list[dict[str, Value]]) -> timedelta | None:
    """For how long what was asked for waits for a second person, as the table decided; None: none is needed. Raises
    Refusal `table-invalid`."""
    result = results[0] if results else {}
    if result.get("confirm") is not True:
        return None
    within = result.get("within", WITHIN)
    if not isinstance(within, timedelta) or not within:
        raise Refusal("table-invalid", f'table {TABLE_NAME}: `within` is a duration, such as duration("P7D")')
    return within


# -- events


class AboutConfirmations(Event):
    """What becomes of what waits for a second person. Why is the company's own record, and outlives an erasure."""

    keeps_reason = True


class ConfirmationRequested(AboutConfirmations, name="confirmations.requested", published_as=None):
    """Somebody asked for an act on a person, which waits for somebody else. `asked_by`, `requested_by` (on whose
    behalf), `reason`: for the act. `expires_at`: nobody confirms it from then on."""

    confirmation_id: str
    person_id: str
    act: Act
    asked_by: str
    requested_by: str | None = None
    reason: Text | None = None
    expires_at: Instant


class ConfirmationGiven(AboutConfirmations, name="confirmations.given", published_as=None):
    """Another person confirmed it. Who that was is in the envelope."""

    confirmation_id: str
    person_id: str


class ConfirmedActDone(AboutConfirmations, name="confirmations.act-done", published_as=None):
    """What was confirmed is done; one confirmation is for one act."""

    confirmation_id: str
    person_id: str


ConfirmationEvent = ConfirmationRequested | ConfirmationGiven | ConfirmedActDone


# -- state


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """An act that waits: for somebody else, or, once confirmed, to be done."""

    asked: ConfirmationRequested
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Confirmations:
    """The aggregate state of the confirmations about one person. `waiting`: the last one of each act, by id; those that
    have expired stay until the next. `made`: how many there ever were."""

    waiting: Mapping[str, WaitingAct] = field(default_factory=lambda: MappingProxyType({}))
    made: int = 0


def evolve(state: Confirmations | None, event: ConfirmationEvent) -> Confirmations:
    """Fold one event into the state."""
    state = state or Confirmations()
    match event:
        case ConfirmationRequested():
            rest = {id: each for id, each in state.waiting.items() if each.asked.act != event.act}
            waiting = {**rest, event.confirmation_id: WaitingAct(event)}
            return replace(state, waiting=MappingProxyType(waiting), made=state.made + 1)
        case ConfirmationGiven():
            if (found := state.waiting.get(event.confirmation_id)) is None:
                return state
            waiting = {**state.waiting, event.confirmation_id: replace(found, confirmed=True)}
            return replace(state, waiting=MappingProxyType(waiting))
        case ConfirmedActDone():
            rest = {id: each for id, each in state.waiting.items() if id != event.confirmation_id}
            return replace(state, waiting=MappingProxyType(rest))
        case _:
            assert_never(event)


CONFIRMATIONS = Stream("confirmations", ConfirmationEvent, evolve)


# -- commands and decisions


class Confirm(Frozen):
    """Confirm what somebody else asked for."""

    confirmation_id: str


class DoConfirmed(Frozen):
    """Do what was asked for and confirmed."""

    confirmation_id: str


def request(
    state: Confirmations | None, asked: ConfirmationRequested, now: datetime
) -> tuple[str, list[ConfirmationEvent]]:
    """Decide that an act waits for a second person. Answers the id of what waits: who asks for the same act again finds
    what waits already, unless that has expired."""
    state = state or Confirmations()
    for id, each in state.waiting.items():
        if each.asked.act == asked.act and (each.confirmed or now < each.asked.expires_at):
            return id, []
    id = f"confirmation-{asked.person_id.partition('-')[2]}-{state.made + 1}"
    return id, [asked.model_copy(update={"confirmation_id": id})]


def confirm(state: Confirmations, command: Confirm, actor_id: str, now: datetime) -> list[ConfirmationEvent]:
    """Decide that an act is confirmed; [] where it was, and was not done yet. Raises Refusal `not-found` (also of what
    is done), `confirmation-by-asker`, `confirmation-expired`."""
    if (found := state.waiting.get(command.confirmation_id)) is None:
        raise NotFound(command.confirmation_id)
    if actor_id == found.asked.asked_by:
        raise Refusal("confirmation-by-asker", "who asked for it cannot confirm it; have another person look at it")
    if found.confirmed:
        return []
    if now >= found.asked.expires_at:
        raise Refusal("confirmation-expired", "it waited too long; ask for the same again")
    return [ConfirmationGiven(confirmation_id=command.confirmation_id, person_id=found.asked.person_id)]


def use(state: Confirmations | None, confirmation_id: str, act: Act, actor_id: str) -> ConfirmedActDone:
    """Decide that a confirmed act is done; an export is fetched by who asked for it, who is `actor_id`. Raises Refusal
    `not-found` (also of what somebody else asked for), `confirmation-missing`."""
    found = (state or Confirmations()).waiting.get(confirmation_id)
    if found is None or found.asked.act != act or (act == "export" and found.asked.asked_by != actor_id):
        raise NotFound(confirmation_id)
    if not found.confirmed:
        raise Refusal("confirmation-missing", "nobody else has confirmed it yet; ask again when that is done")
    return ConfirmedActDone(confirmation_id=confirmation_id, person_id=found.asked.person_id)
