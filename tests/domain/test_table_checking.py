"""Gaps and overlaps of decision tables: all that there are, no others, and shown in the words of the table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings

from domain.decision_table.checking import MOST_SHOWN, TableCheck, check_table
from domain.decision_table.deciding import decide
from domain.decision_table.table import read_table
from domain.decision_table.written import MOST_RULES, TableWritten
from tests.support.second_reading import LITERALS, drawn_table, passes, read, split

NUMBER = {"name": "n", "type": "number"}
DATE = {"name": "d", "type": "date"}
TEXT = {"name": "t", "type": "string"}
FLAG = {"name": "f", "type": "boolean"}
INSTANT = {"name": "i", "type": "date and time"}
SPAN = {"name": "s", "type": "days and time duration"}


def written(inputs: list[dict[str, Any]], *rules: dict[str, str], out: str = "12345", **keys: Any) -> dict[str, Any]:
    """A table with these cells and an output for each rule."""
    return {
        "hit_policy": "unique",
        "inputs": inputs,
        "outputs": [{"name": "out", "type": "number"}],
        "rules": [{"when": cells, "then": {"out": text}} for cells, text in zip(rules, out, strict=False)],
    } | keys


def checked(table: dict[str, Any], **limits: int) -> TableCheck:
    return check_table(read_table(TableWritten.model_validate(table)), **limits)


@pytest.mark.parametrize(
    ("column", "cells", "gaps"),
    [
        (NUMBER, ["< 10", "> 10"], ["10"]),
        (NUMBER, ["<= 10", "> 10"], []),
        (NUMBER, ["<= 10", ">= 11"], ["(10..11)"]),
        (NUMBER, ["[0..10]"], ["< 0, > 10"]),
        (NUMBER, ["(0..10)"], ["<= 0, >= 10"]),
        (NUMBER, ["[0..10)", "[20..30]", "15"], ["< 0, [10..15), (15..20), > 30"]),
        (NUMBER, ["not(5)"], ["5"]),
        (NUMBER, ["-"], []),
        # Between these two, no number has 34 digits or fewer.
        (NUMBER, ["<= 0." + "1" * 34, ">= 0." + "1" * 33 + "2"], []),
        ({**NUMBER, "values": "[0..100]"}, ["<= 10"], ["(10..100]"]),
        ({**NUMBER, "values": "[0..5], [10..15]"}, ["[0..3]"], ["(3..5], [10..15]"]),
        ({**NUMBER, "values": "1, 2, 3"}, ["1", ">= 2"], []),
        ({**NUMBER, "optional": True}, ["<= 1", "> 1"], ["null"]),
        ({**NUMBER, "optional": True}, ["<= 1", "null"], ["> 1"]),
        ({**NUMBER, "optional": True}, ["<= 1"], ["null, > 1"]),
        ({**NUMBER, "optional": True}, ["null"], ["not(null)"]),
        (DATE, ['<= date("2026-05-04")', '>= date("2026-05-05")'], []),
        (DATE, ['<= date("2026-05-04")', '>= date("2026-05-06")'], ['(date("2026-05-04")..date("2026-05-06"))']),
        (DATE, ['>= date("0001-01-01")'], []),
        (DATE, ['<= date("9999-12-31")'], []),
        (INSTANT, ['<= @"2026-05-04T12:00:00Z"', '>= @"2026-05-04T12:00:00.000001Z"'], []),
        (INSTANT, ['< @"2026-05-04T12:00:00Z"'], ['>= date and time("2026-05-04T12:00:00Z")']),
        (SPAN, ['<= @"PT1H"', '>= @"PT1H1S"'], []),
        (SPAN, ['>= @"PT0S"'], []),
        (SPAN, ['<= @"P40000D"'], []),
        (SPAN, ['> @"PT1H"'], ['<= duration("PT1H")']),
        (TEXT, ['"a"', '"b"'], ['not("a", "b")']),
        (TEXT, ['not("a")'], ['"a"']),
        ({**TEXT, "values": '"a", "b", "c"'}, ['"a"'], ['"b", "c"']),
        ({**TEXT, "values": '"a", "b"'}, ['"a"', '"b"'], []),
        ({**TEXT, "optional": True}, ['"a"'], ['not("a")']),
        ({**TEXT, "optional": True}, ['"a", null'], ['not("a", null)']),
        ({**TEXT, "optional": True}, ['not("a")'], ['"a"']),
        (FLAG, ["true"], ["false"]),
        ({**FLAG, "optional": True}, ["true", "false"], ["null"]),
        ({**FLAG, "optional": True}, ["null"], ["not(null)"]),
    ],
)
def test_a_gap_of_one_column_is_shown_as_a_cell(column: dict[str, Any], cells: list[str], gaps: list[str]) -> None:
    name = column["name"]
    found = checked(written([column], *({name: cell} for cell in cells)))
    assert [gap.tests.get(name, "-") for gap in found.gaps] == gaps
    assert found.complete


def test_gaps_of_several_columns_name_what_they_need_and_an_example() -> None:
    table = written([TEXT, NUMBER, FLAG], {"t": '"a"', "n": "< 5"}, {"t": 'not("a")', "f": "true"})
    found = checked(table)
    assert [gap.tests for gap in found.gaps] == [{"t": '"a"', "n": ">= 5"}, {"t": 'not("a")', "f": "false"}]
    for gap in found.gaps:
        assert decide(read_table(TableWritten.model_validate(table)), "t", 1, gap.example).outputs == ()


def test_an_overlap_names_both_rules_and_where_they_meet() -> None:
    found = checked(
        written([TEXT, NUMBER], {"t": '"a", "b"', "n": "< 5"}, {"t": '"b", "c"'}, {"t": '"b"', "n": "[5..9]"})
    )
    assert [(each.rules, each.region.tests, each.refused) for each in found.overlaps] == [
        ((1, 2), {"t": '"b"', "n": "< 5"}, True),
        ((2, 3), {"t": '"b"', "n": "[5..9]"}, True),
    ]


@pytest.mark.parametrize(
    ("hit_policy", "out", "refused"),
    [("unique", "11", True), ("any", "11", False), ("any", "12", True), ("first", "12", False),
     ("rule order", "12", False), ("collect", "12", False), ("priority", "12", False), ("priority", "11", False)],
)  # fmt: skip
def test_an_overlap_is_refused_where_the_hit_policy_refuses_it(hit_policy: str, out: str, refused: bool) -> None:
    outputs = [{"name": "out", "type": "number", "values": "1, 2"}]
    table = written([NUMBER], {"n": "> 1"}, {"n": "> 2"}, out=out, hit_policy=hit_policy, outputs=outputs)
    assert [each.refused for each in checked(table).overlaps] == [refused]


def test_what_is_refused_comes_first_and_where_priority_decides_is_not() -> None:
    # Given three rules of which two differ at one priority, but the third decides wherever both match
    outputs = [{"name": "out", "type": "number", "values": "1, 2"}, {"name": "rate", "type": "number"}]
    table = written([NUMBER], hit_policy="priority", outputs=outputs)
    for cell, out, rate in ((third := ["> 2", "1", "0"]), ["> 2", "2", "1"], ["> 3", "2", "2"]):
        table["rules"].append({"when": {"n": cell}, "then": {"out": out, "rate": rate}})
    assert [each.refused for each in checked(table).overlaps] == [False] * 3
    # When the third leaves some of it open
    table["rules"][0]["when"]["n"] = third[0].replace("2", "4")
    assert [(each.rules, each.refused) for each in checked(table).overlaps] == [
        ((2, 3), True), ((1, 2), False), ((1, 3), False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hit_policy", "never"), [("unique", [4]), ("first", [2, 3, 4]), ("priority", [3, 4]), ("collect", [4])]
)
def test_a_rule_that_never_decides_is_found(hit_policy: str, never: list[int]) -> None:
    outputs = [{"name": "out", "type": "number", "values": "1, 2, 3"}]
    inputs = [{**NUMBER, "values": "[0..100]"}]
    cells = ({"n": "> 1"}, {"n": "> 2"}, {"n": "> 1"}, {"n": "> 100"})
    assert checked(written(inputs, *cells, out="2131", hit_policy=hit_policy, outputs=outputs)).never_decide == never


def test_a_column_that_takes_nothing_has_no_gap() -> None:
    assert checked(written([{**NUMBER, "values": "null"}], {"n": "-"})) == TableCheck(never_decide=[1])


def grid(table: dict[str, Any]) -> Iterator[list[str]]:
    """Inputs that hold one of each that a cell of a drawn table can tell apart, as literals."""
    more = {
        "number": ["-2", "-0.5", "0.25", "0.75", "1.25", "1.75", "5", "11"],
        "string": ['"something else"'],
        "date": ['date("2026-04-01")', 'date("2026-06-01")'],
        "date and time": [
            f'date and time("2026-05-{at}:00Z")' for at in ("03T00:30", "04T00:30", "04T01:30", "04T02:30", "05T00:30")
        ],
        "days and time duration": ['duration("PT9H")', 'duration("PT30M")', 'duration("PT90M")', 'duration("PT150M")'],
    }
    return map(
        list,
        product(
            *(
                LITERALS[each["type"]] + more.get(each["type"], []) + ["null"] * each["optional"]
                for each in table["inputs"]
            )
        ),
    )


def value(text: str) -> Any:
    """A literal's value; half hours too, which drawn cells do not name."""
    if text.startswith('duration("PT') and text.endswith('M")'):
        return int(text[12:-3]) / 60
    return read(text)


def wrong(table: dict[str, Any], found: TableCheck) -> list[str]:
    """What a check says that is not so, by trying all inputs of the grid in the second reading."""
    names = [each["name"] for each in table["inputs"]]
    rules = range(len(table["rules"]))
    meeting, refused, decisive = set[tuple[int, int]](), set[tuple[int, int]](), set[int]()
    said: list[str] = []
    policy = table["hit_policy"]
    outputs = [list(rule["then"].values()) for rule in table["rules"]]

    def ranked(number: int) -> list[int]:
        columns = zip(table["outputs"], outputs[number], strict=True)
        return [split(column["values"]).index(text) for column, text in columns if column.get("values")]

    for texts in grid(table):
        values = dict(zip(names, map(value, texts), strict=True))

        def match(tests: dict[str, str], values: dict[str, Any] = values) -> bool:
            return all(passes(tests.get(name, "-"), each) for name, each in values.items())

        hits = [number for number in rules if match(table["rules"][number]["when"])]
        if (not hits) != any(match(gap.tests) for gap in found.gaps) and not found.more_gaps:
            said.append(f"gap or no gap: {texts}")
        deciding = hits
        if policy == "first":
            deciding = hits[:1]
        elif policy == "priority":
            deciding = [each for each in hits if ranked(each) == min(map(ranked, hits))]
        decisive.update(each + 1 for each in deciding)
        for pair in combinations(hits, 2):
            numbers = (pair[0] + 1, pair[1] + 1)
            meeting.add(numbers)
            differ = outputs[pair[0]] != outputs[pair[1]]
            if policy == "unique" or (policy in ("any", "priority") and differ and set(pair) <= set(deciding)):
                refused.add(numbers)
    pairs = {each.rules: each for each in found.overlaps}
    said += [f"overlap or none: {each}" for each in meeting ^ set(pairs)]
    said += [f"refused or not: {each}" for each in refused ^ {key for key, each in pairs.items() if each.refused}]
    never = {number + 1 for number in rules} - decisive
    return said + [f"decides or never: {each}" for each in never ^ set(found.never_decide)]


@settings(max_examples=30)
@given(drawn_table(most_rules=4).filter(lambda table: len(table["inputs"]) < 3))
def test_a_check_finds_all_that_trying_finds_and_nothing_else(table: dict[str, Any]) -> None:
    found = checked(table)
    assert found.complete
    assert wrong(table, found) == []


def test_trying_catches_a_check_that_is_wrong() -> None:
    table = written([{**NUMBER, "optional": False}], {"n": "< 1"}, {"n": "< 2"}, {"n": "< 0.5"}, hit_policy="first")
    right = checked(table)
    assert wrong(table, right) == []
    assert wrong(table, TableCheck([], right.overlaps, right.never_decide)) != []
    assert wrong(table, TableCheck(right.gaps, right.overlaps[1:], right.never_decide)) != []
    assert wrong(table, TableCheck(right.gaps, right.overlaps, [])) != []
    nearly = written([{**NUMBER, "optional": False}], {"n": "< 1"}, {"n": "<= 2"}, {"n": "< 0.5"}, hit_policy="first")
    assert wrong(nearly, right) != []


def pigeons(holes: int) -> dict[str, Any]:
    """A table without a gap, which is hard to see: of one pigeon more than holes, one has no hole, or two have one."""
    flags = {(pigeon, hole): f"p{pigeon} h{hole}" for pigeon in range(holes + 1) for hole in range(holes)}
    homeless = [{flags[pigeon, hole]: "false" for hole in range(holes)} for pigeon in range(holes + 1)]
    together = [
        {flags[one, hole]: "true", flags[other, hole]: "true"}
        for hole in range(holes)
        for one, other in combinations(range(holes + 1), 2)
    ]
    rules = [*homeless, *together]
    return written([{**FLAG, "name": name} for name in flags.values()], *rules, out="1" * len(rules), hit_policy="any")


def test_a_table_that_is_too_large_to_decide_says_so() -> None:
    assert (checked(pigeons(3)).complete, checked(pigeons(3)).gaps) == (True, [])
    assert not checked(pigeons(3), most_steps=100).complete
    assert not checked(pigeons(4), most_steps=1_000).complete


def test_a_large_plain_table_is_decided() -> None:
    rules = [{"t": f'"{number}"'} for number in range(MOST_RULES // 4)]
    found = checked(written([TEXT], *rules, out="1" * len(rules)))
    assert found.complete
    assert len(found.gaps) == 1
    assert found.overlaps == []


def test_only_so_many_gaps_and_overlaps_are_shown_and_more_are_told_of() -> None:
    rules = [{"n": f"> {number}", "t": f'"{number}"'} for number in range(60)]
    found = checked(written([NUMBER, TEXT], *rules, out="1" * 60))
    assert (len(found.gaps), found.more_gaps) == (MOST_SHOWN, True)
    meeting = checked(written([NUMBER], *({"n": "-"} for _ in range(20)), out="1" * 20))
    assert (len(meeting.overlaps), meeting.more_overlaps) == (MOST_SHOWN, True)
