"""A second, naive reading of decision tables, written from the rules of DMN, to compare the project's with.

It knows the texts that `drawn_table` draws and no others, reads numbers as fractions, and refuses nothing.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

LITERALS: dict[str, list[str]] = {
    "number": ["-1", "0", "0.5", "1", "1.50", "2", "10"],
    "string": ['""', '"a"', '"A"', '"b, \\"c\\""', '"not(x)"', '"-"'],
    "boolean": ["true", "false"],
    "date": [f'date("2026-05-0{day}")' for day in range(1, 6)],
    "date and time": [f'date and time("2026-05-04T0{hour}:00:00Z")' for hour in range(4)],
    "days and time duration": [f'duration("PT{hours}H")' for hours in range(4)],
}
AMBIGUOUS = "ambiguous"


def read(text: str) -> Any:
    """A literal's value, in types that compare as DMN compares."""
    text = text.strip()
    if text in ("true", "false", "null") or text.startswith('"'):
        return json.loads(text)
    if "(" not in text:
        return Fraction(text)
    inside = text[text.index('"') + 1 : text.rindex('"')]
    if text.startswith("duration"):
        return int(inside[2:-1])
    return datetime.fromisoformat(inside) if text.startswith("date and") else date.fromisoformat(inside)


def split(text: str) -> list[str]:
    """What stands between the commas that are in no text."""
    parts, inside, skip = [""], False, False
    for sign in text:
        if sign == '"' and not skip:
            inside = not inside
        skip = sign == "\\" and not skip
        if sign == "," and not inside:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def passes(cell: str, value: Any) -> bool | None:
    """Whether a value passes a cell; None where DMN says null."""
    cell = cell.strip()
    if cell == "-":
        return True
    if cell.startswith("not("):
        inner = passes(cell[4:-1], value)
        return None if inner is None else not inner
    found = [one(part.strip(), value) for part in split(cell)]
    return True if any(found) else None if None in found else False


def one(test: str, value: Any) -> bool | None:
    """Whether a value passes one test."""
    for sign in ("<=", ">=", "!=", "<", ">", "="):
        if test.startswith(sign):
            other = read(test[len(sign) :])
            if sign in ("!=", "="):
                return bool((value == other) == (sign == "="))
            if value is None:
                return None
            return bool({"<": value < other, ">": value > other}.get(sign[0])) or (sign[1:] == "=" and value == other)
    if test[0] in "[(]":
        low, high = map(read, test[1:-1].split(".."))
        if value is None:
            return None
        above = value > low or (test[0] == "[" and value == low)
        return bool(above and (value < high or (test[-1] == "]" and value == high)))
    return bool(value == read(test))


def decided(table: dict[str, Any], given: list[str]) -> Any:
    """The results of a drawn table for literals, each as a list of literals; or AMBIGUOUS."""
    names = [column["name"] for column in table["inputs"]]
    values = [read(text) for text in given]
    hits = [
        [rule["then"][column["name"]] for column in table["outputs"]]
        for rule in table["rules"]
        if all(passes(rule["when"].get(name, "-"), value) for name, value in zip(names, values, strict=True))
    ]
    aggregation = table.get("aggregation")
    if aggregation == "count":
        return [[str(len(hits))]]
    if aggregation:
        numbers = [read(hit[0]) for hit in hits]
        return [[{"sum": sum, "min": min, "max": max}[aggregation](numbers)]] if hits else []  # type: ignore[operator]
    if not hits:
        return [list(table["otherwise"].values())] if table.get("otherwise") else []

    def priority(hit: list[str]) -> list[int]:
        return [
            split(column["values"]).index(text)
            for column, text in zip(table["outputs"], hit, strict=True)
            if column.get("values")
        ]

    highest = [hit for hit in hits if priority(hit) == min(map(priority, hits))]
    match table["hit_policy"]:
        case "unique":
            return hits if len(hits) == 1 else AMBIGUOUS
        case "any":
            return hits[:1] if all(hit == hits[0] for hit in hits) else AMBIGUOUS
        case "first":
            return hits[:1]
        case "priority":
            return highest[:1] if all(hit == highest[0] for hit in highest) else AMBIGUOUS
        case "output order":
            return sorted(hits, key=priority)
        case _:
            return hits


@st.composite
def drawn_cell(draw: st.DrawFn, of: str) -> str:
    """A cell of a column of a type."""
    literals = LITERALS[of]

    def literal() -> str:
        return draw(st.sampled_from(literals))

    def test() -> str:
        kinds = ["literal", "literal", "equal"] + (["compare", "range"] if of not in ("string", "boolean") else [])
        match draw(st.sampled_from(kinds)):
            case "compare":
                return draw(st.sampled_from(["<", "<= ", ">", " >="])) + literal()
            case "equal":
                return draw(st.sampled_from(["=", "!="])) + literal()
            case "range":
                low, high = sorted(
                    draw(st.lists(st.sampled_from(range(len(literals))), min_size=2, max_size=2, unique=True))
                )
                brackets = draw(st.sampled_from(["[]", "()", "[)", "(]", "]["]))
                return f"{brackets[0]}{literals[low]}..{literals[high]}{brackets[1]}"
            case _:
                return literal()

    tests = ",".join(test() for _ in range(draw(st.integers(1, 3))))
    return draw(st.sampled_from([tests, tests, f"not({tests})", "-"]))


@st.composite
def drawn_table(draw: st.DrawFn, policies: tuple[str, ...] = (), most_rules: int = 6) -> dict[str, Any]:
    """A table, as somebody would write it."""
    hit_policy = draw(
        st.sampled_from(
            policies or ("unique", "first", "any", "priority", "rule order", "output order", "collect", "collect")
        )
    )
    aggregation = draw(st.sampled_from([None, "sum", "min", "max", "count"])) if hit_policy == "collect" else None
    inputs: list[dict[str, Any]] = [
        {"name": f"in {n}", "type": draw(st.sampled_from(sorted(LITERALS))), "optional": draw(st.booleans())}
        for n in range(draw(st.integers(1, 3)))
    ]
    names = ["out"] if aggregation else draw(st.sampled_from([["out"], ["out", "rate"]]))
    kind = "number" if aggregation else "string"
    teams = (
        {"out": LITERALS[kind][:3], "rate": ['"low"', '"high"']} if kind == "string" else {"out": LITERALS["number"]}
    )
    outputs: list[dict[str, Any]] = [{"name": name, "type": kind} for name in names]
    if hit_policy in ("priority", "output order"):
        outputs[0]["values"] = ",".join(draw(st.permutations(teams["out"])))

    def then() -> dict[str, str]:
        return {name: draw(st.sampled_from(teams[name])) for name in names}

    rules = [
        {
            "when": {each["name"]: draw(drawn_cell(each["type"])) for each in inputs if draw(st.booleans())},
            "then": then(),
        }
        for _ in range(draw(st.integers(1, most_rules)))
    ]
    table: dict[str, Any] = {"hit_policy": hit_policy, "inputs": inputs, "outputs": outputs, "rules": rules}
    if aggregation:
        table["aggregation"] = aggregation
    elif draw(st.booleans()):
        table["otherwise"] = then()
    return table


@st.composite
def drawn_given(draw: st.DrawFn, table: dict[str, Any]) -> list[str]:
    """A literal for each input of a drawn table."""
    return [
        draw(st.sampled_from(LITERALS[each["type"]] + (["null"] if each["optional"] else [])))
        for each in table["inputs"]
    ]
