"""The examples of answers about measures, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import PROMISE

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

ANSWERS: Mapping[str, Any] = {
    "read_measures": {"position": 4716, "measures": [_MEASURE]},
    "read_figures": {
        "position": 4716,
        "measure": _MEASURE,
        "zone": "Europe/Berlin",
        "as_of": "2025-10-02T08:00:00Z",
        "rows": [
            {
                "period": "2025-09",
                "begin": "2025-08-31T22:00:00Z",
                "end": "2025-09-30T22:00:00Z",
                "slice": None,
                "figure": {
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
                },
                "slices": {},
            }
        ],
    },
    "read_figures_as_csv": (
        "period,begin,end,slice,too_small,n,hits,share,low,high,open,unknown,excluded,"
        "p50,p50_low,p50_high,p90,p90_low,p90_high,mean,total\r\n"
        "2025-09,2025-08-31T22:00:00+00:00,2025-09-30T22:00:00+00:00,,False,212,190,0.8962,0.8478,0.9305,0,0,withdrawn=7"
        ",,,,,,,,\r\n"
    ),
    "read_measured_items": {
        "position": 4716,
        "items": [
            {"id": PROMISE, "at": "2025-09-05T15:00:00Z", "outcome": "hit", "slices": {"kind": "other"}, "value": None},
        ],
        "cursor": None,
    },
}
