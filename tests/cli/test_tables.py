"""`antiphon tables` checks decision tables, and tries another version, without any server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "decision-tables.md").read_text("utf-8")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(verb, …)`: exit status, stdout, stderr, in a folder with the page's files."""
    for name, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)

    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["tables", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return (code, *capsys.readouterr())

    return running


def changed(old: str, new: str) -> None:
    """Write the page's table once more, changed, as later.yaml."""
    text = Path("routing.yaml").read_text("utf-8")
    assert old in text
    Path("later.yaml").write_text(text.replace(old, new), "utf-8")


def test_the_pages_examples_give_what_they_say(run: Run) -> None:
    changed('people: ">= 100"', 'people: ">= 50"')
    shown = re.findall(r"^\$ antiphon tables (.*)\n((?:(?!```).*\n)+)", PAGE, flags=re.MULTILINE)
    assert len(shown) == 2
    for command, answer in shown:
        assert run(*shlex.split(command)) == (0, answer, "")


def test_a_table_without_gaps_says_so(run: Run) -> None:
    changed("when: {area: '\"shop\"'}", "when: {}")
    status, out, _ = run("check", "later.yaml")
    assert status == 0
    assert "gap" not in out
    changed("hit_policy: first", "hit_policy: unique")
    assert "rules 1 and 2 overlap" in run("check", "later.yaml")[1]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('">= 100"', '"about 100"', "table-not-understood", "table routing: rule 1, people, character 1"),
        ("hit_policy: first", "hit_policy: last", "input-invalid", "tables.routing.hit_policy"),
        ("    otherwise:", "    hit_policy: any\n    otherwise:", "file-not-yaml", "later.yaml, line 19"),
        ("inputs:", "[a, b]:", "file-not-yaml", "later.yaml, line 4"),
        ("inputs:", "inputs: [", "file-not-yaml", "later.yaml"),
        ("optional: true", "optional: yes", "input-invalid", "optional"),
        ("urgent: true", "urgent: 1", "table-not-understood", "rule 1, urgent, character 1"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_at_its_place(run: Run, old: str, new: str, code: str, says: str) -> None:
    changed(old, new)
    status, out, err = run("check", "later.yaml")
    assert (status, out) == (2, "")
    assert f"{code}: " in err
    assert says in err


def test_numbers_and_days_are_read_as_they_are_written(run: Run) -> None:
    # YAML itself would read 010 as 8, and 1_000 as 1000.
    changed('">= 100"', "010")
    assert run("check", "later.yaml")[0] == 0
    changed('">= 100"', "1_000")
    assert "table-not-understood" in run("check", "later.yaml")[2]


TRY = ("try", "later.yaml", "--former", "routing.yaml", "--inputs")


def test_what_neither_version_decides_and_what_is_no_row_is_told(run: Run) -> None:
    changed('people: ">= 100"', 'people: ">= 50"')
    Path("in.csv").write_text("area,people,colour\nframes,60,red\nbells,1,red\nframes\nframes,,blue\n", "utf-8")
    status, out, err = run(*TRY, "in.csv")
    assert (status, err) == (0, "")
    assert out.startswith("1 of 3 inputs would be decided otherwise\n2 are decided by neither")
    assert "not read: line 4: 1 of 3 columns" in out


def test_a_table_that_cannot_be_tried_is_refused(run: Run) -> None:
    changed("routing:", "other:")
    assert "not-found: the table other" in run(*TRY, "inputs.csv")[2]
    assert "not-found: the table none" in run(*TRY, "inputs.csv", "--table", "none")[2]
    assert "file-not-readable" in run("check", "gone.yaml")[2]
    changed("tables:", "tables: {}\nno:")
    assert "input-invalid" in run(*TRY, "inputs.csv")[2]
    Path("later.yaml").write_text("tables: {}", "utf-8")
    assert "input-invalid: --table" in run(*TRY, "inputs.csv")[2]
    changed("- when", "- when")
    assert "file-not-readable" in run(*TRY, "gone.csv")[2]


def test_what_a_file_says_reaches_a_terminal_escaped(run: Run) -> None:
    changed('"shop"\'}\n        then', '"sh\x7f\\u001b[31mop"\'}\n        then')
    Path("later.yaml").write_text(
        Path("later.yaml")
        .read_text("utf-8")
        .replace("\x7f", "")
        .replace(', values: \'"frames", "wheels", "shop"\'', ""),
        "utf-8",
    )
    status, out, _ = run("check", "later.yaml")
    assert status == 0
    assert "\x1b" not in out
    assert "\\x1b[31m" in out
