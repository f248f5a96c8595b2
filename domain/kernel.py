"""What every event, stream and command is made of. Pure: no I/O, no clock, no environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from uuid_utils import uuid7

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

ActorKind = Literal["customer", "agent", "bot", "system", "service"]
TimePrecision = Literal["exact", "day", "unknown"]
"""How far `occurred_at` may be trusted: `day`, the source had only a date; `unknown`, it had no time at all."""

ERASED = "[erased]"
"""What a personal field reads as once its subject's key is destroyed; views write the same on `customer.erased`."""


def new_id(kind: str) -> str:
    """A fresh `kind-<uuidv7>`: time-ordered, so that indexes stay local, and never derived from personal data."""
    return f"{kind}-{uuid7()}"


def kind_of(stream_id: str) -> str:
    """The kind a stream id begins with: `conversation` of `conversation-0190…`."""
    return stream_id.partition("-")[0]


def storable(text: str) -> str:
    """Content is kept as it came; only what PostgreSQL or UTF-8 cannot carry back unchanged is refused."""
    if "\x00" in text:
        raise ValueError("text may not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text may not contain lone surrogates") from None
    return text


Text = Annotated[str, BeforeValidator(lambda value: storable(value) if isinstance(value, str) else value)]


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such date in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware time, kept in UTC."""

# What people and programs send. Of what stands for it in other languages, such as "yes", "3" or a number of seconds,
# nothing is taken for it: what was meant is not ours to guess.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]


def _written(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("write it as ISO 8601 has it, as 2026-05-04, or with a time, as 2026-05-04T09:30:00Z")
    return value


WrittenInstant = Annotated[Instant, BeforeValidator(_written)]
WrittenDay = Annotated[date, BeforeValidator(_written)]


class Frozen(BaseModel):
    """A value: immutable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Personal:
    """Marks a text field as sealed under the key of the subject that field `of` of the same event names.

    A seal is bound to the field's path: a marked field keeps its name and its place for good, also in an upcast.
    """

    of: str


E = TypeVar("E", bound="Event")
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

EVENTS: dict[str, type[Event]] = {}
"""Every event by its stored name. The names are a storage contract: they are added to and never changed."""


class Event(Frozen):
    """A fact. Subclass as `class MessageReceived(Event, name="conversation.message-received")`.

    A field that changed raises `schema_version` and adds `upcasts[old]`, which turns the old data into the next
    version's. Unknown fields are refused, so that a reader never drops what it does not understand.
    """

    stored_name: ClassVar[str]
    schema_version: ClassVar[int] = 1
    upcasts: ClassVar[dict[int, Upcast]] = {}

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is None:
            return  # an abstract base
        if EVENTS.setdefault(name, cls) is not cls:
            raise TypeError(f"event name {name} is taken by {EVENTS[name].__qualname__}")
        cls.stored_name = name


@dataclass(frozen=True, slots=True)
class PersonalField:
    """Where a sealed text stands inside an event's data; `*` in the path runs over a list."""

    path: tuple[str, ...]
    of: str


def personal_fields(model: type[BaseModel]) -> tuple[PersonalField, ...]:
    """Every `Personal` field of an event class, nested models and tuples of models included."""
    return tuple(_personal_fields(model, ()))


def _personal_fields(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[PersonalField]:
    for field_name, field in model.model_fields.items():
        here = (*path, field_name)
        yield from _marks(field.metadata, here)
        yield from _within(field.annotation, here)


def _within(annotation: Any, path: tuple[str, ...]) -> Iterator[PersonalField]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _personal_fields(annotation, path)
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _marks(arguments[1:], path)
    found = [each for inner in arguments for each in _within(inner, (*path, "*") if origin in (tuple, list) else path)]
    # Better no such event than one whose texts are written in the clear.
    if found and origin in (dict, set, frozenset):
        raise TypeError(f"{'.'.join(path)}: personal texts stand in fields, tuples and lists only")
    yield from found


def _marks(metadata: Iterable[Any], path: tuple[str, ...]) -> Iterator[PersonalField]:
    return (PersonalField(path, mark.of) for mark in metadata if isinstance(mark, Personal))


class Actor(Frozen):
    """Who acts, with the roles and team they had at that time. Nothing happens that nobody did."""

    id: Annotated[str, Field(min_length=1)]
    kind: ActorKind
    roles: tuple[str, ...] = ()
    team: str | None = None


class Envelope(Frozen):
    """What stands around every event: when, by whom, on whose authority, caused by what.

    `recorded_at` is the database's clock, stamped when the log takes the event in (None before). `occurred_at`
    equals it unless a gateway or an import knew better. Nothing in here may be personal: it is never sealed.
    """

    event_id: str
    actor: Actor
    recorded_at: AwareDatetime | None = None
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
class Entry(Generic[E]):
    """One event at its place: in its stream by version (from 1, without a hole), in the log by position.

    `position` is None before the append. Positions rise; a gap between them is never a loss.
    """

    originator_id: str
    originator_version: int
    event: E
    envelope: Envelope
    position: int | None = None

    @property
    def at(self) -> datetime:
        """When it happened (UTC). Only for entries read from the log."""
        instant = self.envelope.occurred_at or self.envelope.recorded_at
        assert instant is not None, "an entry has no time before the log stamped it"
        return instant


AnyEntry = Entry[Any]
