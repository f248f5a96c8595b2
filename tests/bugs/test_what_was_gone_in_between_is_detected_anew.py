"""A breach that was noticed, was gone, and came about once more was noticed when it came about again, not before."""

from __future__ import annotations

from typing import Any

import yaml

from cli.verbs.service_level.scenario import answers

SCENARIO = """
calendars:
  ALWAYS: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}
policies:
  none: {calendar: ALWAYS, targets: {}, by_priority: {urgent: {agent_work: PT4H}}}
  work: {calendar: ALWAYS, targets: {agent_work: PT1H}}
steps:
  - {at: "2026-06-16T08:00:00Z", conversation: A, open: inquiry, by: agent, text: "How is it?", policy: none}
  - {at: "2026-06-16T08:00:00Z", conversation: B, open: inquiry, by: customer, text: "It leaks", policy: work}
  - {at: "2026-06-16T11:00:00Z", conversation: B, merge_into: A}
  - {at: "2026-06-16T12:00:00Z", conversation: B, policy: work}
  - {at: "2026-06-16T13:00:00Z", conversation: B, undo_merge: true}
  - {at: "2026-06-16T14:00:00Z", conversation: A, priority: urgent}
ask:
  - {now: "2026-06-16T12:30:00Z"}
  - {now: "2026-06-16T13:30:00Z"}
  - {now: "2026-06-16T14:30:00Z"}
"""


def test_what_was_gone_in_between_is_detected_anew() -> None:
    # Given A's work, measured and too late while B, merged into it, has it under B's policy; never measured once that
    # is undone; and too late once A is urgent
    merged, apart, urgent = answers(yaml.safe_load(SCENARIO))["answers"]
    assert work(merged)["detected_at"] == "2026-06-16T12:00:00Z"
    assert "agent_work" not in apart["conversations"]["A"]["clocks"]
    # Then
    assert work(urgent)["breached_at"] == work(urgent)["detected_at"] == "2026-06-16T14:00:00Z"


def work(answer: dict[str, Any]) -> dict[str, Any]:
    """A's own clock of work, which came up last."""
    clock: dict[str, Any] = answer["conversations"]["A"]["clocks"]["agent_work"][-1]
    return clock
