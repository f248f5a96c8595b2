"""The machinery of commands, piece by piece: contexts, units of work, facts in order, work that is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from commands.executor.context import Context, body_of, envelope_fields, happened
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Change, UnitOfWork
from commands.importing import SourceFact, _in_order
from commands.open_work import settle_all
from domain.conversation.commands import AddNote, SendReply
from domain.conversation.events import PolicySet
from domain.customer import ContactPointAdded
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.kernel.time import TimePrecision
from domain.order.commands import PlaceOrder
from tests.support.companies import AGENT, GATEWAY

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT_SEVEN: Loaded[object] = Loaded(None, 7, 70)
POLICY = PolicySet(customer_id="customer-1", policy_id="policy-1")
CONTACT = ContactPointAdded(customer_id="customer-1", contact_kind="mail", value="ada@example.org")


# -- units of work


def test_events_follow_on_the_version_they_were_decided_on() -> None:
    unit = UnitOfWork("a", [Change("conversation-1", AT_SEVEN, [POLICY, POLICY]), Change("customer-1", AT_SEVEN, [])])
    drafts = unit.drafts(AGENT, NOW)
    assert [(draft.originator_id, draft.originator_version) for draft in drafts] == [
        ("conversation-1", 8), ("conversation-1", 9),
    ]  # fmt: skip
    assert len({draft.envelope.event_id for draft in drafts}) == 2
    assert {draft.envelope.actor for draft in drafts} == {AGENT.actor}


def test_a_change_may_have_another_actor_and_time_than_its_command() -> None:
    then = NOW - timedelta(days=1)
    own = replace(AGENT, occurred_at=then, reported_by=GATEWAY.actor)
    changes = [Change("a-1", AT_SEVEN, [POLICY], own), Change("b-1", AT_SEVEN, [POLICY])]
    first, second = UnitOfWork("a", changes).drafts(GATEWAY, NOW)
    assert (first.envelope.actor, first.envelope.occurred_at) == (AGENT.actor, then)
    assert (second.envelope.actor, second.envelope.occurred_at) == (GATEWAY.actor, None)


@pytest.mark.parametrize(
    ("changes", "nothing"),
    [
        ([], True),
        ([Change("a-1", AT_SEVEN, [])], True),
        ([Change("a-1", AT_SEVEN, [POLICY]), Change("b-1", AT_SEVEN, [])], True),
        ([Change("a-1", AT_SEVEN, [POLICY])], False),
    ],
)
def test_a_stream_without_an_event_tells_no_conflict(changes: list[Change], nothing: bool) -> None:
    assert UnitOfWork("a", changes).changes_nothing() == nothing


def test_what_two_units_may_not_both_touch_is_named() -> None:
    changes = [Change("a-1", AT_SEVEN, [POLICY]), Change("b-1", AT_SEVEN, [])]
    unit = UnitOfWork("a", changes, [("team-name", "care", "a")])
    assert unit.touches() == {"a-1", ("team-name", "care")}
    assert replace(unit, subject="customer-1").touches() == {"a-1", ("team-name", "care"), "customer-1"}
    assert replace(unit, forget=["customer-2"]).touches() == {"a-1", ("team-name", "care"), "customer-2"}


def test_an_erasure_has_no_tombstone_before_it() -> None:
    assert UnitOfWork("a", [], subject="customer-1").people == ("customer-1",)
    assert UnitOfWork("a", [], subject="customer-1", forget=["customer-1"]).people == ()


def test_only_personal_text_takes_a_key() -> None:
    assert UnitOfWork("a", [Change("a-1", AT_SEVEN, [POLICY, CONTACT])]).has_personal_text()
    assert not UnitOfWork("a", [Change("a-1", AT_SEVEN, [POLICY])]).has_personal_text()


# -- contexts


def test_what_is_said_around_a_command_stands_in_its_envelopes() -> None:
    context = Context(
        AGENT.actor,
        command_id="c1",
        on_behalf_of="customer-1",
        reason="asked",
        client="cli",
        correlation_id="r1",
        causation_id="e1",
        traceparent="t1",
        reported_by=GATEWAY.actor,
    )
    fields = envelope_fields(context, GATEWAY.actor, NOW)
    assert fields.pop("time_precision", "exact") == "exact"
    assert fields == {
        "actor": AGENT.actor, "command_id": "c1", "on_behalf_of": "customer-1", "reason": "asked", "client": "cli",
        "correlation_id": "r1", "causation_id": "e1", "traceparent": "t1",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "may"), [("service", True), ("system", True), ("agent", False), ("customer", False)])
def test_who_may_say_when_it_happened(kind: str, may: bool) -> None:
    teller = Actor.model_validate({"id": "somebody", "kind": kind})
    context = replace(AGENT, occurred_at=NOW)
    if may:
        assert envelope_fields(context, teller, NOW)["occurred_at"] == NOW
        late = NOW + timedelta(minutes=5, microseconds=1)
        with pytest.raises(Refusal, match="time-ahead"):
            envelope_fields(replace(AGENT, occurred_at=late), teller, NOW)
    else:
        with pytest.raises(Refusal, match="time-not-yours"):
            envelope_fields(context, teller, NOW)


@pytest.mark.parametrize(
    ("at", "precision", "said"),
    [
        (None, "unknown", (None, "unknown", None)),
        (NOW, "exact", (NOW, "exact", None)),
        # In Berlin, the day of that instant began two hours before it did in UTC.
        (NOW, "day", (NOW, "day", NOW - timedelta(hours=14))),
        (NOW.date(), "exact", (NOW - timedelta(hours=14), "day", None)),
        (NOW.date(), "unknown", (NOW - timedelta(hours=14), "unknown", None)),
    ],
)
def test_a_date_is_a_day_of_the_company_and_an_instant_is_kept(
    at: date | datetime | None, precision: TimePrecision, said: tuple[datetime | None, TimePrecision, datetime | None]
) -> None:
    told = happened(GATEWAY, at, precision, "Europe/Berlin")
    assert (told.occurred_at, told.time_precision, told.day_begins) == said


def test_a_time_later_today_says_no_more_than_its_day() -> None:
    begins = NOW - timedelta(hours=12)
    told = [
        envelope_fields(replace(GATEWAY, occurred_at=at, day_begins=begins), GATEWAY.actor, NOW)["occurred_at"]
        for at in (NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1))
    ]
    assert told == [NOW - timedelta(hours=1), NOW, begins]


def test_a_repeat_brings_the_same_and_what_was_drawn_does_not_count() -> None:
    once = replace(AGENT, command_id="c1")
    note = AddNote(body="x")
    assert body_of(AGENT, note) is None
    assert body_of(once, note, "a") == body_of(once, AddNote(body="x"), "a")
    others = [
        body_of(once, AddNote(body="y"), "a"), body_of(once, note, "b"), body_of(once, note),
        body_of(once, SendReply(body="x"), "a"), body_of(replace(once, reason="why"), note, "a"),
        body_of(replace(once, occurred_at=NOW), note, "a"), body_of(replace(once, time_precision="day"), note, "a"),
    ]  # fmt: skip
    assert len({*others, body_of(once, note, "a")}) == 8
    with pytest.raises(Refusal, match="input-invalid"):
        body_of(once, "\ud800")


# -- facts of other systems, in the order in which they are told


def fact(at: datetime | None, precision: TimePrecision = "exact") -> SourceFact:
    context = replace(GATEWAY, occurred_at=at, time_precision=precision)
    return SourceFact("x", PlaceOrder(customer_id="customer-1"), context)


MIDNIGHT = NOW.replace(hour=0)


@pytest.mark.parametrize(
    ("facts", "times"),
    [
        ([fact(NOW), fact(MIDNIGHT, "day")], [NOW, NOW]),
        ([fact(NOW), fact(MIDNIGHT)], [NOW, MIDNIGHT]),
        ([fact(NOW), fact(MIDNIGHT - timedelta(days=1), "day")], [NOW, MIDNIGHT - timedelta(days=1)]),
        ([fact(MIDNIGHT + timedelta(days=1)), fact(MIDNIGHT, "day")], [MIDNIGHT + timedelta(days=1), MIDNIGHT]),
        ([fact(MIDNIGHT), fact(MIDNIGHT, "day")], [MIDNIGHT, MIDNIGHT]),
        ([fact(MIDNIGHT, "day"), fact(NOW)], [MIDNIGHT, NOW]),
        ([fact(NOW), fact(None, "unknown"), fact(NOW + timedelta(hours=1))], [NOW, NOW, NOW + timedelta(hours=1)]),
        ([fact(None, "unknown"), fact(NOW)], [NOW, NOW]),
        ([fact(NOW - timedelta(hours=1), "unknown"), fact(NOW)], [NOW - timedelta(hours=1), NOW]),
        ([fact(NOW), fact(None)], [NOW, None]),
        ([fact(None, "unknown"), fact(None)], [None, None]),
    ],
)
def test_what_has_no_exact_time_is_not_told_before_what_came_before_it(
    facts: list[SourceFact], times: list[datetime | None]
) -> None:
    assert [each.context.occurred_at for each in _in_order(facts)] == times


# -- open work


def test_all_that_is_open_is_settled_once_until_nothing_new_is_shown() -> None:
    settled: list[str] = []
    asked: list[int] = []
    shown = [["a", "b"], ["b", "c"], ["c"]]

    def pages(position: int) -> Iterable[str]:
        asked.append(position)
        return shown[len(asked) - 1]

    def settle(id: str) -> int:
        settled.append(id)
        return {"a": 12, "b": 11, "c": 5}[id]

    settle_all(pages, settle, 10)
    assert settled == ["a", "b", "c"]
    # Each look holds what was done before.
    assert asked == [10, 12, 12]
