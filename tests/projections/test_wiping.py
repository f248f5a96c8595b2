"""Wiping gives exactly the rows that a replay then gives, for every view and every event with personal texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from domain.customer import Erased
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.kernel.personal import ERASED, concerned, personal_fields
from infra.keys.sealing import replace_personal
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS
from tests.support.marked_events import marked, marked_classes
from tests.support.marker_scan import STEM, said, scan

ADA, BEN = "customer-a", "customer-b"
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def filled_in(event_class: type[Event], customer: str, participant: str) -> Event:
    others = {"staff_id": f"staff-{customer[-1]}", "stranger_id": f"stranger-{customer[-1]}", "owner_id": customer}
    return marked(event_class, {"customer_id": customer, "participant_id": participant, **others})


@st.composite
def events(draw: st.DrawFn) -> list[tuple[str, Event]]:
    """What happened to two customers in several streams each; texts that may be left out are, now and then."""
    happened: list[tuple[str, Event]] = []
    for event_class in draw(st.lists(st.sampled_from(marked_classes()), min_size=5, max_size=30)):
        customer = draw(st.sampled_from([ADA, BEN]))
        kind = event_class.stored_name.partition(".")[0]
        number = "" if kind == "stranger" else draw(st.integers(1, 2))  # a stranger has one stream
        stream = customer if kind == "customer" else f"{kind}-{customer[-1]}{number}"
        event = filled_in(event_class, customer, draw(st.sampled_from([ADA, BEN])))
        absent = [
            field.path[0]
            for field in personal_fields(event_class)
            if not event_class.model_fields[field.path[0]].is_required() and draw(st.booleans())
        ]
        emptied = {name: event_class.model_fields[name].default for name in absent}
        happened.append((stream, event.model_copy(update=emptied)))
    return happened


def whose(row: object) -> str | None:
    """The person whose texts a row shows."""
    return getattr(row, "participant_id", None) or getattr(row, "customer_id", None)


def recorded_events(happened: Sequence[tuple[str, Event]]) -> list[Recorded[Event]]:
    versions: Counter[str] = Counter()
    placed: list[Recorded[Event]] = []
    for position, (stream, event) in enumerate(happened, start=1):
        versions[stream] += 1
        at = BEGIN + timedelta(minutes=position)
        actor = Actor(id="staff-1", kind="agent")
        envelope = Envelope(event_id=f"event-{position}", actor=actor, reason=f"{STEM}-why-{stream}")
        placed.append(Draft(stream, versions[stream], event, envelope).recorded(position, at))
    return placed


def as_replayed(recorded: Recorded[Event], forgotten: str) -> Recorded[Event]:
    """As it reads once a key is destroyed."""
    data = recorded.event.model_dump(mode="json")
    replace_personal(type(recorded.event), data, lambda text, subject, at: ERASED if subject == forgotten else text)
    why = {"reason": ERASED} if forgotten in concerned(data) else {}
    envelope = recorded.envelope.model_copy(update=why)
    return replace(recorded, event=type(recorded.event).model_validate(data), envelope=envelope)


@given(happened=events(), again=st.booleans(), data=st.data())
def test_the_rows_after_an_erasure_are_those_of_a_replay(
    happened: list[tuple[str, Event]], again: bool, data: st.DataObject
) -> None:
    # Given: once erased, only others go on.
    cut = data.draw(st.integers(0, len(happened)))
    later = [(stream, event) for stream, event in happened[cut:] if ADA not in repr(event)]
    log = recorded_events([*happened[:cut], (ADA, Erased(customer_id=ADA)), *later])
    wiped = [as_replayed(recorded, ADA) for recorded in log]
    for view in VIEWS:
        # When
        live, replayed = fold_in_memory(view, log), fold_in_memory(view, wiped)
        # Then
        assert live == replayed, view.name
        hers = [row for row, _ in live.values() if whose(row) == ADA]
        assert scan([], said(view.name, repr(hers))) == []
        if again:  # while its stream is parked, and once more when its turn comes
            assert fold_in_memory(view, [*log[: cut + 1], log[cut], *log[cut + 1 :]]) == live, view.name


@given(happened=events(), data=st.data())
def test_what_was_parked_and_retried_after_the_erasure_makes_the_same_rows(
    happened: list[tuple[str, Event]], data: st.DataObject
) -> None:
    # Given: from some event on, one stream is parked; the erasure, at the end, waits for nobody.
    log = recorded_events([*happened, (ADA, Erased(customer_id=ADA))])
    stream = data.draw(st.sampled_from([recorded.originator_id for recorded in log]))
    since = data.draw(st.integers(1, len(log)))
    quarantined = [
        recorded for recorded in log if recorded.originator_id == stream and (recorded.position or 0) >= since
    ]
    flowed = [recorded for recorded in log if recorded not in quarantined or isinstance(recorded.event, Erased)]
    retried = [*flowed, *(as_replayed(recorded, ADA) for recorded in quarantined)]
    for view in VIEWS:
        # When
        live, replayed = fold_in_memory(view, retried), fold_in_memory(view, log)
        # Then
        rows, as_of_a_replay = ({key: row for key, (row, _) in made.items()} for made in (live, replayed))
        assert rows == as_of_a_replay, view.name


def test_whatever_may_be_wiped_reads_as_erased_within_its_fields_limits() -> None:
    for event_class in marked_classes():
        people = "customer_id", "participant_id", "contact_of", "owner_id", "staff_id", "stranger_id"
        event = marked(event_class, dict.fromkeys(people, ADA))
        (recorded,) = recorded_events([(ADA, event)])
        assert scan([], said("it", repr(as_replayed(recorded, ADA).event))) == []
