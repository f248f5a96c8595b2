"""The examples of requests and answers about webhooks, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import KETTLE, WEBHOOK

_EVENT = "event-0199c5a0-9e02-7d16-9c40-3b8e6d0f7c24"
_KEY = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

REQUESTS: Mapping[str, Any] = {
    "register_webhook": {"url": "https://gateway.example/antiphon", "channels": ["messenger"]},
    "rotate_webhook_key": {"reason": "once a year"},
    "retire_webhook_key": {"reason": "the gateway has the new one"},
    "remove_webhook": {"reason": "the gateway is no more"},
    "change_webhook_state": {"state": "disabled"},
    "retry_webhook": {"stream_id": KETTLE},
    "replay_webhook": {"after": 0},
    "change_webhook_schedule": {"retry_seconds": [5, 60, 600]},
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": WEBHOOK, "position": 4714, "key": _KEY} for name in ("register_webhook", "rotate_webhook_key")},
    **{
        name: {"id": WEBHOOK, "position": 4715}
        for name in (
            "retire_webhook_key", "change_webhook_state", "retry_webhook", "replay_webhook", "remove_webhook",
            "change_webhook_schedule",
        )
    },
    "read_webhooks": {
        "position": 4715,
        "webhooks": [
            {
                "webhook_id": WEBHOOK,
                "url": "https://gateway.example/antiphon",
                "algorithm": "hmac",
                "channels": ["messenger"],
                "events": [],
                "keys": 1,
                "disabled": None,
                "retry_seconds": [5, 60, 600],
                "schedule_version": 1,
                "waiting": 0,
                "delivered": 1,
                "quarantined": 0,
            }
        ],
    },
    "read_webhook_deliveries": {
        "position": 4715,
        "deliveries": [
            {
                "at_position": 4711,
                "stream_id": KETTLE,
                "event_id": _EVENT,
                "webhook_message_id": f"{_EVENT}_{WEBHOOK}",
                "state": "delivered",
                "attempts": 1,
                "next_at": "2025-10-02T09:30:00Z",
                "settled_at": "2025-10-02T09:30:01Z",
                "last": [{"at": "2025-10-02T09:30:01Z", "status": 204, "code": None, "milliseconds": 41}],
            }
        ],
        "after": 4711,
        "more": False,
    },
}  # fmt: skip
