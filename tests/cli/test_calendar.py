"""`antiphon calendar` works business time out, without any server."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "calendars.md").read_text("utf-8")
EXAMPLE = PAGE.split("```yaml\n")[1].split("```")[0]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(verb, …)`: exit status, stdout, stderr, in a folder with the page's file."""
    (tmp_path / "calendars.yaml").write_text(EXAMPLE, "utf-8")
    monkeypatch.chdir(tmp_path)

    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["calendar", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return (code, *capsys.readouterr())

    return running


def test_the_pages_example_gives_what_it_says(run: Run) -> None:
    shown = re.findall(r"\$ antiphon calendar (.*)\n(.*)\n", PAGE)
    assert len(shown) == 2
    for command, answer in shown:
        assert run(*shlex.split(command)) == (0, answer + "\n", "")


FROM = "2026-06-12T16:30:00+02:00"


@pytest.mark.parametrize(
    ("hours", "start", "budget", "due"),
    [
        ("{mon-fri: ['09:00-17:00']}", "2026-05-22T16:30:00+02:00", "PT1H", "2026-05-26T07:30:00Z"),  # Whit Monday
        ("{fri: ['22:00-06:00']}", FROM, "P1D", "2026-06-27T04:00:00Z"),
        ("{sat-mon: ['00:00-24:00']}", FROM, "PT0S", "2026-06-12T22:00:00Z"),
        ("{'mon,wed': ['09:00-12:00', '13:00-17:00']}", FROM, "PT3H1S", "2026-06-15T11:00:01Z"),
        ("{}", FROM, "PT1H", "none"),
    ],
)
def test_hours_are_read_as_they_are_written(run: Run, hours: str, start: str, budget: str, due: str) -> None:
    text = f"calendars: {{X: {{zone: Europe/Berlin, hours: {hours}, holidays: {{country: DE, subdivision: BE}}}}}}"
    Path("x.yaml").write_text(text, "utf-8")
    assert run("due", "--file", "x.yaml", "--calendar", "X", "--from", start, "--budget", budget) == (0, due + "\n", "")


def test_what_is_closed_counts_before_part_days_and_those_before_holidays(run: Run) -> None:
    Path("x.yaml").write_text(
        "calendars: {X: {zone: UTC, hours: {mon-sun: ['00:00-24:00']}, holidays: {country: DE},"
        " part_days: {2026-12-25: ['09:00-10:00'], 2026-12-26: ['09:00-11:00']}, closed: [2026-12-26]}}",
        "utf-8",
    )
    whole = (
        "elapsed",
        "--file",
        "x.yaml",
        "--calendar",
        "X",
        "--from",
        "2026-12-25T00:00Z",
        "--to",
        "2026-12-28T00:00Z",
    )
    assert run(*whole) == (0, f"{3600 + 24 * 3600}\n", "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("zone: Europe/Atlantis, hours: {}", "input-invalid"),
        ("zone: UTC, hours: {}, opens: never", "input-invalid"),
        ("zone: UTC, hours: {monday: ['09:00-17:00']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {mon: ['9-17']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {mon: ['09:00-09:00']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {mon: ['09:00-24:30']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {mon: ['09:00-12:00', '11:00-17:00']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {mon-wed: ['09:00-12:00'], tue: ['13:00-17:00']}", "opening-hours-invalid"),
        ("zone: UTC, hours: {}, holidays: {country: XX}", "holidays-unknown"),
        ("zone: UTC, hours: {}, holidays: {country: DE, subdivision: XX}", "holidays-unknown"),
        ("zone: [", "file-not-yaml"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(run: Run, written: str, code: str) -> None:
    Path("x.yaml").write_text(f"calendars: {{X: {{{written}}}}}", "utf-8")
    status, out, err = run("due", "--file", "x.yaml", "--calendar", "X", "--from", FROM, "--budget", "PT1H")
    assert (status, out) == (2, "")
    assert err.startswith(f"antiphon: {code}: ")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"--file": "none.yaml"}, "file-not-readable"),
        ({"--calendar": "MUC"}, "calendar-unknown"),
        ({"--from": "2026-06-12T16:30:00"}, "time-invalid"),
        ({"--from": "yesterday"}, "time-invalid"),
        ({"--budget": "1 hour"}, "budget-invalid"),
        ({"--budget": "P15M"}, "budget-invalid"),
        ({"--budget": "PT0.4S"}, "budget-invalid"),
        ({"--budget": "01:00"}, "budget-invalid"),
        ({"--budget": "-PT1H"}, "budget-invalid"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(run: Run, changed: dict[str, str], code: str) -> None:
    asked = {"--file": "calendars.yaml", "--calendar": "BER", "--from": FROM, "--budget": "PT1H"} | changed
    status, out, err = run("due", *(word for pair in asked.items() for word in pair))
    assert (status, out) == (2, "")
    assert err.startswith(f"antiphon: {code}: ")
