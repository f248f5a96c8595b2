"""The examples of requests and answers about exports, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, BO, CONFIRMATION

REQUESTS: Mapping[str, Any] = {"export_person": {"reason": "asked on 3 June"}}

WAITS: Mapping[str, Any] = {"id": ADA, "position": 4714, "waits": CONFIRMATION}
"""What `export_person` answers where a second person has to confirm it first."""

ANSWERS: Mapping[str, Any] = {
    "export_person": "the bytes of the zip file",
    "read_exports": {
        "position": 4714,
        "exports": [
            {
                "at": "2025-10-07T09:30:00.000000Z",
                "actor_id": BO,
                "handle": "bo",
                "roles": ["privacy"],
                "what": "exports",
                "about": ADA,
            }
        ],
    },
}
