"""Signals on the command line: a person routes one, its team plans a launch, and the board tells."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT, names
from tests.support.feedback import LEAKS, THEMES, complain


def test_a_signal_is_routed_answered_and_on_the_board(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    antiphon("team", "Production")
    antiphon("join", "bo", "Bo Lindqvist", "--team", "Production")
    antiphon("roles", "bo", "design")
    put(executor, {"themes": THEMES}, AGENT)
    for who, theme in (("ada", "leaks"), ("bea", "leaks"), ("ada", "drips")):
        complain(executor, who, theme)
    by_hand = ["production", "--team", "Production", "--because", "Somebody\nfell", "--as", "bo"]
    assert "antiphon: not-found: " in antiphon("signals", "route", "kettles", "squeaks", *by_hand).err
    assert "antiphon: table-unpublished: " in antiphon("signals", "route", "kettles", "leaks", "production").err
    # When
    routed = antiphon("signals", "route", "kettles", "leaks", *by_hand)
    other = antiphon("signals", "route", "kettles", "drips", *by_hand)
    assert (routed.status, routed.err) == (0, "")
    plan = ["signals", "answer", routed.id, "plan", "Another seal", "--as", "bo"]
    assert antiphon(*plan, "--by", "2100-01-01").position == log.position()
    revised = antiphon("signals", "answer", routed.id, "revise", "A part is late", "--by", "2100-02-01", "--as", "bo")
    merged = antiphon("signals", "merge", other.id, routed.id, "--as", "bo")
    # Then
    assert (revised.status, merged.status) == (0, 0)
    assert names(log, routed.id) == [
        "signal.routed", "signal.acknowledged", "signal.planned", "signal.launch-revised", "signal.part-joined",
    ]  # fmt: skip
    shown = antiphon("signals", "board", "--team", "Production", "--lane", "planned")
    assert (shown.status, shown.err) == (0, "")
    assert "planned: kettles, leaks, production; 2 people, thin" in shown.out
    assert "launch by 2100-02-01 23:59, first promised for 2100-01-01 23:59" in shown.out
    assert f"with {other.id}" in shown.out
    traced = antiphon("signals", "trace", other.id).out
    assert f"signal.merged with Production  {routed.id}  (Bo Lindqvist, position " in traced
    assert "signal.routed, 1 person, thin with Production" in traced
    assert "launch of kettles, first promised for 2100-01-01 23:59: planned" in traced
    assert antiphon("signals", "separate", other.id).status == 0
    assert names(log, other.id) == ["signal.routed", "signal.merged", "signal.separated"]
    # And what is missing or wrong is refused
    for words, code in (
        (["answer", routed.id, "decline"], "input-invalid"),
        (["answer", routed.id, "plan", "Again"], "signal-planned"),
        (["tell", routed.id, "2026"], "nothing-asked"),
        (["route", "kettles", "leaks", "cooking", *by_hand[1:]], "input-invalid"),
    ):
        assert f"antiphon: {code}: " in antiphon("signals", *words).err


def test_signals_are_listed_shown_and_weighed(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    put(executor, {"themes": THEMES}, AGENT)
    for who, theme in (("ada", "leaks"), ("bea", "leaks"), ("ada", "drips")):
        complain(executor, who, theme)
    # When
    listed, more = antiphon("signals", "list"), antiphon("signals", "list", "--area", "kettles", "--limit", "1")
    shown, weighed = antiphon("signals", "show", LEAKS), antiphon("signals", "assess", LEAKS)
    # Then
    heads = [line for line in listed.out.splitlines() if not line.startswith(" ")]
    assert heads == ["2 people, thin: kettles, leaks, production", "1 person, thin: kettles, drips, production"]
    assert f"{LEAKS}  with no team" in listed.out
    assert "more: " in more.out
    assert "2 people of 2, 2 items  thin: people" in shown.out
    assert shown.out.count("It drips") == 2
    assert "thin          people: people 2, fewest 30\n              28 more people say so" in weighed.out
    assert "fine          share: share 1, low 0.342" in weighed.out
    # And other limits of evidence are tried, and change nothing
    file = tmp_path / "limits.yaml"
    rule = "{when: {theme: '\"leaks\"'}, then: {fewest_people: '2', least_share: '0.3'}}"
    file.write_text(
        "tables: {evidence-limits: {hit_policy: first, inputs: [{name: theme, type: string}], outputs: "
        f"[{{name: fewest_people, type: number}}, {{name: least_share, type: number}}], rules: [{rule}]}}}}"
    )
    end, tried = executor.log.position(), antiphon("signals", "try", str(file))
    assert tried.err == ""
    assert tried.out.startswith(
        "2 of 4 windows would be assessed otherwise\n2: thin would be strong\nin all kettles, leaks"
    )
    assert executor.log.position() == end
    # And another table of themes is tried on what was decided
    written = THEMES.model_dump_json(exclude_none=True).replace("production", "design", 1)
    (tmp_path / "themes.yaml").write_text(f'{{"tables": {{"themes": {written}}}}}')
    tried = antiphon("tables", "try", str(tmp_path / "themes.yaml"))
    assert (tried.err, tried.out.splitlines()[0]) == ("", "2 of 3 inputs would be decided otherwise")
    assert executor.log.position() == end
    # And what somebody said is traced
    traced = antiphon("signals", "trace", LEAKS).out
    assert traced.count("complaint: kettles, leaks, production") == 2
    assert traced.count("It drips") == 2
    # And what is unknown or no month is refused
    assert "antiphon: not-found: " in antiphon("signals", "trace", "launch-none").err
    assert "antiphon: not-found: " in antiphon("signals", "show", "signal-none").err
    assert "antiphon: input-invalid: " in antiphon("signals", "assess", LEAKS, "--month", "May").err


POLICY = """
calendars:
  always: {zone: UTC, hours: {mon-sun: [00:00-24:00]}}
policies:
  signals:
    subject: signal
    calendar: always
    selects: {}
    targets: {acknowledge: 1h, answer: 1d}
"""


def test_a_bundle_of_a_signal_proves_the_verdicts_of_its_clocks(
    antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path
) -> None:
    # Given a signal that its team took on, with another one merged into it
    Path("policy.yaml").write_text(POLICY)
    assert antiphon("sla", "put", "policy.yaml").err == ""
    antiphon("team", "Production")
    antiphon("join", "bo", "Bo Lindqvist", "--team", "Production")
    antiphon("roles", "bo", "design")
    put(executor, {"themes": THEMES}, AGENT)
    for theme in ("leaks", "drips"):
        complain(executor, "ada", theme)
    by_hand = ["production", "--team", "Production", "--because", "Somebody fell", "--as", "bo"]
    one, other = (antiphon("signals", "route", "kettles", theme, *by_hand).id for theme in ("leaks", "drips"))
    antiphon("signals", "merge", other, one, "--as", "bo")
    plan = antiphon("signals", "answer", one, "plan", "Another seal", "--by", "2100-01-01", "--as", "bo")
    assert plan.status == 0
    # When
    for number, which in enumerate((("--signal", one), ("--clock", one.replace("signal-", "signalclocks-")))):
        file = tmp_path / f"{number}.zip"
        ran = antiphon("audit", "export", *which, "--out", str(file))
        assert (ran.status, ran.err) == (0, "")
        with zipfile.ZipFile(file) as packed:
            packed.extractall(tmp_path / str(number))
    # Then
    folder = tmp_path / "0"
    checked = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert "verdicts of clocks, derived again from these events: 3" in checked.stdout, checked.stderr
    bundle = json.loads((folder / "bundle.json").read_text())
    assert {(each["conversation"], each["metric"], each["state"]) for each in bundle["verdicts"]} == {
        (one, "acknowledge", "met"), (one, "answer", "met"),
    }  # fmt: skip
    # And a verdict that somebody made better is found
    bundle["verdicts"][0]["consumed_seconds"] += 1
    (folder / "bundle.json").write_text(json.dumps(bundle))
    checked = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr.split(" is ")[0]) == (
        1, f"WRONG  the verdict of acknowledge 1 of {one}: consumed_seconds",
    )  # fmt: skip
