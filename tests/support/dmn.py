"""Decision tables and cases of DMN's XML, turned into the project's form. For tests only: the product reads no XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

TYPES = {"dateTime": "date and time", "dayTimeDuration": "days and time duration"}


@dataclass(frozen=True)
class DmnCase:
    """A case: the model's file, its number, inputs as plain text, and the expected results as plain texts."""

    model: Path
    number: str
    decision: str
    inputs: dict[str, str]
    expected: list[list[str]]


def cases(folder: Path) -> Iterator[DmnCase]:
    """The cases of each model in a folder of the kit; a case has one decision."""
    for file in sorted(folder.glob("*/*-test-*.xml")):
        model = next(file.parent.glob("*.dmn"))
        for case in ElementTree.parse(file).getroot().iterfind("{*}testCase"):
            result = _one(case, "resultNode")
            yield DmnCase(
                model,
                case.attrib["id"],
                result.attrib["name"],
                {each.attrib["name"]: _text(each, "value") for each in case.iterfind("{*}inputNode")},
                _expected(_one(result, "expected")),
            )


def _expected(expected: ElementTree.Element) -> list[list[str]]:
    items = list(expected.iterfind("{*}list/{*}item")) or [expected]
    return [[str(value.text) for value in item.iterfind(".//{*}value")] for item in items]


def table(model: Path, decision: str) -> dict[str, Any] | None:
    """The table of a decision; None where the decision is another expression."""
    root = ElementTree.parse(model).getroot()
    found = next(each for each in root.iterfind("{*}decision") if each.attrib["name"] == decision)
    written = found.find("{*}decisionTable")
    if written is None:
        return None
    inputs = [
        {
            "name": _text(each, "inputExpression/{*}text"),
            "type": _type(_one(each, "inputExpression").attrib["typeRef"]),
            **_values(each, "inputValues"),
        }
        for each in written.iterfind("{*}input")
    ]
    columns = list(written.iterfind("{*}output"))
    outputs = [
        {
            "name": each.attrib.get("name", "result"),
            "type": _type(each.attrib.get("typeRef", _one(found, "variable").attrib["typeRef"])),
            **_values(each, "outputValues"),
        }
        for each in columns
    ]
    table: dict[str, Any] = {
        "hit_policy": written.attrib.get("hitPolicy", "UNIQUE").lower(),
        "inputs": inputs,
        "outputs": outputs,
        "rules": [
            {"when": _cells(rule, "inputEntry", inputs), "then": _cells(rule, "outputEntry", outputs)}
            for rule in written.iterfind("{*}rule")
        ],
    }
    if aggregation := written.attrib.get("aggregation"):
        table["aggregation"] = aggregation.lower()
    defaults = [each.findtext("{*}defaultOutputEntry/{*}text") for each in columns]
    if None not in defaults:
        table["otherwise"] = {each["name"]: text for each, text in zip(outputs, defaults, strict=True)}
    return table


def _cells(rule: ElementTree.Element, kind: str, columns: list[dict[str, str]]) -> dict[str, str]:
    cells = [_text(each, "text") for each in rule.iterfind("{*}" + kind)]
    return {column["name"]: cell for column, cell in zip(columns, cells, strict=True)}


def _values(column: ElementTree.Element, kind: str) -> dict[str, str]:
    values = column.findtext(f"{{*}}{kind}/{{*}}text")
    return {} if values is None else {"values": values}


def _type(name: str) -> str:
    return TYPES.get(name, name)


def _one(element: ElementTree.Element, path: str) -> ElementTree.Element:
    found = element.find("{*}" + path)
    assert found is not None, f"{element.tag} has no {path}"
    return found


def _text(element: ElementTree.Element, path: str) -> str:
    return str(_one(element, path).text)
