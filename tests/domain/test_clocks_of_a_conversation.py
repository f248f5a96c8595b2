"""What each event of a conversation does to its clocks: which start, pause, stop and go on, in minutes from noon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.conversation import events as c
from domain.kernel.event import Actor, ActorKind, Draft, Envelope, Event, Recorded
from domain.kernel.versioned import DatedRevision
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.evaluated import ConversationClocks
from domain.service_level.evaluation import evaluate, governs
from domain.service_level.open_times import Hours, Week
from domain.service_level.policy import METRICS, Policy, ReopenMode, Selects
from domain.service_level.versioned_policies import VersionedPolicies

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA: dict[str, Any] = {"customer_id": "customer-ada"}
OPENED = c.Opened(**ADA, opened_by="customer", channel="mail")
FROM_US = c.Opened(**ADA, opened_by="company", channel="mail")
ASKED = c.InteractionAdded(**ADA, interaction_id="i1", kind="inquiry")
SAID = c.MessageReceived(**ADA, message_id="m1", channel="mail", body="x", effect="none")
SENT = c.MessageSent(**ADA, message_id="m2", channel="mail", body="y", effect="none")
NOTED = c.NoteAdded(**ADA, note_id="n1", body="z")
PLACED = c.MessagePlaced(**ADA, message_id="m3", out_of="conversation-2", said_at=NOON)
WITHDRAWN = c.ConversationWithdrawn(**ADA, previous="open")

Happens = tuple[float, Event, ActorKind]
Shown = dict[str, list[tuple[Any, ...]]]


def moved(status: c.Status, previous: c.Status = "open") -> c.StatusChanged:
    return c.StatusChanged(**ADA, status=status, previous=previous, cause="command")


def minute(at: datetime | None) -> float | None:
    return None if at is None else (at - NOON) / timedelta(minutes=1)


def recorded(*happened: Happens, id: str = "conversation-1", position: int = 10) -> list[Recorded[Event]]:
    found = []
    for number, (minutes, event, kind) in enumerate(happened):
        envelope = Envelope(event_id="e", actor=Actor(id="somebody", kind=kind))
        at = NOON + timedelta(minutes=minutes)
        found.append(Draft(id, number + 1, event, envelope).recorded(position + number, at))
    return found


def policies(**more: Any) -> VersionedPolicies:
    """One policy with all targets, an hour each, for inquiries; and a calendar that is always open."""
    always = Calendar([CalendarVersion(None, Week("UTC", ((Hours(timedelta(), timedelta(days=1)),),) * 7, {}))])
    says = {
        "calendar_id": "always",
        "targets": dict.fromkeys(METRICS, timedelta(hours=1)),
        "selects": Selects(kinds=("inquiry",)),
        **more,
    }
    return VersionedPolicies({"policy-1": Policy([DatedRevision(1, None, says)], 1)}, {"always": always}, zone="UTC")


def evaluated(events: Sequence[Recorded[Event]], now: float, **more: Any) -> dict[str, ConversationClocks]:
    return dict(evaluate(events, policies(**more), NOON + timedelta(minutes=now)))


def clocks(*happened: Happens, now: float = 50, **more: Any) -> Shown:
    """By metric, of each clock: its state, when it started and stopped, and how many minutes counted."""
    found: Shown = {}
    for each in evaluated(recorded(*happened), now, **more)["conversation-1"].clocks:
        counted = each.consumed_seconds / 60
        found.setdefault(each.metric, []).append(
            (each.state, minute(each.started_at), minute(each.stopped_at), counted)
        )
    return found


BEGUN: list[Happens] = [(0, OPENED, "customer"), (0, ASKED, "customer")]


def test_an_opening_starts_the_first_reply_and_what_lasts_all_along() -> None:
    running = [("running", 0, None, 50)]
    whole = {"requester_wait": running, "agent_work": running, "total_resolution": running}
    assert clocks(*BEGUN) == {"first_reply": running, **whole}
    assert clocks((0, FROM_US, "agent"), (0, ASKED, "agent")) == whole
    # The customer's first words start it there.
    said: Happens = (5, SAID, "customer")
    assert clocks((0, FROM_US, "agent"), (0, ASKED, "agent"), said)["first_reply"] == [("running", 5, None, 45)]


def test_what_a_participant_says_and_is_told_counts_as_the_customers() -> None:
    # Given
    bob = {"participant_id": "stranger-bob"}
    said, told = SAID.model_copy(update=bob), SENT.model_copy(update=bob)
    # Then
    theirs = clocks(*BEGUN, (10, SENT, "agent"), (20, said, "service"), (30, told, "agent"))
    assert theirs == clocks(*BEGUN, (10, SENT, "agent"), (20, SAID, "service"), (30, SENT, "agent"))
    assert theirs["next_reply"] == [("met", 20, 30, 10)]


def test_a_message_that_is_placed_is_owed_an_answer_since_it_was_said() -> None:
    placed: Happens = (7, PLACED, "agent")
    assert clocks((5, FROM_US, "agent"), (5, ASKED, "agent"), placed)["first_reply"] == [("running", 0, None, 50)]


@pytest.mark.parametrize(
    ("answer", "by", "answers"),
    [
        (SENT, "agent", True), (SENT, "bot", False), (SENT, "service", False),
        (SENT.model_copy(update={"automatic": True}), "agent", False),
        (SENT.model_copy(update={"effect": "opened"}), "agent", False), (NOTED, "agent", False),
    ],
)  # fmt: skip
def test_a_person_who_answers_stops_the_reply_and_starts_the_updates(
    answer: Event, by: ActorKind, answers: bool
) -> None:
    found = clocks(*BEGUN, (10, answer, by), (20, SAID, "customer"), (30, SENT, "agent"))
    if answers:
        assert found["first_reply"] == [("met", 0, 10, 10)]
        assert found["next_reply"] == [("met", 20, 30, 10)]
        assert found["periodic_update"] == [("met", 10, 30, 20), ("running", 30, None, 20)]
    else:
        assert found["first_reply"] == [("met", 0, 30, 30)]
        assert "next_reply" not in found
        assert found["periodic_update"] == [("running", 30, None, 20)]


@pytest.mark.parametrize("by", ["agent", "bot"])
def test_a_note_answers_where_the_policy_says_so(by: ActorKind) -> None:
    found = clocks(*BEGUN, (10, NOTED, by), (20, SAID, "customer"), notes_count=True)
    if by == "agent":
        assert found["first_reply"] == [("met", 0, 10, 10)]
        assert found["next_reply"] == [("running", 20, None, 30)]
    else:
        assert found["first_reply"] == [("running", 0, None, 50)]
    assert "periodic_update" not in found


def test_who_waits_already_starts_no_other_clock() -> None:
    said: list[Happens] = [(20, SAID, "customer"), (25, SAID, "customer")]
    assert clocks(*BEGUN, *said)["first_reply"] == [("running", 0, None, 50)]
    assert clocks(*BEGUN, (10, SENT, "agent"), *said)["next_reply"] == [("running", 20, None, 30)]


@pytest.mark.parametrize("closing", [moved("resolved"), WITHDRAWN])
def test_what_is_closed_stops_all_clocks(closing: Event) -> None:
    found = clocks(*BEGUN, (10, closing, "agent"))
    assert set(found) == {"first_reply", "requester_wait", "agent_work", "total_resolution"}
    status, state = ("withdrawn", "cancelled") if closing is WITHDRAWN else ("resolved", "met")
    assert all(each == [(state, 0, 10, 10)] for each in found.values())
    assert evaluated(recorded(*BEGUN, (10, closing, "agent")), 50)["conversation-1"].status == status


def test_what_was_withdrawn_goes_on_when_the_customer_writes_again() -> None:
    found = clocks(*BEGUN, (10, WITHDRAWN, "customer"), (30, SAID, "customer"))
    assert found["agent_work"] == [("running", 0, None, 30)]
    assert found["first_reply"] == [("cancelled", 0, 10, 10)]
    assert found["next_reply"] == [("running", 30, None, 20)]


@pytest.mark.parametrize(
    ("status", "paused"),
    [
        ("waiting_on_customer", {"requester_wait", "agent_work", "pausable_update"}),
        ("on_hold", {"agent_work"}),
    ],
)
def test_a_clock_pauses_while_others_have_to_act(status: c.Status, paused: set[str]) -> None:
    happened: list[Happens] = [*BEGUN, (0, SENT, "agent"), (10, moved(status), "agent")]
    waiting = clocks(*happened)
    assert {metric for metric, (each,) in waiting.items() if each[0] == "paused"} == paused
    assert {waiting[metric][0][3] for metric in paused} == {10}
    again = clocks(*happened, (30, moved("open", status), "agent"))
    assert {again[metric][0][::3] for metric in paused} == {("running", 30)}


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("freeze", [("met", 0, 10, 10)]),
        ("continue_excluding_solved", [("running", 0, None, 30)]),
        ("continue_including_solved", [("running", 0, None, 50)]),
        ("new_cycle", [("met", 0, 10, 10), ("running", 30, None, 20)]),
    ],
)
def test_what_is_opened_again_goes_on_as_its_policy_says(mode: ReopenMode, shown: list[tuple[Any, ...]]) -> None:
    happened: list[Happens] = [*BEGUN, (10, moved("resolved"), "agent"), (30, moved("open", "resolved"), "agent")]
    assert clocks(*happened, reopen=mode)["total_resolution"] == shown
    # So does the customer who writes, and waits for an answer then.
    written = clocks(*BEGUN, (10, moved("resolved"), "agent"), (30, SAID, "customer"), reopen=mode)
    assert written["total_resolution"] == shown
    assert written["next_reply"] == [("running", 30, None, 20)]


def test_where_the_policy_keeps_it_nothing_is_opened_again() -> None:
    happened: list[Happens] = [*BEGUN, (10, moved("resolved"), "agent"), (30, SAID, "customer")]
    assert evaluated(recorded(*happened), 50, on_customer_message="keep")["conversation-1"].status == "resolved"
    assert evaluated(recorded(*happened), 50)["conversation-1"].status == "open"


def test_what_happens_later_does_not_count_yet() -> None:
    happened: list[Happens] = [*BEGUN, (10, SENT, "agent")]
    assert clocks(*happened, now=9)["first_reply"] == [("running", 0, None, 9)]
    assert clocks(*happened, now=10)["first_reply"] == [("met", 0, 10, 10)]


def test_another_priority_or_policy_holds_from_then_on() -> None:
    urgent = c.PriorityChanged(**ADA, priority="urgent", previous="normal")
    by_priority = {"urgent": {"first_reply": timedelta(minutes=20)}}
    events = recorded(*BEGUN, (30, urgent, "agent"))
    (clock,) = (
        each
        for each in evaluated(events, 50, by_priority=by_priority)["conversation-1"].clocks
        if each.metric == "first_reply"
    )
    assert (clock.priority, minute(clock.breached_at), clock.cause) == ("urgent", 30, "policy_change")
    # A kind that no policy is for has no clock any more; one that is named is for all.
    kind = c.KindChanged(**ADA, interaction_id="i1", kind="complaint", previous="inquiry")
    assert clocks(*BEGUN, (10, kind, "agent"))["first_reply"] == [("cancelled", 0, 10, 10)]
    other = kind.model_copy(update={"interaction_id": "i2"})
    assert clocks(*BEGUN, (10, other, "agent"))["first_reply"] == [("running", 0, None, 50)]
    named = c.PolicySet(**ADA, policy_id="policy-1")
    assert clocks(*BEGUN, (5, named, "agent"), (10, kind, "agent"))["first_reply"] == [("running", 0, None, 50)]


def test_the_clocks_of_a_part_go_on_where_it_is_shown() -> None:
    # Given a conversation that was answered, and another one that is merged into it, and then separated
    target = recorded(*BEGUN, (5, SENT, "agent"), id="conversation-2", position=10)
    merged = c.ConversationMerged(**ADA, into="conversation-2")
    part: list[Happens] = [(1, OPENED, "customer"), (1, ASKED, "customer"), (20, merged, "agent")]
    # When
    found = evaluated([*target, *recorded(*part, position=20)], 50)
    # Then
    assert (found["conversation-1"].merged_into, found["conversation-1"].clocks) == ("conversation-2", ())
    replies = [each for each in found["conversation-2"].clocks if each.metric == "first_reply"]
    assert [(each.origin.started_in, each.origin.number, each.instance, each.state) for each in replies] == [
        ("conversation-2", 1, 1, "met"), ("conversation-1", 1, 2, "running"),
    ]  # fmt: skip
    # An answer there answers the part's, too,
    answered = recorded(*BEGUN, (5, SENT, "agent"), (30, SENT, "agent"), id="conversation-2", position=10)
    found = evaluated([*answered, *recorded(*part, position=20)], 50)
    replies = [each for each in found["conversation-2"].clocks if each.metric == "first_reply"]
    assert [minute(each.stopped_at) for each in replies] == [5, 30]
    # and once they are separated, it is as if they had never been one.
    apart: Happens = (40, c.ConversationSeparated(**ADA, out_of="conversation-2"), "agent")
    found = evaluated([*target, *recorded(*part, apart, position=20)], 50)
    assert [each.state for each in found["conversation-1"].clocks if each.metric == "first_reply"] == ["running"]
    assert governs(recorded(*part, position=20), policies(), "conversation-1", NOON + timedelta(hours=1)) == "policy-1"


@pytest.mark.parametrize(
    ("asks", "of"),
    [
        ({"priorities": ("urgent",)}, {"priority": "urgent"}),
        ({"channels": ("chat",)}, {"channel": "chat"}),
        ({"tiers": ("gold",)}, {"segment": "gold"}),
        ({"product_areas": ("bikes",)}, {"product_area": "bikes"}),
    ],
)
def test_a_policy_is_chosen_by_what_the_opening_says(asks: dict[str, Any], of: dict[str, Any]) -> None:
    opened = OPENED.model_copy(update=of)
    selects = Selects(**asks)
    brought = ASKED.model_copy(update={"product_area": None})
    for opening, fits in ((opened, True), (OPENED, False)):
        found = clocks((0, opening, "customer"), (0, brought, "customer"), selects=selects)
        assert bool(found) == fits


def test_what_is_brought_first_says_the_product_area_where_it_knows_better() -> None:
    opened = OPENED.model_copy(update={"product_area": "cars"})
    brought = ASKED.model_copy(update={"product_area": "bikes"})
    bikes = Selects(product_areas=("bikes",))
    assert clocks((0, opened, "customer"), (0, brought, "customer"), selects=bikes)
    assert not clocks((0, opened, "customer"), (0, ASKED, "customer"), selects=bikes)
    later: Happens = (5, brought.model_copy(update={"interaction_id": "i2"}), "customer")
    assert not clocks((0, opened, "customer"), (0, ASKED, "customer"), later, selects=bikes)


@pytest.mark.parametrize(("opening", "replies"), [(OPENED, ("next_reply", 1)), (FROM_US, ("first_reply", 1))])
def test_of_what_is_shown_as_one_there_is_one_first_reply(opening: Event, replies: tuple[str, int]) -> None:
    # Given a target in which the customer never wrote, and a part that the customer opened, or we did
    merged: Happens = (20, c.ConversationMerged(**ADA, into="conversation-2"), "agent")
    part = recorded((0, opening, "customer"), (0, ASKED, "customer"), merged, position=20)
    begun: list[Happens] = [(0, FROM_US, "agent"), (0, ASKED, "agent")]
    target = recorded(*begun, (25, SENT, "agent"), (30, SAID, "customer"), id="conversation-2", position=30)
    # When
    found = evaluated([*part, *target], 50)["conversation-2"].clocks
    # Then what the customer writes there is owed a reply, the first one only where nobody wrote before
    metric, number = replies
    running = [each for each in found if each.metric in ("first_reply", "next_reply") and each.state == "running"]
    assert [(each.metric, each.instance, minute(each.started_at)) for each in running] == [(metric, number, 30)]


def test_a_clock_names_the_events_that_it_depends_on() -> None:
    # Given events at the positions from 10 on
    urgent = c.PriorityChanged(**ADA, priority="urgent", previous="normal")
    happened: list[Happens] = [
        *BEGUN,
        (5, SENT, "agent"),
        (10, urgent, "agent"),
        (20, moved("on_hold"), "agent"),
        (30, moved("waiting_on_customer", "on_hold"), "agent"),
    ]
    found = {each.metric: each.positions for each in evaluated(recorded(*happened), 50)["conversation-1"].clocks}
    # Then a clock that was stopped depends on nothing after that, and one that goes on not on what it goes on in
    assert found["first_reply"] == (10, 11, 12)
    assert found["total_resolution"] == (10, 11, 13)
    assert found["requester_wait"] == (10, 11, 13, 15)
    assert found["agent_work"] == (10, 11, 13, 14)
