"""The examples of requests and answers about clocks, policies and calendars, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import BO, CALENDAR, KETTLE, POLICY

_CLOCK = {
    "metric": "first_reply",
    "instance": 1,
    "state": "met-late",
    "target": "PT1H",
    "started_at": "2026-03-03T09:00:00Z",
    "due_at": "2026-03-03T10:00:00Z",
    "stopped_at": "2026-03-03T10:10:00Z",
    "consumed_seconds": 4200,
    "over_seconds": 600,
    "breached_at": "2026-03-03T10:00:00Z",
    "detected_at": "2026-03-03T10:10:00Z",
    "breach_withdrawn": False,
    "cause": "time",
    "policy_id": "policy-0199c5a0-9d13-7c31-8a52-0e4b7f2d6a90",
    "policy_version": 1,
    "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
    "calendar_version": 1,
    "calendar_never_opens": False,
    "precision": "exact",
    "stretches": [
        {
            "start": "2026-03-03T09:00:00Z",
            "end": "2026-03-03T10:10:00Z",
            "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
        }
    ],
    "positions": [4690, 4711],
    "continues": False,
}


RECORDED_CLOCKS = {
    "conversation_id": KETTLE,
    "version": 3,
    "seen_version": 3,
    "unseen": False,
    "runs": True,
    "next_at": "2025-10-02T11:15:00Z",
    "clocks": [
        {
            "which": {"conversation_id": KETTLE, "metric": "first_reply", "number": 1},
            "instance": 1,
            "state": "running",
            "started_at": "2025-10-02T08:15:00Z",
            "due_at": "2025-10-02T12:15:00Z",
            "warn_at": ["2025-10-02T11:15:00Z"],
            "stopped_at": None,
            "target": "PT4H",
            "consumed_seconds": None,
            "over_seconds": None,
            "breached_at": None,
            "cause": None,
            "policy_id": "policy-0199c5a0-9d13-7c31-8a52-0e4b7f2d6a90",
            "policy_version": 1,
            "calendar_id": "calendar-0199c5a0-8b42-7f18-9c07-5d3a1e6b4f22",
            "calendar_version": 1,
            "positions": [4690],
            "detected_at": None,
            "withdrawn_at": None,
            "warned": [],
        }
    ],
}


_POLICY = {
    "id": POLICY,
    "kind": "policy",
    "name": "standard",
    "versions": [
        {
            "version": 1,
            "since": None,
            "corrects": False,
            "says": {
                "calendar_id": CALENDAR,
                "targets": {"first_reply": "PT1H", "total_resolution": "P5D"},
                "by_priority": {},
                "reopen": "continue_excluding_solved",
                "on_customer_message": "reopen",
            },
            "recorded_at": "2025-09-01T08:00:00Z",
            "author_id": BO,
            "reason": None,
        }
    ],
}


_CALENDAR = {
    "id": CALENDAR,
    "kind": "calendar",
    "name": "Berlin",
    "versions": [
        {
            "version": 1,
            "since": None,
            "corrects": False,
            "says": {"zone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "closed": [], "part_days": {}},
            "recorded_at": "2025-09-01T07:55:00Z",
            "author_id": BO,
            "reason": None,
        }
    ],
}

REQUESTS: Mapping[str, Any] = {
    "write_policy": {
        "name": "standard",
        "calendar_id": CALENDAR,
        "targets": {"first_reply": "PT1H", "next_reply": "PT4H", "total_resolution": "P5D"},
        "by_priority": {"urgent": {"first_reply": "PT15M"}},
        "selects": {"kinds": ["complaint"], "product_areas": ["kettles"]},
    },
    "edit_policy": {"effective_from": "2100-01-01", "targets": {"first_reply": "PT30M"}, "reason": "We grew."},
    "correct_policy": {"correct_from": "2025-10-01", "reopen": "freeze", "reason": "As it was agreed."},
    "write_calendar": {
        "name": "Berlin",
        "zone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-12:30", "13:30-18:00"]},
        "closed": ["2025-12-27"],
        "part_days": {"2025-12-24": ["09:00-13:00"]},
        "holidays": {"country": "DE", "subdivision": "BE"},
    },
    "edit_calendar": {"effective_from": "2100-01-01T00:00:00+01:00", "hours": {"mon-sat": ["08:00-20:00"]}},
    "correct_calendar": {"correct_from": "2025-10-01", "closed": ["2025-10-31"], "reason": "We were on a trip."},
}

ANSWERS: Mapping[str, Any] = {
    "read_policies": {"position": 4711, "policies": [_POLICY], "cursor": None},
    "read_policy": {"position": 4711, "rule": _POLICY},
    "read_calendars": {"position": 4711, "calendars": [_CALENDAR], "cursor": None},
    "read_calendar": {"position": 4711, "rule": _CALENDAR},
    **{name: {"id": POLICY, "position": 4690} for name in ("write_policy", "edit_policy", "correct_policy")},
    **{name: {"id": CALENDAR, "position": 4690} for name in ("write_calendar", "edit_calendar", "correct_calendar")},
    "read_clocks": {
        "now": "2026-03-03T12:00:00Z",
        "status": "open",
        "merged_into": None,
        "clocks": [_CLOCK],
        "cursor": None,
    },
    "read_signal_clocks": {
        "now": "2026-03-03T12:00:00Z",
        "status": "acknowledged",
        "merged_into": None,
        "clocks": [{**_CLOCK, "metric": "acknowledge"}],
        "cursor": None,
    },
}
