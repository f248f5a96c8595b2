"""The examples of requests and answers about strangers, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.conversation import line
from api.contract.examples.story import ADA, BOB, SAID

REQUESTS: Mapping[str, Any] = {
    "merge_stranger": {"into": ADA, "reason": "writes from two addresses"},
    "separate_stranger": {"reason": "two people in one house"},
    "erase_stranger": {"reason": "asked for by mail, case 2025-119"},
}

ANSWERS: Mapping[str, Any] = {
    "read_stranger": {
        "position": 4711,
        "stranger": {
            "stranger_id": BOB,
            "contact_kind": "mail",
            "value": "bob@example.net",
            "name": "Bob",
            "met_at": "2025-10-02T09:02:00+00:00",
            "merged_into": None,
        },
        "messages": [
            line(5, "received", about=SAID, text="I bought it for Ada.", channel="mail", participant_id=BOB),
        ],
        "cursor": None,
    },
    **{name: {"id": BOB, "position": 4714} for name in ("merge_stranger", "separate_stranger")},
    "erase_stranger": {"id": BOB, "position": 4714, "waits": None},
}
