"""A YAML file that takes the memory or the time of a machine is refused, and so is whatever the library fails at."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cli import yaml_file
from cli.main import main
from cli.yaml_file import read_texts, read_yaml
from domain.kernel.refusal import Refusal


def laughs(first: str, between: str) -> str:
    """Nine lines, each of which has nine times what the line before has."""
    more = (f"l{n}: &l{n} " + between.format(", ".join([f"*l{n - 1}"] * 9)) for n in range(1, 10))
    return "\n".join([f"l0: &l0 {first}", *more])


MERGED = {
    "merging a number": "{<<: 1}",
    "merging a list of numbers": "{<<: [1]}",
}
HOSTILE = {
    "itself": "a: &a {b: *a}",
    "brackets without end": "[" * 20_000,
    "indents without end": "\n".join(" " * n + "a:" for n in range(3000)),
    "a list as a key": "? [a]\n: 1",
    "no UTF-8": "\udcff",
    "a control character": "a: \x00",
    "no closing quote": "a: '" + "b" * 100_000,
}
OF_VALUES = {
    "a 30th of February": "a: 2026-02-30",
    "a number without end": f"a: {'9' * 10_000}",
    "no number": "a: !!int ''",
    "no fraction": "a: !!float x",
    "no time": "a: !!timestamp x",
    "no flag": "a: !!bool perhaps",
    "no bytes": "a: !!binary ä",
    "an object": "a: !!python/object/apply:os.system [ls]",
    "a time far away": "a: 0000-01-01 00:00:00 -99:00",
}


def written(folder: Path, text: str) -> Path:
    file = folder / "file.yaml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return file


CASES = [(read_yaml, text) for text in (MERGED | HOSTILE).values()] + [(read_texts, text) for text in HOSTILE.values()]


@pytest.mark.parametrize(("read", "text"), CASES, ids=[*(MERGED | HOSTILE), *HOSTILE])
def test_it_is_refused_and_holds_nobody_up(read: Any, text: str, tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(Refusal) as refused:
        read(written(tmp_path, text))
    assert refused.value.code == "file-not-yaml"
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", OF_VALUES.values(), ids=OF_VALUES)
def test_a_value_that_is_none_is_no_traceback(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, text)
    for verb in (("scenario", str(file)), ("sla", "dry-run", str(file), "--from", "2026-01-01T00:00:00Z")):
        with pytest.raises(SystemExit) as ended:
            main([*verb])
        assert (ended.value.code, capsys.readouterr().err.split(": ")[1]) == (2, "file-not-yaml")


def test_what_is_repeated_by_name_is_no_copy(tmp_path: Path) -> None:
    found = read_yaml(written(tmp_path, laughs("[a]", "[{}]")))
    assert len(found["l9"]) == 9
    assert read_yaml(written(tmp_path, laughs("{a: 1}", "{{<<: [{}]}}")))["l9"] == {"a": 1}


def test_a_file_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_file, "MOST_BYTES", 100)
    with pytest.raises(Refusal, match="more than 100 bytes"):
        read_yaml(written(tmp_path, "a: " + "b" * 100))
