"""`antiphon process` shows where work waits, draws it, and lists what is behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.signal.item import ItemFiled
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT
from tests.support.promised import Promised


def test_the_map_is_shown_drawn_and_opened(
    antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    for who in "abcde":
        conversation_id = Promised(executor, who).conversation_id
        conversations.act(executor, conversation_id, SendReply(body="It is on its way"), AGENT)
    today = datetime.now(UTC).date()
    span = ["--from", f"{today - timedelta(days=2)}", "--to", f"{today + timedelta(days=3)}", "--zone", "UTC"]
    # When and then
    shown = antiphon("process", "map", *span).out
    assert shown.startswith("Waiting counts by the wall clock.\n5 conversations: ")
    assert "began" in shown.splitlines()[3]
    assert "5 went began > answered" in shown
    compared = antiphon("process", "map", *span, "--slice", "kind", "--nodes", "states").out
    assert "inquiry" in compared
    file = tmp_path / "map.svg"
    assert antiphon("process", "map", *span, "--svg", str(file)).out == f"{file}: drawn\n"
    root = ElementTree.fromstring(file.read_text())
    assert root.attrib["role"] == "img"
    assert antiphon("process", "map", *span, "--svg", str(file)).err.startswith("antiphon: file-exists: ")
    # And a bottleneck becomes feedback about our own process, at the conversation that waited longest
    words = ["Nobody looks here before noon", "--theme", "slow"]
    item_id, *_ = antiphon("process", "feedback", "began", "answered", *words, *span).out.split()
    filed = executor.log.streams([item_id])[item_id][0].event
    assert isinstance(filed, ItemFiled)
    assert (filed.kind, filed.placement.theme) == ("colleague-note", "slow")
    moves = antiphon("process", "moves", "began", "answered", *span, "--json").out
    assert moves.count('"conversation_id": "conversation-') == 5
    assert "came " in antiphon("process", "moves", "began", "answered", *span).out
    assert antiphon("process", "moves", "answered", "began", *span).out.endswith("no conversation went this way\n")
    for wrong, code in (
        (["map", *span, "--nodes", "moods"], "input-invalid"),
        (["map", *span, "--by", "year"], "input-invalid"),
        (["map", *span, "--calendar", "night"], "calendar-unknown"),
        (["map", *span, "--svg", str(file), "--slice", "kind"], "input-invalid"),
        (["feedback", "answered", "began", "Slow", *span], "input-invalid"),
    ):
        assert antiphon("process", *wrong).err.startswith(f"antiphon: {code}: "), wrong
