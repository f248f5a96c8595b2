"""Types inside events carry no limits: one that is tightened makes nothing unreadable that was recorded before."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.catalogue import EVENTS, STREAMS
from domain.conversation import commands, decisions
from domain.conversation import events as c
from domain.conversation.interaction import BODY_CHARACTERS, Attachment, RecordedAttachment
from domain.conversation.splitting import SplitMessage, WholeConversation, decide_split
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import ConsentGiven, Registered
from domain.kernel import text, time
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.values import Channel, Frozen, Label, Whole
from domain.message import DeliveryChanged
from domain.order.commands import OrderLine, PlaceOrder
from domain.order.events import Placed, PlacedLine
from domain.promise import Made
from domain.service_level.calendar import CalendarState, CalendarWritten, calendar
from domain.service_level.opening_hours import RecordedHolidays
from domain.service_level.policy import Policy, PolicyState, PolicyWritten, RecordedSelects, Selects
from domain.staff import StaffJoined, TeamFormed
from tests.support.core_schema import nodes
from tests.support.golden import mapper, stored

LIMITS = (
    "max_length", "min_length", "pattern", "ge", "gt", "le", "lt", "multiple_of", "max_digits", "decimal_places",
    "str_max_length", "str_min_length",
)  # fmt: skip
REPRESENTATION = (text._storable, time._in_utc)
"""Not limits: what UTF-8 and PostgreSQL carry back unchanged, and an instant in UTC. (Nor is being strict.)"""


def limits(model: type[BaseModel]) -> Iterator[str]:
    """Whatever of a class may refuse a value for another reason than that it has not the field's type."""
    for path, node in nodes(model):
        yield from (f"{path}: {limit}" for limit in LIMITS if node.get(limit) is not None and node[limit] is not False)
        if str(node.get("type")).startswith("function-"):
            function = node["function"]["function"]
            if function not in REPRESENTATION:
                yield f"{path}: {_name(function)}"


def _name(function: Any) -> str:
    return str(getattr(function.func if isinstance(function, functools.partial) else function, "__name__", function))


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=lambda event_class: event_class.stored_name)
def test_no_event_has_a_limit(event_class: type[Event]) -> None:
    assert list(limits(event_class)) == []


def test_of_what_stands_around_an_event_only_the_actor_has_to_be_named() -> None:
    assert list(limits(Envelope)) == ["actor.id: min_length"]


# -- the check proves itself


class Short(Frozen):
    """A value with a limit."""

    word: Annotated[str, Field(max_length=5)]


class Shouted(Event):
    """One with a check of its own."""

    word: str

    @field_validator("word")
    @classmethod
    def loud(cls, word: str) -> str:
        """Refuse what is not loud."""
        assert word.isupper()
        return word


class Curt(Event):
    """One whose configuration limits all texts."""

    model_config = ConfigDict(str_max_length=5)

    word: str


def with_field(annotation: Any) -> type[Event]:
    """An event with one field of this type."""
    return type("Example", (Event,), {"__annotations__": {"field": annotation}, "__module__": __name__})


@pytest.mark.parametrize(
    ("event_class", "found"),
    [
        (with_field(Annotated[str, Field(pattern="^a")]), ["field: pattern"]),
        (with_field(Channel), ["field: pattern", "field: max_length", "field: min_length"]),
        (with_field(Label | None), ["field: max_length_validator", "field: min_length_validator"]),
        (with_field(time.Zone), ["field: _known_zone", "field: max_length_validator"]),
        (with_field(time.WrittenInstant), ["field: _instant"]),
        (with_field(Annotated[int, Field(ge=0)]), ["field: ge"]),
        (with_field(Annotated[timedelta, Field(lt=timedelta(days=1))]), ["field: lt"]),
        (with_field(Annotated[Decimal, Field(max_digits=18)]), ["field: max_digits"]),
        (with_field(Annotated[tuple[str, ...], Field(max_length=3)]), ["field: max_length"]),
        (with_field(tuple[Annotated[str, Field(max_length=3)], ...]), ["field: max_length"]),
        (with_field(Mapping[str, Annotated[int, Field(gt=0)]]), ["field: gt"]),
        (with_field(Mapping[Annotated[str, Field(min_length=1)], int]), ["field: min_length"]),
        (with_field(int | Annotated[str, Field(min_length=1)]), ["field: min_length"]),
        (with_field(Short), ["field.word: max_length"]),
        (with_field(Mapping[str, tuple[Short | None, ...]]), ["field.word: max_length"]),
        (with_field(Attachment), ["field.id: max_length_validator"]),
        (Shouted, ["word: loud"]),
        (Curt, [": str_max_length"]),
    ],
)
def test_an_event_with_a_limit_is_found(event_class: type[Event], found: list[str]) -> None:
    assert set(found) <= set(limits(event_class))


def test_an_event_without_a_limit_is_not_found() -> None:
    for annotation in (text.Text | None, Whole, time.Instant, tuple[RecordedAttachment, ...], Mapping[date, timedelta]):
        assert list(limits(with_field(annotation))) == []


# -- so what is beyond today's limits is read, and folded

LONG = "x" * (BODY_CHARACTERS + 1)
AT = datetime(2026, 1, 1, tzinfo=UTC)
FILE = RecordedAttachment(id=LONG, name=LONG, type=LONG, size=2**70, sha256="none")
WHO = "customer-1"
OPENED = c.Opened(customer_id=WHO, opened_by="customer", channel=LONG, subject=LONG, product_area="", segment=LONG)
WRITTEN = CalendarWritten(
    calendar_name=LONG,
    zone="UTC",
    hours={"mon": tuple(f"{hour:02}:{minute:02}-{hour:02}:{minute + 1:02}" for hour in range(24) for minute in (0, 2))},
    closed=tuple(date(2026, 1, 1) + timedelta(days=day) for day in range(2_000)),
    holidays=RecordedHolidays(country=LONG),
)
CARE = PolicyWritten(policy_name=LONG, calendar_id="calendar-1", targets={}, selects=RecordedSelects(channels=(LONG,)))
SAID = c.MessageReceived(customer_id=WHO, message_id="message-2", channel="No Channel", body=LONG, language="?")
LIMITLESS: tuple[Event, ...] = (
    OPENED,
    c.InteractionAdded(customer_id=WHO, interaction_id="interaction-1", kind="inquiry", product_area=LONG, theme=LONG),
    c.MessageReceived(
        customer_id=WHO, message_id="message-1", channel="No Channel", body=LONG, language="?", attachments=(FILE,) * 51
    ),
    c.StatusChanged(customer_id=WHO, status="resolved", previous="open", resolution=LONG),
    Registered(customer_id=WHO, name=LONG, language=LONG, segment=LONG),
    ConsentGiven(customer_id=WHO, purpose="Any Purpose"),
    DeliveryChanged(customer_id=WHO, message_id="message-1", conversation_id="c", state="failed", code=LONG),
    Placed(
        customer_id=WHO, order_id="order-1", number=LONG, item_count=-1, currency="?",
        lines=(PlacedLine(item=LONG, count=0),) * 1_001,
    ),
    Made(customer_id=WHO, promise_id="promise-1", text=LONG, due_at=AT),
    StaffJoined(staff_id="staff-1", handle="two words", name=LONG, roles=("agent",)),
    TeamFormed(team_id="team-1", name=LONG),
    WRITTEN,
    CARE,
)  # fmt: skip


@pytest.mark.parametrize("event", LIMITLESS, ids=lambda event: event.stored_name)
def test_what_is_beyond_all_limits_is_read_and_folded(event: Event) -> None:
    # When
    read = mapper().to_domain_event(stored(event)).event
    # Then
    assert read == event
    stream = STREAMS[event.stored_name.partition(".")[0]]
    before = stream.evolve(None, OPENED) if isinstance(event, c.ConversationEvent) else None
    assert isinstance(event, ConsentGiven) or stream.evolve(before, read) is not None


def test_policies_and_calendars_beyond_all_limits_hold() -> None:
    # Given
    written, policy = STREAMS["calendar"].evolve(None, WRITTEN), STREAMS["policy"].evolve(None, CARE)
    assert isinstance(written, CalendarState)
    assert isinstance(policy, PolicyState)
    # Then
    monday = datetime(2035, 1, 1, tzinfo=UTC)
    assert calendar(written.revisions).elapsed(monday, monday + timedelta(days=1)) == timedelta(minutes=48)
    assert Policy(policy.revisions).at(AT).terms.selects == RecordedSelects(channels=(LONG,))


def test_a_message_beyond_all_limits_can_be_split_off() -> None:
    # Given
    envelope = Envelope(event_id="event-1", actor=Actor(id="customer-1", kind="customer"))
    events = [event for event in LIMITLESS if isinstance(event, c.ConversationEvent)]
    state: Conversation | None = None
    for event in (*events, SAID):
        state = CONVERSATION.evolve(state, event)
    assert state is not None
    entries = [
        Draft("conversation-1", version, event, envelope).recorded(version, AT)
        for version, event in enumerate([*events, SAID], 1)
    ]
    # When
    split = SplitMessage(message_id="message-2", kind="complaint")
    happened = decide_split(WholeConversation("conversation-1", state, entries), split, "conversation-2")
    # Then
    opened = happened["conversation-2"][0]
    assert isinstance(opened, c.Opened)
    assert (opened.channel, opened.language, opened.segment) == (SAID.channel, SAID.language, OPENED.segment)


# -- and what is asked is recorded without its limits


def test_what_input_says_is_recorded_as_its_plain_value() -> None:
    # Given
    file = Attachment(id="f1", name="photo.jpg", type="image/jpeg", size=3, sha256="0" * 64)
    line = OrderLine(item="bell", count=1)
    said = commands.ReceiveMessage(body="Hello", attachments=(file,))
    # When
    (received, *_) = decisions.decide(Conversation("customer-1", "mail", "normal"), said, AT)
    placed = Placed(**dict(PlaceOrder(customer_id="customer-1", lines=(line,))))
    selects = PolicyWritten(policy_name="care", selects=Selects(channels=("mail",))).selects
    # Then
    assert isinstance(received, c.MessageReceived)
    assert received.attachments == (RecordedAttachment(**dict(file)),)
    assert placed.lines == (PlacedLine(**dict(line)),)
    assert selects == RecordedSelects(channels=("mail",))
