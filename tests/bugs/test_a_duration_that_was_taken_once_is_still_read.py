"""`P30M` was taken as 900 days, and so were fractions of a second. Such targets are refused now; policies that were
written with them are read, as they were recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from api.contract.bodies import service_level as bodies
from domain.service_level.policy import Policy, PolicyWritten, Terms, revision
from domain.service_level.policy_decisions import EditPolicy
from domain.service_level.policy_file import PoliciesInFile

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD = {"P900D": timedelta(days=900), "PT0.4S": timedelta(milliseconds=400), "P40Y": timedelta(days=40 * 365)}


def said(target: str) -> dict[str, Any]:
    """What an event or a command says of targets."""
    return {
        "calendar_id": "calendar-1",
        "targets": {"first_reply": target},
        "by_priority": {"high": {"next_reply": target}},
        "warn_before": [target],
    }


@pytest.mark.parametrize("target", OLD)
def test_a_recorded_policy_is_read_and_in_force(target: str) -> None:
    event = PolicyWritten.model_validate_json(
        PolicyWritten(policy_name="old").model_copy(update=said(target)).model_dump_json(warnings=False)
    )
    terms = Policy([revision(event, 1)]).at(NOW).terms
    assert terms.target("first_reply", "normal") == terms.target("next_reply", "high") == OLD[target]
    assert terms.warn_before == (OLD[target],)


@pytest.mark.parametrize("target", ["P15M", "P30M", "P1Y", "P1M", "PT0.4S", "PT1.5H", "P10001D", 900, "-PT1H"])
@pytest.mark.parametrize("field", ["targets", "by_priority", "warn_before"])
def test_nobody_writes_such_a_target_any_more(target: Any, field: str) -> None:
    only = {field: said(target)[field]}
    for model, fields in (
        (Terms, {**said("PT1H"), **only}),
        (EditPolicy, {"effective_from": "2026-07-01", **only}),
        (bodies.PolicyBody, {"name": "x", **said("PT1H"), **only}),
        (PoliciesInFile, {"policies": {"x": only}}),
    ):
        with pytest.raises(ValidationError, match=r"write|duration|greater|less"):
            model.model_validate(fields)


@pytest.mark.parametrize("target", ["PT40H", "40h", "1d 16h", "P1DT16H"])
def test_a_target_is_written_as_iso_8601_or_plainly(target: str) -> None:
    assert Terms.model_validate(said(target)).targets == {"first_reply": timedelta(hours=40)}
