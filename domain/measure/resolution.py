"""Measures of resolutions: after one contact, for good, and how soon."""

from __future__ import annotations

from datetime import datetime

from domain.measure.conversation import MERGED, NO_ANSWER, WINDOW, WITHDRAWN, ConversationFacts, measure_of
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN


def _first_contact(facts: ConversationFacts, now: datetime) -> str:
    if facts.merged_at is not None:
        return MERGED
    if facts.first_resolved_at is None and facts.withdrawn_at is not None:
        return WITHDRAWN
    if facts.detoured:
        return MISS
    if facts.first_resolved_at is None:
        return OPEN
    outcome = _stayed(facts, facts.first_resolved_at, now, yes=HIT, no=MISS)
    return NO_ANSWER if outcome == HIT and facts.answered_at is None else outcome


def _reopened(facts: ConversationFacts, now: datetime) -> str:
    if facts.merged_at is not None:
        return MERGED
    assert facts.first_resolved_at is not None
    return _stayed(facts, facts.first_resolved_at, now, yes=MISS, no=HIT)


def _stayed(facts: ConversationFacts, resolved_at: datetime, now: datetime, *, yes: str, no: str) -> str:
    """Whether it was not opened again within the window."""
    until = resolved_at + WINDOW
    if facts.reopened_at is not None and facts.reopened_at <= until:
        return no
    return OPEN if now <= until else yes


def _resolved(facts: ConversationFacts, _: datetime) -> str:
    if facts.merged_at is not None:
        return MERGED
    if facts.withdrawn_at is not None:
        return WITHDRAWN
    if facts.resolved_at is None:
        return OPEN
    return COUNTED if facts.exact else UNKNOWN


def _seconds(facts: ConversationFacts) -> float:
    assert facts.resolved_at is not None
    return max(0.0, (facts.resolved_at - facts.opened_at).total_seconds())


FIRST_CONTACT_RESOLUTION = measure_of(
    "first_contact_resolution",
    "How many conversations were resolved after the customer's first contact?",
    "the customer did not write again, and no other team had to take over, before it was first resolved; and it was "
    "not opened again within 7 days",
    _first_contact,
    (MERGED, WITHDRAWN, NO_ANSWER),
    better="more",
)
REOPENED = measure_of(
    "reopened",
    "How many of the conversations that we resolved were opened again?",
    "opened again within 7 days of the first resolution, by whomever",
    _reopened,
    (MERGED,),
    population="conversations that customers began, and the company resolved",
    at=lambda facts: facts.first_resolved_at,
    time_basis="the first resolution",
    better="less",
)
TIME_TO_RESOLUTION = measure_of(
    "time_to_resolution",
    "How long does it take until a matter is resolved?",
    "the time from the beginning to the resolution that stands, by the wall clock; open while it is opened again; "
    "unknown where a time is not exact",
    _resolved,
    (MERGED, WITHDRAWN),
    better="less",
    unit="seconds",
    value=_seconds,
)
