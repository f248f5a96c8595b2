"""The examples of requests and answers about themes, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import ADA, BO, DRIPPING, DRIPS_THEME, ITEM, KETTLE, LEAKS_THEME, SPLIT

_THEME = {
    "theme_id": LEAKS_THEME,
    "key": "leaks",
    "name": "Water where none should be",
    "version": 2,
    "changed_at": "2025-11-20T09:30:00+00:00",
    "changed_by": BO,
    "former_names": ["Kettles that leak"],
    "merged_into": None,
    "parts": [],
    "splits": [],
}

REQUESTS: Mapping[str, Any] = {
    "add_theme": {"key": "leaks", "name": "Kettles that leak"},
    "rename_theme": {"name": "Water where none should be"},
    "merge_theme": {"into": DRIPS_THEME, "reason": "nobody tells them apart"},
    "separate_theme": {"reason": "the seal leaks, the spout drips"},
    "give_theme": {"item_ids": [DRIPPING], "reason": "water, too"},
    "split_theme": {"into": DRIPS_THEME, "item_ids": [DRIPPING], "reason": "these are about the spout"},
    "undo_theme_split": {"split_id": SPLIT, "reason": "it was the seal after all"},
}

ANSWERS: Mapping[str, Any] = {
    **{
        name: {"id": LEAKS_THEME, "position": 4716}
        for name in (
            "add_theme",
            "rename_theme",
            "merge_theme",
            "separate_theme",
            "give_theme",
            "undo_theme_split",
        )
    },
    "split_theme": {"id": SPLIT, "position": 4716},
    "read_themes": {"position": 4716, "themes": [_THEME], "cursor": None},
    "read_theme": {"position": 4716, "theme": _THEME},
    "read_unknown_themes": {
        "position": 4716,
        "groups": [
            {
                "items": 2,
                "item_ids": [ITEM, DRIPPING],
                "examples": [
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
            }
        ],
        "texts": 7,
        "alone": 4,
        "sure": 1,
    },
    "read_theme_corrections": {
        "position": 4716,
        "corrections": [{"theme": "leaks", "decided": 41, "corrected": 3, "mostly": "drips"}],
        "suggestions": [{"theme": "leaks", "suggested": 30, "known": 22, "corrected": 1, "mostly": "drips"}],
    },
}
