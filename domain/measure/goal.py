"""Goals of measures: attained or not, since when, and what this period may still come to by what is open now.

A goal is a rule of the published decision table `measure-goals`: its input is the name of the `measure`, its outputs
are the `target`, in the measure's unit (a share from 0 to 1), and `of` what it is a target: `share`, `p50`, `p90`,
`mean` or `rate`. Each period has the goal of the version that was in force when it ended, or now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from domain.decision_table.deciding import decide
from domain.decision_table.table import DecisionTable, read_table
from domain.decision_table.written import RecordedTable
from domain.kernel.refusal import Refusal
from domain.measure.definition import HIT, MISS, OPEN, Measure, MeasuredItem
from domain.measure.figure import Figure, figure
from domain.measure.period import Period

GOALS_TABLE = "measure-goals"
"""The name of the table."""
_OF = ("share", "p50", "p90", "mean", "rate")

Forecast = Literal["attained", "at-risk", "out-of-reach", "unknown"]
"""What the period comes to: `attained` even if all that is open is missed; `at-risk`: it depends on what is open;
`out-of-reach` even if all of it hits. `unknown` of what is no share, or shows no figure."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal. `version`: of the table; `of`: what of the figure has the target."""

    target: float
    of: str
    version: int

    def attained(self, measure: Measure[Any], found: Figure) -> bool | None:  # Any: of facts of whatever kind
        """Whether a figure attains it; None where there is none to tell by."""
        if (value := self._value(found)) is None:
            return None
        return value >= self.target if measure.better == "more" else value <= self.target

    def _value(self, found: Figure) -> float | None:
        if self.of in ("share", "rate"):
            return found.share if self.of == "share" else found.rate
        if found.quantity is None:
            return None
        values = found.quantity
        return {"p50": values.p50.value, "p90": values.p90.value, "mean": values.mean}[self.of]


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """How a period stands to its goal; without a `goal`, none was in force. `attained`: by what is known; None where
    no figure says. `since`: the beginning of the first of the periods up to this one that are all the same in that.
    `open`: how many items may still hit or miss; `forecast`: what the period comes to by them."""

    period: Period
    goal: Goal | None
    figure: Figure
    attained: bool | None = None
    since: datetime | None = None
    open: int = 0
    forecast: Forecast = "unknown"


def goals_of(versions: Iterable[tuple[datetime, RecordedTable]]) -> Sequence[tuple[datetime, DecisionTable]]:
    """The versions of the table with the times from which they are in force. Raises Refusal `table-invalid`."""
    found = [(since, read_table(written)) for since, written in versions]
    for _, table in found:
        if {each.name for each in table.inputs} != {"measure"}:
            raise Refusal("table-invalid", f"table {GOALS_TABLE}: its one input is `measure`, of the type string")
        if not {each.name for each in table.outputs} >= {"target", "of"}:
            raise Refusal("table-invalid", f"table {GOALS_TABLE}: name the outputs `target` and `of`")
    return found


def goal_at(versions: Sequence[tuple[datetime, DecisionTable]], name: str, at: datetime) -> Goal | None:
    """The goal of a measure at an instant; None where there is none. Raises Refusal `table-invalid`,
    `decision-ambiguous`."""
    begun = [(number, table) for number, (since, table) in enumerate(versions, 1) if since <= at]
    if not begun:
        return None
    number, table = begun[-1]
    results = decide(table, GOALS_TABLE, number, {"measure": name}).results()
    if not results:
        return None
    target, of = results[0].get("target"), results[0].get("of")
    if not isinstance(target, Decimal) or of not in _OF:
        raise Refusal("table-invalid", f"table {GOALS_TABLE}: `target` is a number, `of` one of {', '.join(_OF)}")
    return Goal(float(target), str(of), number)


def standings(
    measure: Measure[Any],  # Any: of facts of whatever kind
    items: Sequence[MeasuredItem],
    periods: Sequence[Period],
    versions: Sequence[tuple[datetime, DecisionTable]],
    now: datetime,
) -> list[GoalStanding]:
    """How each period stands, in the order of time. Raises as `goal_at`."""
    found: list[GoalStanding] = []
    for period in periods:
        goal = goal_at(versions, measure.name, min(period.end, now))
        within = [item for item in items if period.begin <= item.at < period.end]
        standing = GoalStanding(period, goal, figure(within), open=sum(each.outcome == OPEN for each in within))
        if goal is not None:
            attained = goal.attained(measure, standing.figure)
            same = found and found[-1].attained == attained is not None
            since = found[-1].since if same else period.begin if attained is not None else None
            forecast = _forecast(goal, measure, within, standing.figure)
            standing = replace(standing, attained=attained, since=since, forecast=forecast)
        found.append(standing)
    return found


def _forecast(
    goal: Goal,
    measure: Measure[Any],  # Any: as above
    items: Sequence[MeasuredItem],
    found: Figure,
) -> Forecast:
    if goal.of != "share" or measure.unit != "share" or found.too_small:
        return "unknown"
    # What is open may all hit, or all miss: whichever of the two is better or worse by the measure.
    either = {
        goal.attained(measure, figure([replace(each, outcome=to) if each.outcome == OPEN else each for each in items]))
        for to in (HIT, MISS)
    }
    if None in either:
        return "unknown"
    return "at-risk" if len(either) == 2 else "attained" if True in either else "out-of-reach"
