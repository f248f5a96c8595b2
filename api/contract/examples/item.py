"""The examples of requests and answers about items, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, ASKED, ITEM, KETTLE, SIGNAL

FEEDBACK_ITEM = {
    "item_id": ITEM,
    "person_id": ADA,
    "kind": "complaint",
    "did": None,
    "conversation_id": KETTLE,
    "order_id": None,
    "message_id": None,
    "first_character": None,
    "end_character": None,
    "channel": "mail",
    "language": "en",
    "segment": "trade",
    "prompted": False,
    "said_at": "2025-10-02T08:15:00+00:00",
    "product_area": "kettles",
    "theme": "leaks",
    "step": "use",
    "stage": "production",
    "weight": "1",
    "signal_id": SIGNAL,
    "undecided": None,
    "decided_by": "table",
    "table_version": 1,
    "rules": ["2"],
    "corrected": False,
    "withdrawn": False,
    "words": 12,
    "like_item": None,
    "product": "kettle K-2",
    "suggested_theme": "leaks",
    "suggested_probability": "0.974",
    "suggested_by": "themes sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}

REQUESTS: Mapping[str, Any] = {
    "mark_passage": {"message_id": ASKED, "start": 0, "end": 21, "product_area": "kettles", "theme": "leaks"},
    "correct_item": {"theme": "leaks", "step": "use", "stage": "production"},
    "withdraw_item": {"reason": "a question, and no feedback"},
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": ITEM, "position": 4716} for name in ("mark_passage", "correct_item", "withdraw_item")},
    "read_items": {"position": 4716, "items": [FEEDBACK_ITEM], "cursor": None},
    "read_item": {"position": 4716, "item": FEEDBACK_ITEM},
}
