"""The examples of requests and answers about search, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, ASKED, KETTLE

FOUND = {
    "passage": {
        "place": 4710,
        "customer_id": ADA,
        "stream": KETTLE,
        "kind": "received",
        "at": "2025-10-02T08:15:00Z",
        "text": "It drips at the base when it is more than half full.",
        "time_precision": "exact",
        "about": ASKED,
        "language": "en",
        "participant_id": None,
    },
    "snippet": [
        {"text": "It ", "hit": False},
        {"text": "drips", "hit": True},
        {"text": " at the base", "hit": False},
    ],
    "alike": False,
    "bidi": False,
}

ANSWERS: Mapping[str, Any] = {
    "find": {"position": 4711, "found": [FOUND], "cursor": None},
}
