"""Measures of answers: was the first one right, in the customer's own judgement and by what followed; how long did it
take; did those who asked for a person get one. A bot's answer is never one."""

from __future__ import annotations

from datetime import datetime

from domain.measure.conversation import (
    JUDGED,
    MERGED,
    NO_ANSWER,
    NO_PERSON,
    WINDOW,
    WITHDRAWN,
    ConversationFacts,
    measure_of,
    not_answered,
)
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN

_JUDGEABLE = ("inquiry", "complaint")
_UNANSWERED = (MERGED, WITHDRAWN, NO_ANSWER)


def _began_with_one(facts: ConversationFacts) -> datetime | None:
    return facts.opened_at if facts.slices["kind"] in _JUDGEABLE else None


def _by_verdict(facts: ConversationFacts, _: datetime) -> str:
    if facts.answered_at is None:
        return not_answered(facts)
    return UNKNOWN if facts.verdict is None else HIT if facts.verdict else MISS


def _by_conduct(facts: ConversationFacts, now: datetime) -> str:
    if facts.answered_at is None:
        return not_answered(facts)
    if facts.verdict is not None:
        return JUDGED
    until = facts.answered_at + WINDOW
    if facts.handed_over_first or (facts.trouble_at is not None and facts.trouble_at <= until):
        return MISS
    if facts.merged_at is not None and facts.merged_at <= until:
        return MERGED
    return OPEN if now <= until else HIT


def _disputed(facts: ConversationFacts, _: datetime) -> str:
    if facts.disputed_at is not None:
        return HIT
    return MISS if facts.merged_at is None else MERGED


def _reached(facts: ConversationFacts, _: datetime) -> str:
    if facts.person_at is not None:
        return HIT
    outcome = not_answered(facts)
    return MISS if outcome == NO_ANSWER else outcome


def _first_reply(facts: ConversationFacts, _: datetime) -> str:
    if facts.answered_at is None:
        return not_answered(facts)
    return COUNTED if facts.exact else UNKNOWN


def _until_person(facts: ConversationFacts, now: datetime) -> str:
    outcome = _reached(facts, now)
    if outcome == HIT:
        return COUNTED if facts.exact else UNKNOWN
    return NO_PERSON if outcome == MISS else outcome


def _seconds(begin: datetime | None, end: datetime | None) -> float:
    """From one to the other, both of which are known; 0 where a late answer was told as before the question."""
    assert begin is not None
    assert end is not None
    return max(0.0, (end - begin).total_seconds())


FIRST_TIME_RIGHT = measure_of(
    "first_time_right",
    "Of inquiries and complaints, how many did our first answer settle, in the customer's own judgement?",
    "the customer's verdict on the first answer by a person: it answered me, and no dispute of it",
    _by_verdict,
    _UNANSWERED,
    population="inquiries and complaints that customers began; those without a verdict are unknown",
    at=_began_with_one,
    better="more",
)
FIRST_TIME_RIGHT_BY_CONDUCT = measure_of(
    "first_time_right_by_conduct",
    "Of inquiries and complaints without a verdict, how many did our first answer settle, by what followed?",
    "no hand-over to get it answered; and within 7 days of the first answer by a person no further message, no "
    "dispute, no reopening and no hand-over",
    _by_conduct,
    (*_UNANSWERED, JUDGED),
    population="inquiries and complaints that customers began",
    at=_began_with_one,
    better="more",
)
DISPUTED = measure_of(
    "disputed",
    "In how many conversations did the customer say that an answer did not answer?",
    "a dispute of any answer, however late",
    _disputed,
    (MERGED,),
    population="conversations that customers began, and a person answered",
    at=lambda facts: facts.answered_at,
    time_basis="the first answer by a person",
    better="less",
)
FIRST_REPLY_TIME = measure_of(
    "first_reply_time",
    "How long does a customer wait until a person answers first?",
    "the time from the beginning to the first answer by a person, by the wall clock; unknown where a time is not exact",
    _first_reply,
    _UNANSWERED,
    better="less",
    unit="seconds",
    value=lambda facts: _seconds(facts.opened_at, facts.answered_at),
)
PERSON_REACHED = measure_of(
    "person_reached",
    "Of those who asked for a person, how many got one?",
    "a person answered after that; a miss: resolved without",
    _reached,
    (MERGED, WITHDRAWN),
    population="conversations that customers began, and in which they asked for a person",
    at=lambda facts: facts.person_requested_at,
    time_basis="when the customer asked first",
    better="more",
)
TIME_TO_PERSON = measure_of(
    "time_to_person",
    "How long does a customer who asked for a person wait for one?",
    "the time from the first wish to the first answer by a person after it, by the wall clock; unknown where a time is "
    "not exact",
    _until_person,
    (MERGED, WITHDRAWN, NO_PERSON),
    population="conversations that customers began, and in which they asked for a person",
    at=lambda facts: facts.person_requested_at,
    time_basis="when the customer asked first",
    better="less",
    unit="seconds",
    value=lambda facts: _seconds(facts.person_requested_at, facts.person_at),
)
