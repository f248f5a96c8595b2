"""What every event is made of: the event, who acted, what stands around the event, and its place in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import EllipsisType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import AwareDatetime, Field

from domain.kernel.time import TimePrecision
from domain.kernel.values import Fields, Frozen

ActorKind = Literal["customer", "agent", "bot", "system", "service"]


Topic = Literal["conversations.v1", "customers.v1", "orders.v1", "clocks.v1", "signals.v1"]
"""The topics of what happened, without their prefix. Their names are a contract: added to, and never changed."""

E = TypeVar("E", bound="Event", covariant=True)
Upcast = Callable[[Fields], Fields]


def unchanged(data: Fields) -> Fields:
    """The upcast of a version whose successor only has more fields, which say None of old events."""
    return data


EVENTS: dict[str, type[Event]] = {}
"""Every event by its stored name. The names are a storage contract: they are added to and never changed."""


class Event(Frozen):
    """A fact. Subclass as `class Opened(Event, name="conversation.opened", published_as="conversations.v1")`.

    `published_as`: the topic on which other systems read that it happened, or None: it is internal. Every event says
    one of the two, so that nothing is published because somebody forgot to say no. All events of a stream say the same:
    subscribers count the versions of a stream without a hole.

    The types of its fields have no limits: these are the commands', and may be tightened. A field that changed, and a
    literal that gains a value, raises `schema_version` and adds `upcasts[old]`, which turns the old data into the next
    version's. Unknown fields are refused, so that a reader never drops what it does not understand.
    """

    stored_name: ClassVar[str]
    published_as: ClassVar[Topic | None]
    schema_version: ClassVar[int] = 1
    upcasts: ClassVar[dict[int, Upcast]] = {}

    def __init_subclass__(
        cls,
        name: str | None = None,
        published_as: Topic | EllipsisType | None = ...,
        **kwargs: Any,  # Any: what other bases take
    ) -> None:
        super().__init_subclass__(**kwargs)
        if name is None:
            return  # an abstract base
        if isinstance(published_as, EllipsisType):
            raise TypeError(f"event {name} does not say how it is published: published_as=a topic, or None")
        if EVENTS.setdefault(name, cls) is not cls:
            raise TypeError(f"event name {name} is taken by {EVENTS[name].__qualname__}")
        cls.stored_name = name
        cls.published_as = published_as


class Actor(Frozen):
    """Who acts, with the roles and team they had at that time. Nothing happens that nobody did."""

    id: Annotated[str, Field(min_length=1)]
    kind: ActorKind
    roles: tuple[str, ...] = ()
    team: str | None = None


class Envelope(Frozen):
    """What stands around every event: when, by whom, on whose authority, caused by what.

    `occurred_at` is None unless a gateway or an import knew better than the log's clock. Nothing in here may be
    personal: it is never sealed.
    """

    event_id: str
    actor: Actor
    occurred_at: AwareDatetime | None = None
    time_precision: TimePrecision = "exact"
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event as read from the log: in its stream by version (from 1, without a hole), in the log by position.

    Positions rise; a gap between them is never a loss. `recorded_at` is the database's clock (UTC), stamped when the
    log took the event in.
    """

    originator_id: str
    originator_version: int
    event: E
    envelope: Envelope
    position: int
    recorded_at: datetime

    @property
    def at(self) -> datetime:
        """When it happened (UTC)."""
        return self.envelope.occurred_at or self.recorded_at


@dataclass(frozen=True, slots=True)
class Draft(Generic[E]):
    """An event at its place in its stream, before the append."""

    originator_id: str
    originator_version: int
    event: E
    envelope: Envelope

    def recorded(self, position: int, recorded_at: datetime) -> Recorded[E]:
        """The event as it will be read from the log, if it is recorded so."""
        return Recorded(self.originator_id, self.originator_version, self.event, self.envelope, position, recorded_at)


TO_COME = 2**62
"""A position after all that the log has: for a draft that a decision reads as if it was recorded."""
