"""The examples of requests and answers about decision tables, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import BO, TABLE

_TABLE_WRITTEN = {
    "hit_policy": "first",
    "inputs": [{"name": "stage", "type": "string"}],
    "outputs": [{"name": "team", "type": "string"}],
    "rules": [{"when": {"stage": '"production"'}, "then": {"team": '"Production"'}}],
    "otherwise": {"team": '"Service"'},
}

REQUESTS: Mapping[str, Any] = {
    "publish_table": {"name": "signal-routing", "table": _TABLE_WRITTEN, "reason": "leaks are a matter of production"},
    "try_version": {"table": _TABLE_WRITTEN},
}

ANSWERS: Mapping[str, Any] = {
    "publish_table": {"id": TABLE, "position": 4716},
    "try_version": {
        "id": TABLE,
        "position": 4716,
        "inputs": 212,
        "changed": 3,
        "refused_by_both": 0,
        "changes": [
            {
                "before": {"results": [{"team": '"Service"'}], "refused": None},
                "after": {"results": [{"team": '"Production"'}], "refused": None},
                "number": 3,
                "examples": [{"stage": '"production"'}],
            }
        ],
    },
    **{
        name: {
            "position": 4716,
            "versions": [
                {
                    "id": TABLE,
                    "name": "signal-routing",
                    "version": 1,
                    "effective_from": "2025-10-01T09:00:00Z",
                    "table": _TABLE_WRITTEN,
                    "recorded_at": "2025-10-01T09:00:00Z",
                    "author_id": BO,
                    "reason": "leaks are a matter of production",
                }
            ],
            "cursor": None,
        }
        for name in ("read_tables", "read_table_versions")
    },
}
