"""The examples of requests and answers about staff and teams, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import BO, CARE, REPAIRS

REQUESTS: Mapping[str, Any] = {
    "form_team": {"name": "Care"},
    "join": {"handle": "bo", "name": "Bo Lindqvist", "roles": ["agent"], "team_id": CARE},
    "move": {"team_id": REPAIRS},
    "change_roles": {"roles": ["agent", "lead"]},
    "leave": {"reason": "The season is over"},
    "erase_staff": {"reason": "asked for by mail, case 2025-120"},
}

ANSWERS: Mapping[str, Any] = {
    "form_team": {"id": CARE, "position": 17},
    **{name: {"id": BO, "position": 18} for name in ("join", "move", "change_roles", "leave")},
    "erase_staff": {"id": BO, "position": 4715, "waits": None},
    "read_staff": {
        "position": 4711,
        "staff": [
            {
                "id": BO,
                "name": "Bo Lindqvist",
                "handle": "bo",
                "team_id": CARE,
                "roles": ["agent"],
                "left_at": None,
            },
        ],
        "cursor": None,
    },
    "read_teams": {
        "position": 4711,
        "teams": [{"id": CARE, "name": "Care", "handle": None, "team_id": None, "roles": [], "left_at": None}],
        "cursor": None,
    },
    "read_me": {"id": BO, "kind": "agent", "roles": ["agent"], "team_id": CARE},
}
