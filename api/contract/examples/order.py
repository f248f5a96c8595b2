"""The examples of requests and answers about orders, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, KETTLE, ORDER

SHOWN_ORDER: Mapping[str, Any] = {
    "order_id": ORDER,
    "customer_id": ADA,
    "status": "delivered",
    "number": "K-2291",
    "placed_at": "2025-09-28T18:20:00+00:00",
    "placed_on": "2025-09-28",
    "item_count": 1,
    "value": "49.90",
    "currency": "EUR",
    "lines": [{"item": "kettle, 1.7 l", "count": 1, "price": "49.90"}],
    "promise_id": None,
    "promised_at": None,
    "shipped_at": "2025-09-29T07:00:00+00:00",
    "carrier": "Parcel Post",
    "tracking": "PP 7781 2290",
    "delivered_at": "2025-10-01T10:12:00+00:00",
    "in_full": True,
    "undamaged": False,
    "documents_right": None,
    "cancelled_at": None,
    "returned_at": None,
    "because": None,
    "perfect": False,
    "conversations": [KETTLE],
    "parcels": [
        {
            "part": None,
            "number": None,
            "tracking": None,
            "because": None,
            "carrier": None,
            "lines": [],
            "returned_lines": [],
            "shipped_at": None,
            "delivered_at": "2025-10-01T10:12:00+00:00",
            "returned_at": None,
            "in_full": True,
            "undamaged": False,
            "documents_right": None,
        },
        {
            "part": 1,
            "number": None,
            "tracking": "PP 7781 2290",
            "because": None,
            "carrier": "Parcel Post",
            "lines": [],
            "returned_lines": [],
            "shipped_at": "2025-09-29T07:00:00+00:00",
            "delivered_at": None,
            "returned_at": None,
            "in_full": None,
            "undamaged": None,
            "documents_right": None,
        },
    ],
    "cancellations": [],
    "contradictions": [],
    "inexact": [],
    "same_number": [],
    "number_leads_to": None,
}

REQUESTS: Mapping[str, Any] = {
    "place_order": {
        "customer_id": ADA,
        "number": "K-2291",
        "placed_on": "2025-09-28",
        "item_count": 1,
        "value": "49.90",
        "currency": "EUR",
        "lines": [{"item": "kettle, 1.7 l", "count": 1, "price": "49.90"}],
    },
    "ship_order": {"carrier": "Parcel Post", "tracking": "PP 7781 2290"},
    "deliver_order": {"in_full": True, "undamaged": True},
    "check_delivery": {"documents_right": False},
    "cancel_order": {"because": "It is not made any more."},
    "return_order": {"because": "It leaks."},
}

ANSWERS: Mapping[str, Any] = {
    "read_order_as_sent": {
        "adjusted": [{"field": "currency", "how": "dropped", "kept": "Euro"}],
        "more_attachments": [],
    },
    **{
        name: {"id": ORDER, "position": 4690, "adjusted": []}
        for name in ("place_order", "ship_order", "deliver_order", "check_delivery", "cancel_order", "return_order")
    },
    "read_orders": {"position": 4711, "orders": [SHOWN_ORDER], "cursor": None},
    "read_order": {"position": 4711, "order": SHOWN_ORDER},
    "find_order": {"id": ORDER},
}
