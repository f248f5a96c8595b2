"""What decision tables decide, by each hit policy, and which tables and inputs are refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.decision_table.deciding import TableDecision, decide, evaluate
from domain.decision_table.table import MOST_TESTS, DecisionTable, read_table
from domain.decision_table.unary_tests import UnaryTests, read_literal
from domain.decision_table.values import LONGEST, literal
from domain.decision_table.written import MOST_RULES, TableWritten
from domain.kernel.refusal import Refusal
from tests.support.second_reading import AMBIGUOUS, decided, drawn_given, drawn_table

WEIGHT = {"name": "weight", "type": "number"}
TEAM = {"name": "team", "type": "string", "values": '"design", "production", "sales"'}


def rule(weight: str, team: str, **more: str) -> dict[str, Any]:
    return {"when": {"weight": weight}, "then": {"team": f'"{team}"'}, **more}


THREE = [rule("> 1", "production"), rule("> 2", "sales"), rule("> 3", "design")]


def table(rules: list[dict[str, Any]] = THREE, **keys: Any) -> DecisionTable:
    return read_table(
        TableWritten.model_validate(
            {"hit_policy": "first", "inputs": [WEIGHT], "outputs": [TEAM], "rules": rules} | keys
        )
    )


def teams(read: DecisionTable, weight: object) -> tuple[tuple[int, ...], tuple[int, ...], list[object]]:
    """The rules that match, those that decide, and the outputs."""
    found = decide(read, "routing", 1, {"weight": weight})
    return found.matched, found.decided_by, [each["team"] for each in found.results()]


@pytest.mark.parametrize(
    ("hit_policy", "weight", "matched", "decided_by", "outputs"),
    [
        ("unique", 2, (1,), (1,), ["production"]),
        ("unique", 1, (), (), []),
        ("any", 2, (1,), (1,), ["production"]),
        ("first", 4, (1, 2, 3), (1,), ["production"]),
        ("priority", 4, (1, 2, 3), (3,), ["design"]),
        ("priority", 3, (1, 2), (1,), ["production"]),
        ("rule order", 4, (1, 2, 3), (1, 2, 3), ["production", "sales", "design"]),
        ("output order", 4, (1, 2, 3), (3, 1, 2), ["design", "production", "sales"]),
        ("collect", 4, (1, 2, 3), (1, 2, 3), ["production", "sales", "design"]),
        ("collect", 0, (), (), []),
    ],
)
def test_a_hit_policy_says_which_of_the_matching_rules_decide(
    hit_policy: str, weight: int, matched: tuple[int, ...], decided_by: tuple[int, ...], outputs: list[str]
) -> None:
    assert teams(table(hit_policy=hit_policy), weight) == (matched, decided_by, outputs)


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [("sum", "0.3", None), ("min", "0.1", None), ("max", "0.2", None), ("count", "2", "0")],
)
def test_outputs_are_added_up_exactly(aggregation: str, some: str, none: str | None) -> None:
    rules = [{"when": {"weight": "> 1"}, "then": {"n": "0.1"}}, {"when": {"weight": "> 2"}, "then": {"n": "0.2"}}]
    read = table(rules, hit_policy="collect", aggregation=aggregation, outputs=[{"name": "n", "type": "number"}])
    assert evaluate(read, [Decimal(3)]).outputs == ((Decimal(some),),)
    assert evaluate(read, [Decimal(1)]).outputs == (((Decimal(none),),) if none else ())


def test_a_sum_of_numbers_of_all_sizes_is_not_rounded() -> None:
    texts = ["9" * 34, "0." + "0" * 32 + "1"]
    rules = [{"when": {"weight": "-"}, "then": {"n": text}} for text in texts for _ in range(10)]
    read = table(rules, hit_policy="collect", aggregation="sum", outputs=[{"name": "n", "type": "number"}])
    (result,) = decide(read, "sums", 1, {"weight": 0}).results()
    assert result["n"] == sum(10 * Fraction(text) for text in texts)


def test_the_longest_sum_of_durations_is_recorded_and_read_again() -> None:
    rules = [{"when": {"weight": "-"}, "then": {"span": f'duration("P{LONGEST.days}D")'}}] * MOST_RULES
    outputs = [{"name": "span", "type": "days and time duration"}]
    read = table(rules, hit_policy="collect", aggregation="sum", outputs=outputs)
    (result,) = decide(read, "sums", 1, {"weight": 0}).results()
    assert result["span"] == LONGEST * MOST_RULES


@pytest.mark.parametrize("hit_policy", ["unique", "any", "priority"])
def test_what_a_hit_policy_does_not_allow_is_refused_with_the_rules(hit_policy: str) -> None:
    rules = [rule("> 1", "design"), rule("> 2", "design")]
    for each, rate in zip(rules, ("1", "2"), strict=True):
        each["then"] |= {"rate": rate}
    read = table(rules, hit_policy=hit_policy, outputs=[TEAM, {"name": "rate", "type": "number"}])
    with pytest.raises(Refusal, match=r"^decision-ambiguous: the rules 1, 2 match"):
        decide(read, "routing", 1, {"weight": 3})


def test_where_no_rule_matches_a_table_may_say_what_goes() -> None:
    read = table(otherwise={"team": '"sales"'})
    assert teams(read, 0) == ((), (), ["sales"])
    assert decide(read, "routing", 1, {"weight": 0}).otherwise
    assert not decide(read, "routing", 1, {"weight": 2}).otherwise


def test_a_decision_is_recorded_whole_and_read_again() -> None:
    read = table(inputs=[WEIGHT, {"name": "area", "type": "string", "optional": True}])
    found = decide(read, "routing", 7, {"weight": Decimal("2.50")})
    assert found.model_dump(mode="json") == {
        "table": "routing", "version": 7, "inputs": {"weight": "2.5", "area": "null"},
        "matched": [1, 2], "decided_by": [1], "outputs": [{"team": '"production"'}], "otherwise": False,
    }  # fmt: skip
    again = TableDecision.model_validate_json(found.model_dump_json())
    assert again == found
    assert again.results() == [{"team": "production"}]
    # What was recorded decides the same again.
    inputs = {name: read_literal(text, None, name) for name, text in again.inputs.items()}
    assert decide(read, "routing", 7, inputs) == found


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "weight: a value is missing"),
        ({"weight": None}, "weight: a value is missing"),
        ({"weight": "heavy"}, "weight: write a number"),
        ({"weight": 0.5}, "weight: this is no number"),
        ({"weight": 101}, "weight: the value is not among those"),
        ({"weight": 1, "colour": "red"}, "no such input"),
    ],
)
def test_inputs_that_a_table_does_not_take_are_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(Refusal, match=f"^table-input-invalid: .*{says}"):
        decide(table(inputs=[{**WEIGHT, "values": "[0..100]"}]), "routing", 1, given)


NO_VALUES = {"name": "team", "type": "string"}
A_NUMBER = {"outputs": [{"name": "team", "type": "number"}], "hit_policy": "collect"}


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        ({"rules": [rule("heavy", "design")]}, "table-not-understood", "rule 1, weight, character 1"),
        ({"rules": [rule("1", "design"), rule("1", 'a" + "b')]}, "table-not-understood", "rule 2, team, character 5"),
        ({"rules": [{"when": {}, "then": {"team": "-"}}]}, "table-not-understood", "rule 1, team, character 1"),
        ({"inputs": [{**WEIGHT, "values": "low"}]}, "table-not-understood", "values of the input weight, character 1"),
        ({"outputs": [{**TEAM, "values": "-"}]}, "table-not-understood", "values of the output team, character 1"),
        ({"otherwise": {"team": "nobody"}}, "table-not-understood", "otherwise, team, character 1"),
        ({"rules": [rule("1", "nobody")]}, "table-invalid", "rule 1, team: this is not among the values"),
        ({"rules": [{"when": {"size": "1"}, "then": {"team": '"sales"'}}]}, "table-invalid", "no column size"),
        ({"rules": [{"then": {"team": '"sales"', "rate": "1"}}]}, "table-invalid", "no column rate"),
        ({"rules": [{"then": {}}]}, "table-invalid", "rule 1, team: the output is missing"),
        ({"otherwise": {}}, "table-invalid", "otherwise, team: the output is missing"),
        ({"inputs": [WEIGHT, WEIGHT]}, "table-invalid", "the name of the input weight"),
        ({"outputs": [TEAM, TEAM]}, "table-invalid", "the name of the output team"),
        ({"outputs": [{**TEAM, "values": '"design","design"'}]}, "table-invalid", "stands there twice"),
        ({"inputs": [{**WEIGHT, "values": "[0..9]"}], "rules": [rule("1, 10", "sales")]}, "table-invalid",
         "rule 1, weight: this names a value that is not among"),
        ({"rules": [rule("null", "sales")]}, "table-invalid", "rule 1, weight: this names null"),
        ({"outputs": [NO_VALUES], "hit_policy": "priority"}, "table-invalid", "priority needs an output with"),
        ({"outputs": [NO_VALUES], "hit_policy": "output order"}, "table-invalid", "output order needs an output"),
        ({"aggregation": "count"}, "table-invalid", "collect only"),
        ({"hit_policy": "collect", "aggregation": "sum"}, "table-invalid", "no sum of outputs of the type string"),
        ({"hit_policy": "collect", "aggregation": "max"}, "table-invalid", "no max of outputs of the type string"),
        ({"hit_policy": "collect", "aggregation": "count", "otherwise": {"team": '"sales"'}}, "table-invalid",
         "leave `otherwise` out"),
        ({"hit_policy": "collect", "aggregation": "count", "outputs": [TEAM, {**TEAM, "name": "to"}],
          "rules": [{"then": {"team": '"sales"', "to": '"sales"'}}]}, "table-invalid", "one output"),
        ({**A_NUMBER, "aggregation": "sum", "rules": [{"then": {"team": "null"}}]}, "table-invalid", "no sum of null"),
        ({"rules": [rule(",".join(["1"] * 2_000), "sales")] * (MOST_TESTS // 2_000 + 1)}, "table-invalid",
         "at most 20000 tests"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_together_is_refused_at_its_place(keys: Any, code: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        table(**keys)
    assert refused.value.code == code
    assert says in refused.value.what_to_do


@pytest.mark.parametrize(
    "keys",
    [
        {"hit_policy": "last"}, {"inputs": []}, {"outputs": []}, {"rules": []},
        {"rules": [rule("1", "sales")] * (MOST_RULES + 1)}, {"rules": [rule("", "sales")]},
        {"inputs": [{**WEIGHT, "type": "integer"}]}, {"inputs": [{**WEIGHT, "name": "1st"}]},
        {"inputs": [{**WEIGHT, "name": "a\nb"}]}, {"inputs": [{**WEIGHT, "optional": 1}]},
        {"rules": [{"when": {"weight": 5}, "then": {"team": '"sales"'}}]},
        {"rules": [{"when": {"weight": ["5"]}, "then": {"team": '"sales"'}}]},
        {"rules": [rule("1", "sales", colour="red")]},
    ],
)  # fmt: skip
def test_what_is_no_table_is_no_table(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        table(**keys)


def test_a_file_may_write_a_flag_as_text() -> None:
    assert table(inputs=[{**WEIGHT, "optional": "true"}]).inputs[0].optional


def differs(written: dict[str, Any], inputs: list[str]) -> bool:
    """Whether the second reading decides otherwise."""
    expected = decided(written, inputs)
    try:
        found = evaluate(
            read_table(TableWritten.model_validate(written)), [read_literal(each, None, "") for each in inputs]
        )
    except Refusal as refused:
        return (refused.code, expected) != ("decision-ambiguous", AMBIGUOUS)
    texts = [[literal(value) for value in result] for result in found.outputs]
    if written.get("aggregation"):
        return expected == AMBIGUOUS or [[*map(Fraction, each)] for each in texts] != [
            [*map(Fraction, each)] for each in expected
        ]
    return bool(texts != expected)


@settings(max_examples=60)
@given(st.data())
def test_a_second_reading_of_the_rules_decides_the_same(data: st.DataObject) -> None:
    written = data.draw(drawn_table())
    for _ in range(3):
        assert not differs(written, data.draw(drawn_given(written)))


BROKEN = {
    "not-is-forgotten": lambda tests, value: any(each.passes(value) for each in tests.tests),
    "unknown-is-false": lambda tests, value: any(each.passes(value) for each in tests.tests) != tests.negated,
    "the-first-test-only": lambda tests, value: bool(tests.tests[:1] and tests.tests[0].passes(value)) != tests.negated,
}


@pytest.mark.parametrize("broken", BROKEN)
def test_the_second_reading_catches_an_evaluator_that_is_wrong(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(cell: str) -> dict[str, Any]:
        column = {**WEIGHT, "optional": True}
        return {"hit_policy": "unique", "inputs": [column], "outputs": [NO_VALUES], "rules": [rule(cell, "sales")]}

    tries = [(written(cell), [value]) for cell in ("not(5)", "not(> 5)", "1, 2") for value in ("null", "2", "5")]
    assert not any(differs(*each) for each in tries)
    monkeypatch.setattr(UnaryTests, "passed_by", BROKEN[broken])
    assert any(differs(*each) for each in tries)
