"""Events say what happened. How anything stands because of them is worked out where they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic import BaseModel

from domain.catalogue import EVENTS
from domain.conversation import events as c
from domain.conversation.state import CONVERSATION
from domain.conversation.waiting import Share
from domain.kernel.event import Draft, Event, Recorded
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS
from tests.projections.test_merging_undone import Merging
from tests.support import golden

STANDING = {
    "waiting_since", "person_requested_at", "answered_at", "taken_up_at", "closed_at", "messages_in", "messages_out",
    "reopened", "for_person", "unanswered", "last_answer_at", "own_status", "standing", "members", "left", "brings",
}  # fmt: skip
"""What a conversation's standing is called, wherever it is worked out."""


def standing_in(model: type[BaseModel], within: str = "") -> Iterator[str]:
    """The fields of an event, and of what it holds, that say how something stands."""
    for name, field in model.model_fields.items():
        if name in STANDING:
            yield within + name
        for inner in _models(field.annotation):
            yield from standing_in(inner, f"{within}{name}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


@pytest.mark.parametrize("event_class", EVENTS.values(), ids=lambda event_class: event_class.stored_name)
def test_no_event_says_how_something_stands(event_class: type[Event]) -> None:
    assert list(standing_in(event_class)) == []


def test_an_event_that_did_would_be_found() -> None:
    class Left(BaseModel):
        messages_in: int

    class Joined(BaseModel):
        joining: tuple[Left, ...]
        waiting_since: Annotated[str | None, "a mark"] = None

    assert list(standing_in(Joined)) == ["joining.messages_in", "waiting_since"]
    # And all that a share holds, beside what was brought, is on the list.
    facts = {"conversation_id", "status", "interactions", "kinds", "taken"}
    assert set(Share.__slots__) - facts <= STANDING


# -- what the former release wrote


WRONG = {
    "waiting_since": "2001-01-01T00:00:00Z",
    "person_requested_at": "2001-01-01T00:00:00Z",
    "messages_in": 777,
    "messages_out": 777,
}


def as_version_1(stored: StoredEvent) -> StoredEvent:
    """The same event as the former release stored it, with a standing that is wrong in everything."""
    state = json.loads(stored.state)
    data = state["d"]
    if "joining" in data:
        more = {"interactions": ["i-wrong"], "kinds": ["order"], "reopened": True, "for_person": True}
        data["joining"] = [{"conversation_id": id, **WRONG, **more} for id in data["joining"]]
    else:
        data["left"] = {**WRONG, "answered_at": "2001-01-01T00:00:00Z"}
    return replace(stored, state=json.dumps({**state, "v": 1}).encode())


CHANGED = (c.PartJoined, c.MessageSplit, c.MessageReturned, c.MessageTaken)


def read_from_version_1(log: list[Recorded[Event]]) -> list[Recorded[Event]]:
    """The same log, as this release reads what the former one wrote."""
    mapper = golden.mapper()
    found = []
    for recorded in log:
        stored = mapper.to_stored_event(
            Draft(recorded.originator_id, recorded.originator_version, recorded.event, recorded.envelope)
        )
        if isinstance(recorded.event, CHANGED):
            stored = as_version_1(stored)
        draft = mapper.to_domain_event(stored)
        assert isinstance(draft, Draft)
        found.append(draft.recorded(recorded.position, recorded.recorded_at))
    return found


@pytest.fixture
def story() -> Merging:
    """Of one customer: a message is split off and answered, what is left is merged with others, and one is undone."""
    story = Merging()
    story.two()
    story.receive(0, late=0, reopens=True)
    story.split(0, 1, "inquiry")
    story.receive(2, late=0, reopens=True)
    story.split(0, 0, "complaint")
    story.undo_split(0)
    story.receive(1, late=0, reopens=True)
    story.change_status(1, "resolved")
    story.merge(2, 1)
    story.ask_or_withdraw(2, again=True)
    story.merge(0, 1)
    story.another_acts("service")
    story.reply(1, automatic=False)
    return story


def test_what_was_frozen_is_dropped_and_the_rows_are_the_same(story: Merging) -> None:
    # Given
    assert {type(recorded.event) for recorded in story.log} >= set(CHANGED)
    # When
    old = read_from_version_1(story.log)
    # Then
    assert old == story.log
    for view in VIEWS:
        assert fold_in_memory(view, old) == fold_in_memory(view, story.log)
    story.is_as_all_streams_say()
    # And commands decide on the same.
    states = {id: story.load(CONVERSATION, id).state for id in story.loaded}
    story.log = old
    assert {id: story.load(CONVERSATION, id).state for id in story.loaded} == states


@pytest.mark.parametrize("event_class", CHANGED, ids=lambda event_class: event_class.stored_name)
def test_the_documents_of_version_1_still_hold_what_was_frozen(event_class: type[Event]) -> None:
    file = Path(golden.FOLDER) / f"{event_class.stored_name}.v1.json"
    document = json.loads(file.read_text())
    frozen = "joining" if event_class is c.PartJoined else "left"
    assert "messages_in" in json.dumps(document["stored"]["state"]["d"][frozen])
    assert "messages_in" not in json.dumps(document["reads_as"])
    assert golden.wrong_with(document) == []
