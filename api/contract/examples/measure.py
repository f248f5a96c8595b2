"""The examples of answers about measures, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import BO, CALENDAR, CITATION, KETTLE, PROMISE

_MEASURE = {
    "name": "promise_kept",
    "version": 1,
    "question": "Of what we promised, how much happened by the date that we promised first?",
    "population": "promises to customers, and launches, by their first date",
    "hit": "kept at or before the first date, however often the date was moved",
    "exclusions": {"withdrawn": "withdrawn before the date: nobody expected it any more"},
    "time_basis": "the first promised date",
    "better": "more",
    "owner": "operations",
    "reads": ["promises"],
    "slices": ["kind"],
    "unit": "share",
}

_FIGURE = {
    "too_small": False,
    "n": 212,
    "hits": 190,
    "share": 0.8962264150943396,
    "low": 0.8478,
    "high": 0.9305,
    "open": 0,
    "unknown": 0,
    "excluded": {"withdrawn": 7},
    "quantity": None,
    "rate": None,
}
_ROW: dict[str, Any] = {  # Any: values of JSON
    "period": "2025-09",
    "begin": "2025-08-31T22:00:00Z",
    "end": "2025-09-30T22:00:00Z",
    "slice": None,
    "figure": _FIGURE,
    "slices": {},
    "compared": [],
}

REQUESTS: Mapping[str, Any] = {"cite_figures": {"reason": "the report of September, page 3"}}
ANSWERS: Mapping[str, Any] = {
    "read_goal": {
        "position": 4716,
        "measure": "promise_kept",
        "version": 1,
        "as_of": "2025-09-24T08:00:00Z",
        "periods": [
            {
                "period": "2025-09",
                "begin": "2025-08-31T22:00:00Z",
                "end": "2025-09-30T22:00:00Z",
                "goal": {"target": 0.9, "of": "share", "version": 2},
                "attained": False,
                "since": "2025-08-31T22:00:00Z",
                "open": 30,
                "forecast": "at-risk",
                "warning": True,
                "figure": {**_FIGURE, "open": 30},
            }
        ],
    },
    "cite_figures": {"id": CITATION, "position": 4716},
    "read_citation": {
        "position": 5120,
        "id": CITATION,
        "cited_at": "2025-10-02T08:00:02Z",
        "author_id": BO,
        "reason": "the report of September, page 3",
        "question": {
            "measure": "promise_kept",
            "begin": "2025-09-01",
            "end": "2025-10-01",
            "by": "month",
            "zone": "Europe/Berlin",
            "slice_by": None,
            "compare": None,
            "as_of": None,
            "known_at": None,
        },
        "version": 1,
        "counted_at": "2025-10-02T08:00:00Z",
        "log_position": 4716,
        "figures": [_ROW],
        "today": {
            "as_of": "2026-03-02T09:30:00Z",
            "version": 1,
            "definition": [],
            "differences": [
                {
                    "period": "2025-09",
                    "slice": None,
                    "cited": _FIGURE,
                    "today": {**_FIGURE, "hits": 191, "share": 0.9009433962264151, "low": 0.8532, "high": 0.9343},
                    "same_definition": {
                        **_FIGURE,
                        "hits": 191,
                        "share": 0.9009433962264151,
                        "low": 0.8532,
                        "high": 0.9343,
                    },
                }
            ],
        },
    },
    "read_measures": {"position": 4716, "measures": [_MEASURE]},
    "read_figures": {
        "position": 4716,
        "measure": _MEASURE,
        "zone": "Europe/Berlin",
        "as_of": "2025-10-02T08:00:00Z",
        "rows": [_ROW],
    },
    "read_figures_as_csv": (
        "period,begin,end,slice,too_small,n,hits,share,low,high,open,unknown,excluded,"
        "p50,p50_low,p50_high,p90,p90_low,p90_high,mean,total,rate,compared_with\r\n"
        "2025-09,2025-08-31T22:00:00+00:00,2025-09-30T22:00:00+00:00,,False,212,190,0.8962,0.8478,0.9305,0,0,withdrawn=7"
        ",,,,,,,,,,\r\n"
    ),
    "draw_figures": (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description">'
        '<title id="title">Of what we promised, how much happened?</title>'
        '<desc id="description">all: 2025-09: 89.6%.</desc></svg>'
    ),
    "read_process_map": {
        "position": 4716,
        "nodes": "work",
        "zone": "Europe/Berlin",
        "calendar": CALENDAR,
        "rows": [
            {
                "period": "",
                "begin": "2025-08-31T22:00:00Z",
                "end": "2025-09-30T22:00:00Z",
                "slice": None,
                "map": {
                    "too_small": False,
                    "conversations": 212,
                    "waiting_seconds": 6105600.0,
                    "unknown_waits": 0,
                    "nodes": [
                        {"name": "began", "visits": 212, "conversations": 212, "begin": 212, "end": 0, "here": 0},
                        {"name": "answered", "visits": 212, "conversations": 212, "begin": 0, "end": 200, "here": 12},
                    ],
                    "edges": [
                        {
                            "first": "began",
                            "then": "answered",
                            "number": 212,
                            "conversations": 212,
                            "waiting": {
                                "p50": {"value": 21600.0, "low": 18000.0, "high": 25200.0},
                                "p90": {"value": 57600.0, "low": 54000.0, "high": 64800.0},
                                "mean": 28800.0,
                                "total": 6105600.0,
                            },
                            "share": 1.0,
                        }
                    ],
                    "variants": [{"nodes": ["began", "answered"], "conversations": 212, "ended": 200}],
                    "hidden_nodes": 0,
                    "hidden_edges": 0,
                    "other_conversations": 0,
                },
            }
        ],
    },
    "draw_process_map": (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description">'
        '<title id="title">How conversations go</title><desc id="description">212 conversations.</desc></svg>'
    ),
    "read_moves": {
        "position": 4716,
        "number": 212,
        "moves": [
            {
                "conversation_id": KETTLE,
                "begin": "2025-09-01T09:00:00Z",
                "end": "2025-09-03T09:00:00Z",
                "seconds": 57600.0,
            }
        ],
    },
    "read_measure_changes": {
        "position": 4716,
        "known_at": "2025-09-08T08:00:00Z",
        "items": 1,
        "changes": [
            {
                "id": PROMISE,
                "before": {"at": "2025-09-05T15:00:00Z", "outcome": "miss", "slices": {"kind": "other"}, "value": None},
                "after": {"at": "2025-09-05T15:00:00Z", "outcome": "hit", "slices": {"kind": "other"}, "value": None},
                "causes": [
                    {
                        "cause": "late",
                        "event": "promise.kept",
                        "at": "2025-09-05T14:30:00Z",
                        "recorded_at": "2025-09-09T07:12:00Z",
                        "position": 4711,
                    }
                ],
            }
        ],
        "cursor": None,
    },
    "read_measured_items": {
        "position": 4716,
        "items": [
            {"id": PROMISE, "at": "2025-09-05T15:00:00Z", "outcome": "hit", "slices": {"kind": "other"}, "value": None},
        ],
        "cursor": None,
    },
}
