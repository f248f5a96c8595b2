"""The examples of requests and answers about surveys, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples.story import DUE, SURVEY, TO_ANSWER

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
    "answer_survey": {
        "token": TO_ANSWER,
        "answer": "no",
    },
}

ANSWERS: Mapping[str, Any] = {
    **{name: {"id": SURVEY, "position": 4716} for name in ("open_survey", "answer_survey")},
    "read_survey": {
        "position": 4716,
        "survey_id": SURVEY,
        "question": "yes-no",
        "texts": {"en": "Does your kettle pour without a drip now? https://example.org/answer#{token}"},
        "product_area": "kettles",
        "signal_id": None,
        "margin": 0.05,
        "closes_at": DUE,
        "result": {
            "needed": 103,
            "drawn": 140,
            "asked": 131,
            "answered": 62,
            "enough": False,
            "answers": [
                {"answer": "yes", "people": 50, "low": 0.69, "high": 0.886},
                {"answer": "no", "people": 12, "low": 0.114, "high": 0.31},
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
        },
    },
}
