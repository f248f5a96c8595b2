"""Which conversations may be merged, what each of them is told, and what is heard of a part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from domain.conversation import events as c
from domain.conversation.events import (
    ConversationMerged,
    ConversationSeparated,
    PartHeard,
    PartJoined,
    PartLeft,
    Status,
)
from domain.conversation.merging import MOST_PARTS, Side, decide_merge, decide_separation, heard
from domain.conversation.state import Conversation
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal

ALONE = Conversation("customer-ada", "mail", "normal")
ADA: dict[str, Any] = {"customer_id": "customer-ada"}


def side(id: str = "conversation-1", **state: Any) -> Side:
    return Side(id, replace(ALONE, **state))


def many(count: int, first: int = 100) -> tuple[str, ...]:
    return tuple(f"conversation-{number}" for number in range(first, first + count))


TARGET = side("conversation-2")


@pytest.mark.parametrize(
    ("part", "target", "code"),
    [
        (side(), side(), "merge-with-itself"),
        (side(parts=("conversation-2",)), side("conversation-2", merged_into="conversation-1"), "merge-cycle"),
        (side(merged_into="conversation-3"), TARGET, "merged-already"),
        (side(), side("conversation-2", merged_into="conversation-3"), "target-merged"),
        (side(), side("conversation-2", parts=many(MOST_PARTS)), "parts-too-many"),
        (side(parts=many(MOST_PARTS)), TARGET, "parts-too-many"),
        (side(parts=many(40)), side("conversation-2", parts=many(60, 500)), "parts-too-many"),
    ],
)
def test_a_merge_that_cannot_be_is_refused(part: Side, target: Side, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide_merge(part, target)
    assert refused.value.code == code


def test_as_many_parts_as_there_may_be_are_merged() -> None:
    last = side(parts=many(39))
    events = decide_merge(last, side("conversation-2", parts=many(60, 500)))
    assert set(events) == {"conversation-1", "conversation-2"}


def test_each_of_the_two_records_a_merge() -> None:
    target = side("conversation-2", customer_id="customer-bo", parts=("conversation-8",))
    assert decide_merge(side(parts=("conversation-9",)), target) == {
        "conversation-1": [ConversationMerged(**ADA, into="conversation-2")],
        "conversation-2": [
            PartJoined(
                customer_id="customer-bo",
                joining=("conversation-1", "conversation-9"),
                parts=("conversation-8", "conversation-1", "conversation-9"),
            )
        ],
    }


def test_all_above_record_who_leaves_with_whom() -> None:
    part = side(parts=("conversation-9",))
    near = side("conversation-2", parts=("conversation-1", "conversation-9", "conversation-7"))
    far = side(
        "conversation-3", parts=("conversation-2", "conversation-1", "conversation-9"), customer_id="customer-bo"
    )
    leaving = ("conversation-1", "conversation-9")
    assert decide_separation(part, [near, far]) == {
        "conversation-1": [ConversationSeparated(**ADA, out_of="conversation-2")],
        "conversation-2": [PartLeft(**ADA, leaving=leaving, parts=("conversation-7",))],
        "conversation-3": [PartLeft(customer_id="customer-bo", leaving=leaving, parts=("conversation-2",))],
    }
    with pytest.raises(Refusal) as refused:
        decide_separation(part, [])
    assert refused.value.code == "not-merged"


SAID: dict[str, Any] = {**ADA, "message_id": "m", "channel": "mail", "body": "x"}
BROUGHT = c.InteractionAdded(**ADA, interaction_id="i", kind="complaint")


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (c.MessageReceived(**SAID), {"what": "received", "reopens": True}),
        (c.MessageSent(**SAID), {"what": "answered"}),
        (c.MessageSent(**SAID, automatic=True), {"what": "sent"}),
        (c.AnswerJudged(**ADA, answered=False), {"what": "disputed"}),
        (c.AnswerJudged(**ADA, answered=True), None),
        (c.PersonRequested(**ADA), {"what": "person-requested", "reopens": True}),
        (BROUGHT, {"what": "brought", "interaction_id": "i", "kind": "complaint"}),
        (c.NoteAdded(**ADA, note_id="n", body="x"), None),
        (c.StatusChanged(**ADA, status="open", previous="open"), None),
    ],
)
def test_a_target_hears_who_waits_and_no_word(event: Event, what: dict[str, Any] | None) -> None:
    above = side("conversation-2", customer_id="customer-bo")
    echo = PartHeard(customer_id="customer-bo", part="conversation-1", **what) if what else None
    assert heard(side(), above, [event], reopens=True) == ([echo] if echo else [])


def test_words_that_leave_it_as_it_stands_do_so_above() -> None:
    (echo,) = heard(side(), TARGET, [c.MessageReceived(**SAID)], reopens=False)
    assert echo == PartHeard(**ADA, part="conversation-1", what="received", reopens=False)
    (asked,) = heard(side(), TARGET, [c.PersonRequested(**ADA)], reopens=False)
    assert asked == PartHeard(**ADA, part="conversation-1", what="person-requested", reopens=True)


@pytest.mark.parametrize("status", get_args(Status))
def test_what_is_brought_opens_above_what_is_closed(status: Status) -> None:
    closed = status in ("resolved", "withdrawn")
    (echo,) = heard(side(), side("conversation-2", own_status=status), [BROUGHT], reopens=True)
    assert isinstance(echo, PartHeard)
    assert echo.reopens == closed
    # A dispute of what is closed is one of the resolution, and nobody waits.
    disputed = heard(side(own_status=status), TARGET, [c.AnswerJudged(**ADA, answered=False)], reopens=True)
    assert bool(disputed) == (not closed)


def test_several_events_are_heard_each_in_turn() -> None:
    events = [c.MessageReceived(**SAID), c.NoteAdded(**ADA, note_id="n", body="x"), c.MessageSent(**SAID)]
    assert [getattr(event, "what", "") for event in heard(side(), TARGET, events, reopens=True)] == [
        "received",
        "answered",
    ]
