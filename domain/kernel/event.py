"""Events with what surrounds them: the event, the actor, the envelope, and the place in stream and log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import EllipsisType, MappingProxyType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import AwareDatetime, Field

from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields, Frozen

ActorKind = Literal["customer", "agent", "bot", "system", "service"]


Topic = Literal["conversations.v1", "customers.v1", "orders.v1", "clocks.v1", "signals.v1"]
"""The topics of integration events, without prefix. The names are a contract: added to, never changed."""

E = TypeVar("E", bound="Event", covariant=True)
Upcast = Callable[[Fields], Fields]


def unchanged(data: Fields) -> Fields:
    """The upcast of a version whose successor only adds fields, which are None in old events."""
    return data


EVENTS: dict[str, type[Event]] = {}
"""Every event class by its stored name. The names are a storage contract: added to, never changed."""


class Event(Frozen):
    """A fact. Subclass as `class Opened(Event, name="conversation.opened", published_as="conversations.v1")`.

    `published_as`: the topic on which the event is published, or None: internal. Every event class says one of the two,
    so that no event is published by oversight. All events of a stream say the same, because consumers of a topic rely
    on stream versions without a hole.

    The types of its fields have no limits: these are the commands', and may be tightened. A field that changed, and a
    literal that gains a value, raises `schema_version` and adds `upcasts[old]`, which turns the old data into the next
    version's. Unknown fields are refused, so that a reader never drops what it does not understand.
    """

    stored_name: ClassVar[str]
    published_as: ClassVar[Topic | None]
    schema_version: ClassVar[int] = 1
    upcasts: ClassVar[dict[int, Upcast]] = {}
    sealed_since: ClassVar[Mapping[str, int]] = MappingProxyType({})
    """The version since which a personal field is sealed, by its path, where earlier versions have it unsealed."""
    keeps_reason: ClassVar[bool] = False
    """Whether the reason in the envelope is the company's own record, which is not sealed and outlives an erasure."""
    wipes: ClassVar[bool] = False
    """Whether views remove words of somebody by it, which must not come back."""

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
    """Who acts, with the roles and the team of that time. Every event has an actor."""

    id: Annotated[str, Field(min_length=1)]
    kind: ActorKind
    roles: tuple[str, ...] = ()
    team: str | None = None


class Envelope(Frozen):
    """What surrounds every event: when, by whom, on whose authority, caused by what.

    `occurred_at` is None unless a gateway or an import knew better than the log's clock. With the precision `ahead` or
    `impossible`, `occurred_at` is what they said, and does not count. Of the envelope, only `reason` is sealed, under
    the keys of the people whom the event names (`infra/log/reason.py`); nothing else in it may be personal. `history`:
    imported as what is over, so that nobody waits because of it, and no clock runs.
    """

    event_id: str
    actor: Actor
    occurred_at: AwareDatetime | None = None
    time_precision: RecordedPrecision = "exact"
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    history: bool | None = None


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event as read from the log: version in its stream (1, 2, 3, … without a hole), position in the log.

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
        """The occurred time (UTC); the recorded time where no occurred time is given, or none that counts."""
        if self.envelope.time_precision in ("ahead", "impossible"):
            return self.recorded_at
        return self.envelope.occurred_at or self.recorded_at

    def heard(self) -> Recorded[E]:
        """The same event as of its recording, whenever it occurred."""
        return replace(self, envelope=self.envelope.model_copy(update={"occurred_at": None, "time_precision": "exact"}))


@dataclass(frozen=True, slots=True)
class Draft(Generic[E]):
    """An event with its stream version and envelope, before the append."""

    originator_id: str
    originator_version: int
    event: E
    envelope: Envelope

    def recorded(self, position: int, recorded_at: datetime) -> Recorded[E]:
        """The event as readers will see it once the log has recorded it."""
        return Recorded(self.originator_id, self.originator_version, self.event, self.envelope, position, recorded_at)


TO_COME = 2**62
"""A position after every event of the log: for a draft that a decision reads as if it was recorded."""
