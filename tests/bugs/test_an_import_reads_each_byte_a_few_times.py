"""A quote that never closes, JSON in JSON without end, a line of the whole file: what an import reads grows with the
file and no faster, what it holds does not grow, and what is not read is rejected and not lost."""

from __future__ import annotations

import io
import json
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.imports import csv_rows, json_elements
from consumers.imports.abcd import Abcd
from consumers.imports.cdnow import Cdnow
from consumers.imports.cfpb import Cfpb
from consumers.imports.json_elements import Element, elements
from consumers.imports.source import ImportRecord, Reject
from domain.kernel.refusal import Refusal

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SOUND = "1/2/2026,Kettle,7"
DIALOGUE = {"convo_id": 1, "original": [["customer", "It drips."]]}


def csv_file(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(["Date received,Product,Complaint ID", SOUND, *lines, SOUND, ""]).encode())


@pytest.mark.parametrize(
    "lines",
    [
        ['1/2/2026,"never closed,8', *['a "b" c'] * 20_000],
        ['1/2/2026,"never closed,8', *["words"] * 20_000],
        ['1/2/2026,"never closed,8'] * 5_000,
        ['1/2/2026,"never closed,8 ' + '"" ' * 100_001],
        ["x" * 500_001],
    ],
    ids=["quotes after it", "words after it", "one after the other", "in a long line", "no line at all"],
)
def test_a_quote_that_never_closes_is_rejected_in_pieces(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "LONGEST", 10_000)
    read = 0
    split = csv_rows.split

    def counting(text: str) -> list[str] | None:
        nonlocal read
        read += len(text)
        return split(text)

    monkeypatch.setattr(csv_rows, "split", counting)
    file = csv_file(*lines)
    size = len(file.getvalue())
    # When
    found = list(Cfpb().read(file, NOW))
    # Then
    rejected = [each for each in found if isinstance(each, Reject)]
    assert max(len(each.place.raw) for each in rejected) <= 2 * csv_rows.LONGEST
    assert "".join(each.place.raw for each in rejected) == "\n".join([*lines, ""])
    assert read < 6 * size
    # And the sound rows before and after it are records
    assert [each.place.raw for each in found if isinstance(each, ImportRecord)] == [SOUND + "\n"] * 2


class _Counting:
    """A decoder that counts the characters that it is given."""

    def __init__(self) -> None:
        self.read = 0

    def raw_decode(self, text: str) -> tuple[Any, int]:
        self.read += len(text)
        return json.JSONDecoder().raw_decode(text)


@pytest.mark.parametrize(
    "bad",
    [
        '{"a":' * 200_000,
        "[" * 500_000,
        '{"convo_id":' * 100_000,
        '{"a":"' * 100_000,
        '{"convo_id": 2, "a": ["' * 50_000,
    ],
    ids=["objects", "lists", "as usual", "texts", "texts as usual"],
)
def test_json_in_json_without_end_is_rejected_in_the_end(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _Counting()
    monkeypatch.setattr(json_elements, "_DECODER", decoder)
    text = f"[{json.dumps(DIALOGUE)}, {bad}"
    # When
    found = list(Abcd().read(io.BytesIO(text.encode()), NOW))
    # Then
    assert [type(each) for each in found[:2]] == [ImportRecord, Reject]
    rejected = "".join(each.place.raw for each in found if isinstance(each, Reject))
    assert re.sub(r"[\s,}]", "", rejected) == re.sub(r"[\s,}]", "", bad)
    assert decoder.read < (json_elements.FAILED_FOR_EACH + 2) * len(text) + 2 * json_elements.LONGEST


def listed(text: str) -> list[tuple[Any, ...]]:
    """What is found in a text: where, and what."""
    found = elements(io.BytesIO(text.encode()), lambda value: "convo_id" in value, re.compile(r'\{"convo_id"'))
    return [
        (each.place.line, each.place.end, each.place.raw, each.value if isinstance(each, Element) else each.code)
        for each in found
    ]


def test_what_is_read_is_the_same_through_a_small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, expected = random.Random(12), listed("[]")
    one = [json.dumps({"convo_id": number, "text": "é{" * (number % 40)}) for number in range(300)]
    text = '{"train": [' + ",\n".join(one[:150]) + '],\n "dev" : [' + ",\n".join(one[150:]) + "]}\n"
    for _ in range(20):
        mangled = list(text)
        for _ in range(chance.randint(0, 5)):
            mangled[chance.randrange(len(mangled))] = chance.choice('"{}[],x')
        given = "".join(mangled)
        expected = listed(given)
        with monkeypatch.context() as patched:
            patched.setattr(json_elements, "AHEAD", 512)
            patched.setattr(json_elements, "LONGEST", 8_192)
            assert listed(given) == expected
    assert len(expected) > 200


def test_a_file_is_held_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_elements, "AHEAD", 1_000)
    monkeypatch.setattr(json_elements, "LONGEST", 20_000)
    held = 0
    fill = json_elements._Window.fill

    def measuring(window: Any, ahead: int) -> bool:
        nonlocal held
        filled = fill(window, ahead)
        held = max(held, len(window.text))
        return filled

    monkeypatch.setattr(json_elements._Window, "fill", measuring)
    one = json.dumps({"convo_id": 1, "text": "words " * 100})
    too_long = json.dumps({"convo_id": 2, "text": "words " * 50_000})
    # When a file of a megabyte holds an element that is longer than one may be
    found = listed("[" + ", ".join([*[one] * 500, too_long, *[one] * 500]) + "]")
    # Then
    assert held < 4 * json_elements.LONGEST
    assert [value["convo_id"] for *_, value in found if isinstance(value, dict)] == [1] * 1_000
    assert max(len(raw) for *_, raw, _ in found) <= json_elements.LONGEST


def test_blank_lines_are_no_purchases_and_looked_at_once() -> None:
    # When a megabyte of blank lines is looked at for a line of numbers, this ends within the life of the test
    with pytest.raises(Refusal, match="file-unrecognised"):
        list(Cdnow().read(io.BytesIO(b"\n" * 1_000_000), NOW))
    (found,) = Cdnow().read(io.BytesIO(b"\n" * 1_000 + b" 1 19970101  2   29.33 \r\n"), NOW)
    assert isinstance(found, ImportRecord)
