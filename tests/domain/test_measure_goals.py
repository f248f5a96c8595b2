"""Goals of measures: attained, since when, and what a period may still come to, as worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.decision_table.written import RecordedTable, TableWritten
from domain.kernel.refusal import Refusal
from domain.measure.answer import DISPUTED
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, MeasuredItem
from domain.measure.goal import Goal, goal_at, goals_of, standings
from domain.measure.period import periods
from domain.measure.promise import PROMISE_KEPT
from domain.measure.waiting import WAITING

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MONTHS = periods(date(2026, 8, 1), date(2026, 12, 1), "month", "UTC")


def table(target: str, of: str = "share", measure: str = "promise_kept") -> RecordedTable:
    return TableWritten.model_validate({
        "hit_policy": "unique",
        "inputs": [{"name": "measure", "type": "string"}],
        "outputs": [{"name": "target", "type": "number"}, {"name": "of", "type": "string"}],
        "rules": [{"when": {"measure": f'"{measure}"'}, "then": {"target": target, "of": f'"{of}"'}}],
    })  # fmt: skip


def items(month: int, **outcomes: int) -> list[MeasuredItem]:
    at = datetime(2026, month, 15, tzinfo=UTC)
    drawn = [outcome for outcome, number in outcomes.items() for _ in range(number)]
    return [MeasuredItem(f"{month}-{n}", at, f"customer-{n}", each, {}) for n, each in enumerate(drawn)]


def test_a_goal_is_attained_or_not_since_a_period() -> None:
    # Given a goal of 80 %, and of 95 % from the middle of October on
    versions = goals_of([
        (datetime(2026, 1, 1, tzinfo=UTC), table("0.8")), (datetime(2026, 10, 15, tzinfo=UTC), table("0.95")),
    ])  # fmt: skip
    told = [*items(8, hit=9, miss=1), *items(9, hit=8, miss=2), *items(10, hit=9, miss=1), *items(11, hit=9, miss=1)]
    # When
    found = standings(PROMISE_KEPT, told, MONTHS, versions, NOW)
    # Then
    august, october = MONTHS[0].begin, MONTHS[2].begin
    assert [(each.goal and each.goal.version, each.attained, each.since) for each in found] == [
        (1, True, august), (1, True, august), (2, False, october), (2, False, october),
    ]  # fmt: skip
    assert goal_at(versions, "disputed", NOW) is None
    assert goal_at(versions, "promise_kept", datetime(2025, 1, 1, tzinfo=UTC)) is None
    assert [each.attained for each in standings(PROMISE_KEPT, told, MONTHS, (), NOW)] == [None] * 4


@pytest.mark.parametrize(
    ("outcomes", "forecast"),
    [
        ({HIT: 16, MISS: 1, OPEN: 3}, "attained"),  # 16 of 20 at worst
        ({HIT: 10, MISS: 2, OPEN: 8}, "at-risk"),  # from 10 to 18 of 20
        ({HIT: 8, MISS: 6, OPEN: 6}, "out-of-reach"),  # 14 of 20 at best
        ({HIT: 3, OPEN: 20}, "unknown"),  # three people count, which are too few to be shown
    ],
)
def test_a_period_is_forecast_by_what_is_open(outcomes: dict[str, int], forecast: str) -> None:
    versions = goals_of([(datetime(2026, 1, 1, tzinfo=UTC), table("0.8"))])
    found = standings(PROMISE_KEPT, items(11, **outcomes), MONTHS[-1:], versions, NOW)[0]
    assert (found.forecast, found.open) == (forecast, outcomes[OPEN])


def test_less_is_better_where_the_measure_says_so() -> None:
    versions = goals_of([(datetime(2026, 1, 1, tzinfo=UTC), table("0.1", measure="disputed"))])
    (found,) = standings(DISPUTED, items(11, hit=1, miss=19), MONTHS[-1:], versions, NOW)
    assert (found.attained, found.forecast) == (True, "attained")
    times = [MeasuredItem(f"{n}", NOW, f"customer-{n}", COUNTED, {}, 60.0) for n in range(6)]
    slow = goals_of([(datetime(2026, 1, 1, tzinfo=UTC), table("59", "p50", "waiting"))])
    (waits,) = standings(WAITING, times, MONTHS[-1:], slow, NOW)
    assert (waits.attained, waits.forecast, waits.goal) == (False, "unknown", Goal(59.0, "p50", 1))


def test_goals_that_cannot_be_understood_are_refused() -> None:
    wrong = table("0.8").model_copy(update={"outputs": table("0.8").outputs[:1]})
    for versions in ([table("0.8", "mood")], [wrong]):
        with pytest.raises(Refusal) as refused:
            goal_at(goals_of((datetime(2026, 1, 1, tzinfo=UTC), each) for each in versions), "promise_kept", NOW)
        assert refused.value.code == "table-invalid"
