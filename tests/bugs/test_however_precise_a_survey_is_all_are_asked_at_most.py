"""Bug: a margin or an expected response very near 0 ended in an error instead of a sample."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.survey import OpenSurvey, Reachable, open_survey

PEOPLE = [Reachable(f"customer-{number}", f"customer-{number}", "conversation-1", None) for number in range(3)]


@pytest.mark.parametrize("wanted", [{"margin": 1e-200}, {"margin": 5e-324}, {"expected_response": 5e-324}])
def test_whatever_is_near_nothing_asks_everybody(wanted: dict[str, float]) -> None:
    command = OpenSurvey.model_validate(
        {
            "question": "yes-no",
            "texts": {"otherwise": "How? {token}"},
            "product_area": "kettles",
            "closes_at": "2100-01-01T00:00:00Z",
            **wanted,
        }
    )
    opened = open_survey(command, "kettles", PEOPLE, datetime(2026, 1, 1, tzinfo=UTC))
    assert (opened.needed, len(opened.sample)) == (3, 3)
