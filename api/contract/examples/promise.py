"""The examples of requests and answers about promises, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, BO, DUE, KETTLE, PROMISE, SIGNAL

SHOWN_PROMISE = {
    "promise_id": PROMISE,
    "customer_id": ADA,
    "conversation_id": KETTLE,
    "order_id": None,
    "delivery": False,
    "text": "Spare parts for your kettle stay in stock until then.",
    "original_due_at": "2099-12-31T16:00:00+00:00",
    "due_at": "2100-12-31T16:00:00+00:00",
    "made_at": "2025-10-02T09:02:11.5+00:00",
    "made_by": BO,
    "made_by_kind": "agent",
    "state": "open",
    "revisions": [
        {
            "due_at": "2100-12-31T16:00:00+00:00",
            "previous": "2099-12-31T16:00:00+00:00",
            "because": "Its maker goes on making them.",
            "by": BO,
            "at": "2025-10-02T15:30:00+00:00",
        }
    ],
    "overdue_at": None,
    "ended_at": None,
    "ended_by": None,
    "because": None,
    "signal_id": None,
    "area": None,
}


_LAUNCH = {
    **SHOWN_PROMISE,
    "promise_id": "launch-0199c5a9-3d20-7b57-8c68-1e9f4a7c2b14",
    "customer_id": None,
    "conversation_id": None,
    "text": "A seal of another rubber.",
    "signal_id": SIGNAL,
    "area": "kettles",
}

REQUESTS: Mapping[str, Any] = {
    "make_promise": {
        "customer_id": ADA,
        "text": "Spare parts for your kettle stay in stock until then.",
        "due_at": DUE,
        "conversation_id": KETTLE,
    },
    "revise_promise": {"due_at": DUE, "because": "Its maker goes on making them."},
    "end_promise": {"outcome": "kept"},
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": PROMISE, "position": 4715} for name in ("make_promise", "revise_promise", "end_promise")},
    **{
        name: {"position": 4715, "promises": [SHOWN_PROMISE], "cursor": None}
        for name in (
            "read_customers_promises",
            "read_conversations_promises",
            "read_orders_promises",
            "read_standing_promises",
        )
    },
    "read_signals_promises": {"position": 4715, "promises": [_LAUNCH], "cursor": None},
    "read_promise": {"position": 4715, "promise": SHOWN_PROMISE},
}
