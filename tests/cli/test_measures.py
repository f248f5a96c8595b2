"""`antiphon measures` lists, explains, and shows figures and the items behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT
from tests.support.promised import Promised

GOALS = """
tables:
  measure-goals:
    hit_policy: unique
    inputs: [{name: measure, type: string}]
    outputs: [{name: target, type: number}, {name: of, type: string}]
    rules:
      - when: {measure: '"promise_kept"'}
        then: {target: "0.8", of: '"share"'}
"""


def test_figures_are_shown_explained_and_listed(
    antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    for who, seconds in zip("abcdefgh", (*[-60] * 5, *[86_400] * 3), strict=True):
        promised = Promised(executor, who)
        promised.due(seconds)
        conversations.act(executor, promised.conversation_id, SendReply(body="It is on its way"), AGENT)
    today = datetime.now(UTC).date()
    span = ["--from", f"{today - timedelta(days=2)}", "--to", f"{today + timedelta(days=3)}", "--zone", "UTC"]
    # When and then
    assert "perfect_order" in antiphon("measures", "list").out
    assert "a hit:" in antiphon("measures", "explain", "promise_kept").out
    shown = antiphon("measures", "show", "promise_kept", *span).out
    assert "0.0%" in shown
    assert shown.splitlines()[-1].split()[-3:] == ["5", "3", "0"]  # counted, open, unknown
    assert antiphon("measures", "show", "promise_kept", *span, "--csv").out.startswith("period,begin,end,slice")
    items = antiphon("measures", "items", "promise_kept", *span, "--outcome", "open", "--json").out
    assert items.count('"outcome": "open"') == 3
    assert antiphon("measures", "items", "promise_kept", *span, "--known-at", "2001-01-01T00:00:00Z").out.endswith(
        "no items here\n"
    )
    changed = antiphon("measures", "changed", "promise_kept", *span, "--known-at", "2001-01-01T00:00:00Z").out
    assert "not there -> open: " in changed
    assert changed.endswith("8 changed\n")
    assert "  before" in antiphon("measures", "show", "promise_kept", *span, "--compare", "before").out
    # And without a goal, how one is set
    assert "sets one, in the table measure-goals" in antiphon("measures", "goal", "promise_kept", *span).out
    # And a goal of four in five: all three that are open cannot make up for five that were missed
    goals = tmp_path / "goals.yaml"
    goals.write_text(GOALS)
    antiphon("tables", "put", str(goals))
    goal_line = antiphon("measures", "goal", "promise_kept", *span, "--by", "whole").out.splitlines()[-1]
    assert "share >= 0.8" in goal_line
    assert goal_line.split()[-3:] == ["5", "3", "out-of-reach"]
    replied = antiphon("measures", "show", "first_reply_time", *span, "--slice", "kind,team").out.splitlines()
    assert replied[2].split()[-3:] == replied[3].split()[-3:] == ["8", "0", "0"]
    assert "inquiry / none" in replied[3]
    # And on a narrow terminal no heading and no figure is cut
    monkeypatch.setenv("COLUMNS", "80")
    narrow = antiphon("measures", "show", "first_reply_time", *span, "--slice", "kind,team").out
    assert "…" not in narrow
    assert all(heading in narrow for heading in ("period", "slice", "median", "p90", "unknown", "left out"))
    monkeypatch.setenv("COLUMNS", "160")
    # And a citation, which stays what it was
    cited = antiphon("measures", "cite", "promise_kept", *span, "--reason", "page 3").id
    shown_again = antiphon("measures", "citation", cited).out
    assert shown.splitlines()[-1] in shown_again.splitlines()
    assert shown_again.endswith("today it would be the same\n")
    Promised(executor, "i").due(-60)
    assert (
        "all: 0.0% of 5 (open 3, unknown 0) -> 0.0% of 6 (open 3, unknown 0)"
        in antiphon("measures", "citation", cited).out
    )
    shown = antiphon("measures", "show", "promise_kept", *span).out
    # And as a chart and a file, which is never overwritten without a word
    files = ["--chart", str(tmp_path / "kept.svg"), "--out", str(tmp_path / "kept.csv")]
    assert antiphon("measures", "show", "promise_kept", *span, *files).out == shown
    assert ElementTree.parse(tmp_path / "kept.svg").getroot().attrib["role"] == "img"
    assert (tmp_path / "kept.csv").read_text().startswith("period,begin,end,slice")
    assert antiphon("measures", "show", "promise_kept", *span, *files).err.startswith("antiphon: file-exists: ")
    assert "measured:" in antiphon("measures", "explain", "waiting").out
    for wrong, code in (
        (["show", "promise_kept", *span, "--chart", str(tmp_path / "kept.png")], "input-invalid"),
        (["explain", "mood"], "not-found"),
        (["show", "promise_kept", *span, "--by", "year"], "input-invalid"),
        (["show", "promise_kept", *span[2:], "--from", "yesterday"], "time-invalid"),
        (["items", "promise_kept", *span[:4], "--zone", "Kettle/Town"], "input-invalid"),
    ):
        assert antiphon("measures", *wrong).err.startswith(f"antiphon: {code}: "), wrong
