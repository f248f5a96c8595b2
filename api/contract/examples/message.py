"""The examples of requests and answers about messages, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, ANSWERED, KETTLE

RECEIPT: dict[str, Any] = {
    "message_id": ANSWERED,
    "conversation_id": KETTLE,
    "customer_id": ADA,
    "state": "delivered",
    "queued_at": None,
    "sent_at": "2025-10-02T09:30:02+00:00",
    "failed_at": None,
    "delivered_at": "2025-10-02T09:30:12+00:00",
    "read_at": None,
    "code": None,
    "adjusted": [],
}

REQUESTS: Mapping[str, Any] = {
    "report_delivery": {"conversation_id": KETTLE, "state": "delivered", "occurred_at": "2025-10-02T09:30:12Z"},
}

ANSWERS: Mapping[str, Any] = {
    "read_report_as_sent": {
        "adjusted": [{"field": "code", "how": "normalised", "kept": "MAILBOX_FULL"}],
        "more_attachments": [],
    },
    "report_delivery": {"id": ANSWERED, "position": 4720, "adjusted": []},
    "read_outbox": {
        "position": 4720,
        "messages": [
            {
                "message_id": ANSWERED,
                "conversation_id": KETTLE,
                "customer_id": ADA,
                "channel": "mail",
                "contacts": [{"kind": "mail", "value": "ada@example.org"}],
                "body": "A new one is on its way.",
                "language": "en",
                "attachments": [],
                "automatic": False,
                "participant_id": None,
                "to": {"kind": "mail", "value": "ada@example.org", "name": "Ada Byron"},
                "subject": "The kettle leaks",
                "thread": "<4700@mail.example>",
                "in_reply_to": "<4711@mail.example>",
                "references": ["<4700@mail.example>", "<4711@mail.example>"],
                "sender_name": "Bo",
                "conversation_language": "en",
                "contents": [],
                "event_id": "event-0199c5a0-9e02-7d16-9c40-3b8e6d0f7c24",
                "at_position": 4711,
                "sent_at": "2025-10-02T09:30:00Z",
                "state": None,
                "code": None,
            }
        ],
        "after": 4711,
        "more": False,
    },
}
