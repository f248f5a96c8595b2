"""The examples of requests and answers about legal holds, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, BO, DUE, HOLD, KETTLE

REQUESTS: Mapping[str, Any] = {
    "hold_customer": {"reason": "lawsuit 12 O 34/26", "until": DUE},
    "hold_conversation": {"reason": "lawsuit 12 O 34/26"},
    "release_hold": {"reason": "the lawsuit is over"},
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": HOLD, "position": 4714} for name in ("hold_customer", "hold_conversation", "release_hold")},
    "read_all_holds": {
        "position": 4714,
        "holds": [
            {
                "hold_id": HOLD,
                "customer_id": ADA,
                "conversation_id": KETTLE,
                "until": DUE,
                "placed_at": "2025-10-07T09:30:00.000000Z",
                "placed_by": BO,
                "placed_by_handle": "bo",
                "reason": "lawsuit 12 O 34/26",
                "ended_at": None,
                "ended_by": None,
                "ended_by_handle": None,
                "end_reason": None,
            }
        ],
        "cursor": None,
    },
    "read_holds": {
        "position": 4714,
        "holds": [
            {
                "hold_id": HOLD,
                "customer_id": ADA,
                "conversation_id": KETTLE,
                "until": DUE,
                "placed_at": "2025-10-07T09:30:00.000000Z",
                "placed_by": BO,
                "reason": "lawsuit 12 O 34/26",
            }
        ],
        "waiting": [],
    },
}
