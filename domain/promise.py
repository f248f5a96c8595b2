"""Promises: what will happen for a customer, by when. A stream of its own, so that it never changes a
conversation's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, TypedDict, assert_never

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Frozen, Remark

End = Literal["kept", "broken", "withdrawn"]


# -- events: each repeats whom and what the promise is about, so that one event alone can be placed


class AboutPromise(Event):
    """Whom a promise was made to, in which conversation or about which order (or both)."""

    promise_id: str
    customer_id: str
    conversation_id: str | None = None
    order_id: str | None = None


class Made(AboutPromise, name="promise.made", published_as="conversations.v1"):
    """A promise was made. `delivery`: the promise says when the order will be with the customer."""

    text: Annotated[Text, Personal("customer_id")]
    due_at: Instant
    delivery: bool = False


class Revised(AboutPromise, name="promise.revised", published_as="conversations.v1"):
    """The promise got another date. The first date stays what was promised."""

    due_at: Instant
    previous_due_at: Instant
    because: Annotated[Text, Personal("customer_id")]


class Overdue(AboutPromise, name="promise.overdue", published_as="conversations.v1"):
    """The date passed while the promise stood. `detected_at`: when that was detected, by the database's clock."""

    due_at: Instant
    detected_at: Instant


class Kept(AboutPromise, name="promise.kept", published_as="conversations.v1"):
    """The promise was kept; the dates say whether in time."""


class Broken(AboutPromise, name="promise.broken", published_as="conversations.v1"):
    """The promise was broken: it will not be kept."""

    because: Annotated[Text, Personal("customer_id")]


class PromiseWithdrawn(AboutPromise, name="promise.withdrawn", published_as="conversations.v1"):
    """The promise was withdrawn: nobody expects it any more, or it was a mistake."""

    because: Annotated[Text | None, Personal("customer_id")] = None


# -- state


@dataclass(frozen=True, slots=True)
class Promise:
    """The aggregate state of a promise. `overdue`: the last date that passed."""

    promise_id: str
    customer_id: str
    conversation_id: str | None
    order_id: str | None
    due_at: datetime
    overdue: datetime | None = None
    end: End | None = None


PromiseEvent = Made | Revised | Overdue | Kept | Broken | PromiseWithdrawn


def evolve(state: Promise | None, event: PromiseEvent) -> Promise | None:
    """Fold one event into the state."""
    if isinstance(event, Made):
        return Promise(event.promise_id, event.customer_id, event.conversation_id, event.order_id, event.due_at)
    if state is None:
        return None
    match event:
        case Revised():
            return replace(state, due_at=event.due_at)
        case Overdue():
            return replace(state, overdue=event.due_at)
        case Kept():
            return replace(state, end="kept")
        case Broken():
            return replace(state, end="broken")
        case PromiseWithdrawn():
            return replace(state, end="withdrawn")
        case _:
            assert_never(event)


PROMISE = Stream("promise", PromiseEvent, evolve)


# -- commands


class PromiseCommand(Frozen):
    """A command to one promise."""


class MakePromise(PromiseCommand):
    """Promise a customer something by a date, in a conversation or about an order. `delivery` needs an order."""

    customer_id: str
    text: Remark
    due_at: Instant
    conversation_id: str | None = None
    order_id: str | None = None
    delivery: bool = False
    promise_id: str = Field(default_factory=lambda: new_id("promise"))


class RevisePromise(PromiseCommand):
    """Give the promise another date, with the reason."""

    due_at: Instant
    because: Remark


class KeepPromise(PromiseCommand):
    """Record that the promise was kept, in time or late."""


class BreakPromise(PromiseCommand):
    """Record that the promise will not be kept, with the reason."""

    because: Remark


class WithdrawPromise(PromiseCommand):
    """Withdraw the promise."""

    because: Remark | None = None


class DetectOverdue(Frozen):
    """Record that `due_at` passed. `detected_at`, by the database's clock, is not before `due_at`."""

    due_at: Instant
    detected_at: Instant


# -- decisions


def decide(state: Promise | None, command: PromiseCommand | DetectOverdue, now: datetime) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. `now` is aware UTC.

    Raises Refusal: `not-found`, `promise-exists`, `promise-about-nothing`, `due-in-past`, `promise-ended`,
    `promise-not-overdue`.
    """
    if isinstance(command, MakePromise):
        if state is not None:
            raise Refusal("promise-exists", "this promise was made before; draw a new id")
        return _make(command, now)
    if state is None:
        raise NotFound("the promise")
    if isinstance(command, DetectOverdue):
        return _detect_overdue(state, command)
    if state.end is not None:
        if state.end == "kept" and isinstance(command, KeepPromise):
            return []
        raise Refusal("promise-ended", f"this promise was {state.end}; make a new one")
    match command:
        case RevisePromise() if command.due_at != state.due_at:
            _check_ahead(command.due_at, max(now, state.overdue or now))
            return [
                Revised(**_about(state), due_at=command.due_at, previous_due_at=state.due_at, because=command.because)
            ]
        case KeepPromise():
            return [Kept(**_about(state))]
        case BreakPromise():
            return [Broken(**_about(state), because=command.because)]
        case WithdrawPromise():
            return [PromiseWithdrawn(**_about(state), because=command.because)]
        case _:
            return []


def _make(command: MakePromise, now: datetime) -> list[Event]:
    if command.order_id is None and (command.delivery or command.conversation_id is None):
        raise Refusal(
            "promise-about-nothing",
            "a promise names the conversation or the order it is about; one of a delivery, the order",
        )
    _check_ahead(command.due_at, now)
    return [
        Made(
            promise_id=command.promise_id,
            customer_id=command.customer_id,
            conversation_id=command.conversation_id,
            order_id=command.order_id,
            text=command.text,
            due_at=command.due_at,
            delivery=command.delivery,
        )
    ]


def _detect_overdue(state: Promise, command: DetectOverdue) -> list[Event]:
    still_open = state.end is None and state.overdue != state.due_at
    if not still_open or command.due_at != state.due_at or command.detected_at < state.due_at:
        raise Refusal("promise-not-overdue", "this date did not pass with the promise still standing")
    return [Overdue(**_about(state), due_at=command.due_at, detected_at=command.detected_at)]


def _check_ahead(due_at: datetime, after: datetime) -> None:
    if due_at <= after:
        raise Refusal("due-in-past", "a promise is about what is still to come; name a later date")


class _About(TypedDict):
    """The fields of `AboutPromise`."""

    promise_id: str
    customer_id: str
    conversation_id: str | None
    order_id: str | None


def _about(state: Promise) -> _About:
    return {
        "promise_id": state.promise_id,
        "customer_id": state.customer_id,
        "conversation_id": state.conversation_id,
        "order_id": state.order_id,
    }
