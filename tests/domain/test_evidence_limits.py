"""The limits of evidence are a published table; what a table leaves open is as before, and nonsense holds a signal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.decision_table.table import read_table
from domain.decision_table.written import TableWritten
from domain.kernel.refusal import Refusal
from domain.signal.assessment import STANDARD, assess
from domain.signal.identity import Stage
from domain.signal.limits import SignalLimits, limits_in
from tests.support.signal_evidence import STRONG

WHEELS: tuple[str, str, Stage] = ("wheels", "wobbles", "production")


def limits(rules: list[dict[str, Any]], *outputs: str) -> SignalLimits:
    written = {
        "hit_policy": "first",
        "inputs": [{"name": "area", "type": "string"}],
        "outputs": [{"name": each, "type": "number"} for each in outputs],
        "rules": rules,
    }
    return SignalLimits(read_table(TableWritten.model_validate(written)), 2)


def test_a_rule_gives_limits_and_what_it_leaves_open_is_standard() -> None:
    # Given
    then = {"fewest_people": "100000", "least_share": "null"}
    found = limits([{"when": {"area": '"wheels"'}, "then": then}], "fewest_people", "least_share")
    # Then
    assert found.of(*WHEELS) == replace(STANDARD, fewest_people=100_000)
    assert found.of("lights", "dim", "design") == STANDARD, "no rule decides"
    assert SignalLimits().of(*WHEELS) == STANDARD
    # And so the same evidence is strong or not
    assert SignalLimits().assess(STRONG, *WHEELS) == assess(STRONG)
    assert assess(STRONG).strength == "strong"
    assert found.assess(STRONG, *WHEELS).strength == "thin"


def test_limits_that_make_no_sense_hold_the_signal_and_say_so() -> None:
    # Given
    found = limits([{"then": {"least_share": "6"}}], "least_share").assess(STRONG, *WHEELS)
    # Then
    assert found.strength == "thin"
    assert found.reasons[:-1] == assess(STRONG).reasons
    assert (found.reasons[-1].code, found.reasons[-1].names) == ("limits", ("table-invalid",))


@pytest.mark.parametrize(
    "outputs",
    [
        {"fewest_peple": Decimal(30)},
        {"fewest_people": Decimal("30.5")},
        {"fewest_people": Decimal(0)},
        {"fewest_people": "30"},
        {"least_share": Decimal("1.01")},
        {"chance": Decimal("-0.1")},
        {"chance": True},
    ],
)
def test_what_is_no_limit_is_refused(outputs: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="table-invalid"):
        limits_in(outputs)


def test_every_limit_may_be_said() -> None:
    said = {name: Decimal(1) for name in type(STANDARD).__dataclass_fields__}
    assert limits_in({**said, "largest_effect": Decimal(2)}) == type(STANDARD)(1, 1.0, 1.0, 2.0, *[1.0] * 6)
