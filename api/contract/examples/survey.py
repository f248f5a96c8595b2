"""The examples of requests and answers about surveys, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import BO, DUE, SURVEY, TO_ANSWER


def _answer(answer: str, people: int, share: float, low: float, high: float) -> dict[str, Any]:
    """An answer of a survey whose audience has one segment, so that no weight changes a share."""
    interval = {"low": low, "high": high, "weighted_low": low, "weighted_high": high}
    return {"answer": answer, "people": people, "weighted": share} | interval


REQUESTS: Mapping[str, Any] = {
    "open_survey": {
        "question": "yes-no",
        "texts": {"en": "Does your kettle pour without a drip now? https://example.org/answer#{token}"},
        "product_area": "kettles",
        "themes": {"no": "leaks"},
        "margin": 0.05,
        "expected_response": 0.4,
        "closes_at": DUE,
    },
    "close_survey": {"reason": "the spout was changed meanwhile"},
    "answer_survey": {
        "token": TO_ANSWER,
        "answer": "no",
    },
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": SURVEY, "position": 4716} for name in ("open_survey", "close_survey", "answer_survey")},
    "list_surveys": {
        "position": 4716,
        "surveys": [
            {
                "survey_id": SURVEY,
                "question": "yes-no",
                "product_area": "kettles",
                "signal_id": None,
                "needed": 103,
                "drawn": 140,
                "opened_at": "2025-11-20T09:30:00+00:00",
                "opened_by": BO,
                "closes_at": DUE,
                "closed_early": False,
                "asked": 131,
                "answered": 62,
            }
        ],
        "cursor": None,
    },
    "read_survey": {
        "position": 4716,
        "survey_id": SURVEY,
        "question": "yes-no",
        "texts": {"en": "Does your kettle pour without a drip now? https://example.org/answer#{token}"},
        "product_area": "kettles",
        "signal_id": None,
        "margin": 0.05,
        "closes_at": DUE,
        "closed_early": False,
        "result": {
            "needed": 103,
            "drawn": 140,
            "asked": 131,
            "answered": 62,
            "enough": False,
            "answers": [
                _answer("yes", 50, 0.806, 0.69, 0.886),
                _answer("no", 12, 0.194, 0.114, 0.31),
            ],
            "texts": 0,
            "segments": [
                {
                    "segment": "trade",
                    "people": 140,
                    "drawn": 140,
                    "asked": 131,
                    "answered": 62,
                    "low": 0.39,
                    "high": 0.558,
                    "not_asked": {"consent-refused": 9},
                }
            ],
            "effective": 62.0,
            "unheard": 0.0,
        },
    },
}
