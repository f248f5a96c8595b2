"""The undo of a split is several events in the log, and one act: no breach is detected halfway."""

from __future__ import annotations

from typing import Any

from cli.verbs.service_level.scenario import answers
from tests.oracle.answers import answer

WITHDRAWN_AND_SPLIT: dict[str, Any] = {
    "zone": "UTC",
    "calendars": {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
    "policies": {"all": {"calendar": "always", "targets": {"next_reply": "P1D"}, "selects": {}}},
    "steps": [
        {"at": "2026-04-07T09:00:00Z", "conversation": "B", "open": "inquiry", "by": "customer", "text": "words"},
        {"at": "2026-04-07T09:01:00Z", "conversation": "B", "withdraw": True},
        {"at": "2026-04-07T09:02:00Z", "conversation": "B", "say": "words", "by": "customer", "message": "m1"},
        {"at": "2026-04-07T09:04:00Z", "conversation": "B", "say": "words", "by": "agent"},
        {"at": "2026-04-07T09:05:00Z", "conversation": "B", "split": "m1", "into": "S"},
        {
            "at": "2026-04-07T09:03:00Z", "recorded_at": "2026-04-07T09:30:00Z",
            "conversation": "B", "say": "words", "by": "participant",
        },
        {"at": "2026-04-09T09:00:00Z", "conversation": "S", "undo_split": True},
    ],
    "ask": [{"now": "2026-04-12T09:00:00Z"}],
}  # fmt: skip
"""Drawn history 459, made short: the clock of the late words is the first of B until m1 is back, then the second."""


def test_what_was_kept_before_a_split_shows_no_breach_after_its_undo() -> None:
    # When
    told = answers(WITHDRAWN_AND_SPLIT)
    # Then the reply to m1 was kept, and the one to the late words is missed, as the undo detects
    kept, missed = told["answers"][0]["conversations"]["B"]["clocks"]["next_reply"]
    assert (kept["state"], kept["breach_withdrawn"]) == ("met", False)
    assert missed["detected_at"] == "2026-04-09T09:00:00Z"
    assert told == answer(WITHDRAWN_AND_SPLIT)
