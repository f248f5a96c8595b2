"""The examples of answers about four eyes, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, BO, CONFIRMATION, DUE

REQUESTS: Mapping[str, Any] = {"confirm": {"reason": "seen, case 4711"}}

ANSWERS: Mapping[str, Any] = {
    "confirm": {"id": CONFIRMATION, "position": 4714},
    "read_confirmations": {
        "position": 4714,
        "confirmations": [
            {
                "confirmation_id": CONFIRMATION,
                "act": "erasure",
                "person_id": ADA,
                "asked_at": "2025-10-07T09:30:00.000000Z",
                "asked_by": BO,
                "asked_by_handle": "bo",
                "requested_by": ADA,
                "reason": "asked on 3 June",
                "expires_at": DUE,
                "confirmed_at": None,
                "confirmed_by": None,
                "confirmed_by_handle": None,
                "done_at": None,
            }
        ],
        "cursor": None,
    },
}
