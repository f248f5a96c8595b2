"""Measures of effort: what a matter costs customers and us."""

from __future__ import annotations

from datetime import datetime

from domain.measure.conversation import MERGED, ConversationFacts, measure_of
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN


def _closed(facts: ConversationFacts, _: datetime) -> str:
    if facts.merged_at is not None:
        return MERGED
    if facts.resolved_at is None and facts.withdrawn_at is None:
        return OPEN
    # Where nobody said what was done, it is not known that nothing was.
    return COUNTED if facts.work_known else UNKNOWN


TOUCHES = measure_of(
    "touches",
    "How often does somebody of us have to act until a conversation is closed?",
    "answers, notes, assignments and hand-overs by people of the company, of a closed conversation; unknown where "
    "nothing is recorded of what anybody did",
    _closed,
    (MERGED,),
    better="less",
    unit="number",
    value=lambda facts: float(len(facts.touched)),
)
HAND_OVERS = measure_of(
    "hand_overs",
    "How often does a conversation go from one team to another until it is closed?",
    "hand-overs of a closed conversation; unknown where nothing is recorded of what anybody did",
    _closed,
    (MERGED,),
    better="less",
    unit="number",
    value=lambda facts: float(facts.hand_overs),
)
REPEAT_CONTACT = measure_of(
    "repeat_contact",
    "How often does a customer have to come again about the same product area?",
    "the same customer began another conversation about the same product area within the 7 days before",
    lambda facts, _: HIT if facts.repeated else MISS,
    (),
    better="less",
)
