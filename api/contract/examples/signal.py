"""The examples of requests and answers about signals, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.item import FEEDBACK_ITEM
from api.contract.examples.story import ADA, ANSWERED, BO, DRIPS, DUE, ITEM, KETTLE, LAUNCH, REPAIRS, SIGNAL

BOARD_ROW = {
    "signal_id": SIGNAL,
    "version": 3,
    "area": "kettles",
    "theme": "leaks",
    "stage": "production",
    "team_id": REPAIRS,
    "lane": "planned",
    "status": "planned",
    "strength": "strong",
    "people": 412,
    "routed_at": "2025-10-06T08:00:00+00:00",
    "changed_at": "2025-10-07T14:20:00+00:00",
    "changed_by": BO,
    "acknowledged_at": "2025-10-07T14:20:00+00:00",
    "answered_at": None,
    "said": "A seal of another rubber.",
    "launch_id": "launch-0199c5a9-3d20-7b57-8c68-1e9f4a7c2b14",
    "launch_area": "kettles",
    "launch_first_due_at": DUE,
    "launch_due_at": DUE,
    "overdue_at": None,
    "merged_into": None,
    "parts": [],
    "due_metric": None,
    "due_at": None,
    "missed_at": None,
}


_SIGNAL = {
    "signal_id": SIGNAL,
    "product_area": "kettles",
    "theme": "leaks",
    "stage": "production",
    "people": 12,
    "items": 15,
    "doers": 4,
    "colleagues": 1,
    "first_said_at": "2025-09-12T07:20:00Z",
    "last_said_at": "2025-10-02T08:15:00Z",
    "strength": "thin",
    "team_id": REPAIRS,
    "status": "planned",
    "merged_into": None,
}


_CLOSING = {
    "customer_id": ADA,
    "outcome_id": "4705",
    "outcome": "shipped",
    "signal_id": SIGNAL,
    "area": "kettles",
    "theme": "leaks",
    "owed_at": "2025-11-20T09:30:00+00:00",
    "next_at": None,
    "reason": None,
    "told_at": "2025-11-21T09:30:00+00:00",
    "message_id": ANSWERED,
    "conversation_id": KETTLE,
}

REQUESTS: Mapping[str, Any] = {
    "route_signal": {
        "product_area": "kettles",
        "theme": "leaks",
        "stage": "production",
        "team_id": REPAIRS,
        "because": "Somebody was scalded.",
    },
    "answer_signal": {"answer": "plan", "text": "A seal of another rubber.", "due_at": DUE},
    "answer_question": {"answer": "Those made since March."},
    "merge_signal": {"into": DRIPS, "reason": "the same seal"},
    "separate_signal": {"reason": "two seals"},
}

ANSWERS: Mapping[str, Any] = {
    **{
        name: {"id": SIGNAL, "position": 4714}
        for name in ("route_signal", "answer_signal", "answer_question", "merge_signal", "separate_signal")
    },
    "read_board": {"position": 4711, "signals": [BOARD_ROW], "cursor": None},
    "read_signals": {"position": 4716, "signals": [_SIGNAL], "cursor": None},
    "read_signal": {
        "position": 4716,
        "signal": _SIGNAL,
        "parts": [DRIPS],
        "windows": [
            {"month": "2025-09", "people": 11, "items": 14, "prompted": 0, "doers": 4},
            {"month": "2025-10", "people": 1, "items": 1, "prompted": 0, "doers": 0},
        ],
        "reasons": [
            {
                "code": "people",
                "against": "thin",
                "numbers": {"people": 12, "fewest": 30},
                "names": [],
                "what_would_help": "18 more people say so",
            },
        ],
        "segments": [{"name": "trade", "contributors": 12, "base": 140}],
        "channels": [{"name": "mail", "contributors": 12, "base": 140}],
    },
    **{
        name: {
            "position": 4716,
            "items": [FEEDBACK_ITEM],
            "steps": [
                {
                    "id": SIGNAL,
                    "position": 4702,
                    "at": "2025-10-02T09:30:00Z",
                    "what": "signal.routed",
                    "by": BO,
                    "by_kind": "agent",
                    "said": "Somebody was scalded.",
                    "team_id": REPAIRS,
                    "table": None,
                    "table_version": None,
                    "rules": [],
                    "strength": "thin",
                    "people": 12,
                    "limits_version": 0,
                    "launch_id": None,
                    "due_at": None,
                    "other_id": None,
                    "product_area": None,
                    "theme": None,
                    "stage": None,
                }
            ],
            "launches": [
                {
                    "launch_id": LAUNCH,
                    "signal_id": SIGNAL,
                    "area": "kettles",
                    "first_due_at": "2025-11-01T22:59:59Z",
                    "due_at": "2025-11-20T22:59:59Z",
                    "overdue_at": None,
                    "status": "shipped",
                    "state": "kept",
                }
            ],
            "closings": [_CLOSING],
            "more": False,
            "cursor": None,
        }
        for name in ("trace_signal", "trace_item", "trace_launch")
    },
    **{
        name: {"position": 4716, "closings": [_CLOSING], "cursor": None}
        for name in ("read_closings_of_signal", "read_closings_of_customer")
    },
    "read_after_shipping": {
        "position": 4716,
        "after_shipping": {
            "shipped_at": "2025-11-20T09:30:00Z",
            "begin": "2025-10-21T09:30:00Z",
            "end": "2025-12-20T09:30:00Z",
            "area": {
                "before": {"people": 12, "of": 140, "share": 0.086, "low": 0.05, "high": 0.144},
                "after": {"people": 2, "of": 151, "share": 0.013, "low": 0.004, "high": 0.047},
                "change_low": -0.131,
                "change_high": -0.023,
                "verdict": "fell",
            },
            "comparison": None,
        },
    },
    "read_verbatims": {
        "position": 4716,
        "verbatims": [
            {
                "item_id": ITEM,
                "person_id": ADA,
                "kind": "complaint",
                "said_at": "2025-10-02T08:15:00+00:00",
                "conversation_id": KETTLE,
                "channel": "mail",
                "language": "en",
                "words": "It leaks from the spout whenever I pour.",
            }
        ],
    },
}
