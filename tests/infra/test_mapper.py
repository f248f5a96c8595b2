"""Events come back as they were, old versions brought up to date; what cannot be read says where it is, never what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import Field
from pydantic_core import from_json, to_json

from domain.kernel.event import EVENTS, Draft, Envelope, Event, Upcast
from domain.kernel.personal import Personal, personal_fields
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen
from infra.keys.subject_keys import SubjectKeys
from infra.log.mapper import SealingMapper, UnreadableEvent
from tests.support.golden import ENVELOPE, FixedKeys

NAME = "test.lamp-lit"
SECRET = "Ada lit it"


@pytest.fixture(autouse=True)
def the_catalogue_stays_as_it_is() -> Iterator[None]:
    before = dict(EVENTS)
    yield
    EVENTS.clear()
    EVENTS.update(before)


def first_version() -> type[Event]:
    EVENTS.pop(NAME, None)

    class LampLit(Event, name=NAME, published_as=None):
        customer_id: str
        brightness: int
        words: Annotated[str, Personal("customer_id")]

    return LampLit


def third_version() -> type[Event]:
    """`brightness` became `lumens`, then words became lines."""
    EVENTS.pop(NAME, None)

    def to_lumens(data: dict[str, Any]) -> dict[str, Any]:
        return {**{k: v for k, v in data.items() if k != "brightness"}, "lumens": 100 * data["brightness"]}

    def with_colour(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "colour": "warm"}

    class LampLit(Event, name=NAME, published_as=None):
        schema_version: ClassVar[int] = 3
        upcasts: ClassVar[dict[int, Upcast]] = {1: to_lumens, 2: with_colour}
        customer_id: str
        lumens: int
        words: Annotated[str, Personal("customer_id")]
        colour: str

    return LampLit


@pytest.fixture
def mapper() -> SealingMapper:
    return SealingMapper(FixedKeys())


def lit(mapper: SealingMapper) -> StoredEvent:
    event = first_version()(customer_id="customer-1", brightness=4, words=SECRET)  # type: ignore[call-arg]
    return mapper.to_stored_event(Draft("lamp-1", 5, event, ENVELOPE))


def changed(stored: StoredEvent, change: Callable[[dict[str, Any]], object]) -> StoredEvent:
    state = from_json(stored.state)
    change(state)
    return StoredEvent(stored.originator_id, stored.originator_version, stored.topic, to_json(state))


def test_an_old_version_is_brought_up_to_date_on_reading_step_by_step(mapper: SealingMapper) -> None:
    # Given
    stored = lit(mapper)
    assert SECRET.encode() not in stored.state
    newest = third_version()
    # When
    recorded = mapper.to_domain_event(stored)
    # Then
    assert type(recorded.event) is newest
    assert recorded.event.model_dump() == {
        "customer_id": "customer-1",
        "lumens": 400,
        "words": SECRET,
        "colour": "warm",
    }
    assert recorded.envelope == ENVELOPE
    # And decisions see the same without the text
    (event,) = mapper.to_events([stored])
    assert (event.lumens, event.words) == (400, "[erased]")  # type: ignore[attr-defined]


def test_what_is_written_names_its_version(mapper: SealingMapper) -> None:
    # Given
    lamp = third_version()(customer_id="customer-1", lumens=1, words="x", colour="cold")  # type: ignore[call-arg]
    # When
    stored = mapper.to_stored_event(Draft("lamp-1", 1, lamp, ENVELOPE))
    # Then
    assert from_json(stored.state)["v"] == 3
    assert mapper.to_domain_event(stored).event == lamp


UNREADABLE: dict[str, Callable[[StoredEvent], StoredEvent]] = {
    "version-newer": lambda lamp: changed(lamp, lambda state: state.update(v=2)),
    "name-unknown": lambda lamp: StoredEvent(lamp.originator_id, 5, "test.lamp-gone", lamp.state),
    "not-decodable": lambda lamp: StoredEvent(lamp.originator_id, 5, lamp.topic, b"\x80" + SECRET.encode()),
    "not-decodable ": lambda lamp: changed(lamp, lambda state: state.update(v="1")),
    "not-decodable  ": lambda lamp: changed(lamp, lambda state: state.update(d=[SECRET])),
    "data-invalid": lambda lamp: changed(lamp, lambda state: state["d"].update(brightness=SECRET)),
    "data-invalid ": lambda lamp: changed(lamp, lambda state: state["d"].pop("customer_id")),
    "data-invalid  ": lambda lamp: changed(lamp, lambda state: state["d"].update(words=5)),
    "data-invalid   ": lambda lamp: changed(lamp, lambda state: state["e"].update(occurred_at=SECRET)),
    "seal-broken": lambda lamp: StoredEvent("lamp-2", 5, lamp.topic, lamp.state),
    "seal-broken ": lambda lamp: changed(lamp, lambda state: state["d"].update(words=SECRET)),
}


@pytest.mark.parametrize("code", UNREADABLE)
def test_what_cannot_be_read_is_named_and_never_shown(mapper: SealingMapper, code: str) -> None:
    # Given
    stored = UNREADABLE[code](lit(mapper))
    # When
    with pytest.raises(UnreadableEvent) as unreadable:
        mapper.to_domain_event(stored)
    # Then
    error = unreadable.value
    assert isinstance(error, Refusal)
    assert error.code == code.strip()
    assert str(error).startswith(f"{error.code}: {stored.topic} in {stored.originator_id} version 5: ")
    assert SECRET not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_an_upcast_that_fails_is_named_and_its_data_never_shown(mapper: SealingMapper) -> None:
    # Given
    stored = changed(lit(mapper), lambda state: state["d"].update(brightness={SECRET: 1}))
    third_version()
    # When
    with pytest.raises(UnreadableEvent) as unreadable:
        mapper.to_domain_event(stored)
    # Then
    assert str(unreadable.value).startswith("upcast-failed: test.lamp-lit in lamp-1 version 5: version 1 cannot")
    assert SECRET not in str(unreadable.value)


def test_a_key_that_never_was_is_told_from_one_that_is_destroyed(mapper: SealingMapper) -> None:
    # Given
    stored = lit(mapper)

    class Without(FixedKeys):
        def __init__(self, found: dict[str, SubjectKeys | None]) -> None:
            self.found = found

        def of_subjects(self, subjects: object) -> dict[str, SubjectKeys | None]:
            return self.found

    # When
    with pytest.raises(UnreadableEvent) as unreadable:
        SealingMapper(Without({})).to_domain_event(stored)
    erased = SealingMapper(Without({"customer-1": None})).to_domain_event(stored)
    # Then
    assert unreadable.value.code == "key-missing"
    assert erased.event.model_dump()["words"] == "[erased]"


class Line(Frozen):
    """A nested model with a text of its own."""

    text: Annotated[str, Personal("customer_id")]
    count: int


def test_personal_texts_are_sealed_wherever_they_stand(mapper: SealingMapper) -> None:
    # Given
    class Nested(Event, name="test.nested", published_as=None):
        customer_id: str
        lines: Annotated[tuple[Line, ...], Field(max_length=5)]
        words: tuple[Annotated[str, Personal("customer_id")], ...]
        maybe: Annotated[str, Personal("customer_id")] | None = None
        absent: Annotated[str | None, Personal("customer_id")] = None
        plain: str = "plain"

    event = Nested(
        customer_id="customer-1",
        lines=(Line(text=SECRET, count=1), Line(text=SECRET, count=2)),
        words=(SECRET, SECRET),
        maybe=SECRET,
    )
    # When
    stored = mapper.to_stored_event(Draft("nested-1", 1, event, ENVELOPE))
    # Then
    assert SECRET.encode() not in stored.state
    assert mapper.to_domain_event(stored).event == event
    state = from_json(stored.state)
    assert state["d"]["plain"] == "plain"
    # And each is bound to its own place
    swapped = changed(stored, lambda state: state["d"]["words"].reverse())
    with pytest.raises(UnreadableEvent, match="seal-broken"):
        mapper.to_domain_event(swapped)


def test_a_personal_text_that_cannot_be_sealed_is_refused_unwritten() -> None:
    # Given
    class Mapped(Event, name="test.mapped", published_as=None):
        customer_id: str
        words: dict[str, Annotated[str, Personal("customer_id")]]

    # Then
    with pytest.raises(TypeError, match="words: personal texts stand in fields, tuples and lists only"):
        personal_fields(Mapped)


def test_an_envelope_of_a_newer_version_is_refused(mapper: SealingMapper) -> None:
    # Given
    stored = changed(lit(mapper), lambda state: state["e"].update(signature="abc"))
    # When
    with pytest.raises(UnreadableEvent) as unreadable:
        mapper.to_domain_event(stored)
    # Then
    assert "signature" not in Envelope.model_fields
    assert unreadable.value.code == "data-invalid"
