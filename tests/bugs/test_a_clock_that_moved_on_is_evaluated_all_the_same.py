"""A clock that a merge took from one conversation to another is evaluated in both: what one conversation lets go of,
the other may go on to show."""

from __future__ import annotations

from cli.verbs.service_level.scenario import answers


def test_a_clock_that_came_with_a_merge_and_paused_is_evaluated() -> None:
    # Given a clock of B that the watch recorded, and that shows at A since a merge
    at = (f"2026-06-16T{hour:02}:00:00Z" for hour in range(9, 24))
    steps = [
        {"at": next(at), "conversation": "A", "open": "inquiry", "by": "agent", "policy": "work"},
        {"at": next(at), "conversation": "B", "open": "inquiry", "by": "agent", "policy": "work"},
        {"at": next(at), "sweep": True},
        {"at": next(at), "conversation": "B", "merge_into": "A"},
        {"at": next(at), "sweep": True},
        # When more happens to it there
        {"at": next(at), "conversation": "A", "status": "on_hold"},
        {"at": next(at), "sweep": True},
        {"at": next(at), "conversation": "A", "status": "resolved"},
        {"at": next(at), "sweep": True},
    ]
    hours = {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}
    (answer,) = answers({
        "calendars": {"always": hours},
        "policies": {"work": {"calendar": "always", "targets": {"agent_work": "P1D"}}},
        "steps": steps,
        "ask": [{"now": next(at), "told": True}],
    })["answers"]  # fmt: skip
    # Then it is told of, once
    assert [(each["started_in"], each["told"]) for each in answer["told"]] == [("A", "met"), ("B", "met")]
