"""The company's attention budgets, read out of the published decision table `attention`, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from domain.attention.budget import STANDARD, Budget, Occasion
from domain.attention.quiet_hours import QuietHours
from domain.decision_table.deciding import TableDecision
from domain.decision_table.values import Value
from domain.kernel.refusal import Refusal

TABLE_NAME = "attention"
"""The table's one input is `occasion`; its outputs are those of `budget_in`."""


def budget_by(decision: TableDecision | None, occasion: Occasion) -> Budget:
    """The budget of an occasion as the table decided; the standard one where no version is in force. Raises Refusal
    `table-invalid`."""
    if decision is None:
        return STANDARD[occasion]
    results = decision.results()
    if not results:
        raise _unusable(occasion, "no rule decides; add one, or `otherwise`")
    return budget_in(results[0], occasion)


def budget_in(outputs: Mapping[str, Value], occasion: Occasion) -> Budget:
    """The budget that outputs say: `most`, `within`, `quiet_from` and `quiet_until` (hours of the day), `consent`,
    `consent_needed`, `gather`. What they leave out is as in the standard budget. Raises Refusal `table-invalid`."""
    standard = STANDARD[occasion]
    quiet = standard.quiet_hours
    try:
        return Budget(
            _count(outputs.get("most", Decimal(standard.most))),
            _span(outputs.get("within", standard.within)),
            QuietHours(
                _minute(outputs["quiet_from"]) if "quiet_from" in outputs else quiet.from_minute,
                _minute(outputs["quiet_until"]) if "quiet_until" in outputs else quiet.until_minute,
            ),
            _purpose(outputs.get("consent", standard.consent)),
            outputs.get("consent_needed", standard.consent_needed) is True,
            _span(outputs.get("gather", standard.gather)),
        )
    except ValueError as error:
        raise _unusable(occasion, str(error)) from None


def _count(value: Value) -> int:
    if not isinstance(value, Decimal) or value != int(value):
        raise ValueError("`most` is a whole number")
    return int(value)


def _minute(value: Value) -> int:
    if not isinstance(value, Decimal) or value * 60 != int(value * 60):
        raise ValueError("`quiet_from` and `quiet_until` are hours of the day, such as 20 or 7.5")
    return int(value * 60)


def _span(value: Value) -> timedelta:
    if not isinstance(value, timedelta):
        raise ValueError('`within` and `gather` are durations, such as duration("P90D")')
    return value


def _purpose(value: Value) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("`consent` is a purpose, such as surveys, or null")
    return value


def _unusable(occasion: Occasion, what: str) -> Refusal:
    return Refusal("table-invalid", f"table {TABLE_NAME}, occasion {occasion}: {what}")
