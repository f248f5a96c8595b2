"""Inputs of the past, decided by another version of a table."""

from __future__ import annotations

from typing import Any

from domain.decision_table.table import DecisionTable, read_table
from domain.decision_table.trying import MOST_EXAMPLES, MOST_KINDS, TrialResult, try_table
from domain.decision_table.written import TableWritten


def table(*cells: tuple[str, str], **keys: Any) -> DecisionTable:
    return read_table(
        TableWritten.model_validate(
            {
                "hit_policy": "unique",
                "inputs": [{"name": "n", "type": "number"}],
                "outputs": [{"name": "team", "type": "string"}],
                "rules": [{"when": {"n": cell}, "then": {"team": f'"{team}"'}} for cell, team in cells],
            }
            | keys
        )
    )


def to(*teams: str) -> TrialResult:
    return TrialResult(tuple((("team", f'"{team}"'),) for team in teams))


def test_each_change_is_counted_with_its_first_examples() -> None:
    before, after = table(("<= 5", "sales"), ("> 5", "design")), table(("<= 3", "sales"), ("[2..9]", "design"))
    numbers: list[object] = [1, 2, 3, 4, 5, 5, 5, 6, 10, "many"]
    inputs = [*({"n": number} for number in numbers), {}]
    found = try_table(before, after, inputs)
    assert (found.inputs, found.changed, found.refused_by_both) == (11, 7, 2)
    refused = TrialResult(refused="decision-ambiguous")
    assert found.numbers == {(to("sales"), refused): 2, (to("sales"), to("design")): 4, (to("design"), to()): 1}
    assert found.changes[to("sales"), to("design")] == [{"n": 4}, {"n": 5}, {"n": 5}]
    assert len(found.changes[to("sales"), to("design")]) == MOST_EXAMPLES


def test_a_version_takes_only_the_inputs_that_it_has() -> None:
    inputs = [{"name": "n", "type": "number"}, {"name": "area", "type": "string"}]
    before, after = table(("-", "sales")), table(("-", "sales"), inputs=inputs)
    assert try_table(before, after, [{"n": 1, "area": "wheels"}]).changed == 0
    found = try_table(before, after, [{"n": 1}])
    assert found.numbers == {(to("sales"), TrialResult(refused="table-input-invalid")): 1}


def test_so_many_ways_to_differ_are_told_apart_and_the_rest_is_counted() -> None:
    sums: dict[str, Any] = {"hit_policy": "collect", "outputs": [{"name": "team", "type": "number"}]}
    before = table(("-", "x"))
    after = table(**sums, rules=[{"when": {"n": f">= {2**bit}"}, "then": {"team": str(bit)}} for bit in range(3)])
    assert try_table(before, after, [{"n": 1}, {"n": 5}]).changed == 2
    rules = [{"when": {"n": f"{n}"}, "then": {"team": str(n)}} for n in range(MOST_KINDS)]
    many = table(**sums, rules=rules)
    found = try_table(before, many, ({"n": n} for n in range(MOST_KINDS + 1)))
    assert (found.changed, found.more_kinds) == (MOST_KINDS + 1, 1)
