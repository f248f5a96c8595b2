"""The examples of requests and answers about messages, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, ANSWERED, KETTLE

RECEIPT = {
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
}

REQUESTS: Mapping[str, Any] = {
    "report_delivery": {"conversation_id": KETTLE, "state": "delivered", "occurred_at": "2025-10-02T09:30:12Z"},
}

ANSWERS: Mapping[str, Any] = {
    "report_delivery": {"id": ANSWERED, "position": 4720, "adjusted": []},
}
