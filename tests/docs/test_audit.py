"""The investigation in docs/audit.md, as it stands in the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.cli.conftest import Antiphon, antiphon
from tests.support.companies import AGENT, GATEWAY, mail

__all__ = ["antiphon"]  # the fixture

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()


def block(kind: str) -> list[str]:
    """The lines of the page's block of this kind."""
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1].splitlines()


@pytest.mark.processes
def test_the_investigation_of_the_page_runs_as_it_stands(
    antiphon: Antiphon,
    executor: CommandExecutor,
    database_urls: Urls,
    tmp_path: Path,
) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    answer = conversations.act(executor, conversation_id, SendReply(body="It is the switch."), AGENT)
    assert antiphon("audit", "checkpoint").status == 0
    known = {"CONVERSATION": conversation_id, "KEY": antiphon("audit", "keys").out.strip()}
    said = {}
    # When
    for line in block("console"):
        program, *words = [known.get(word, word) for word in line.split()]
        if program == "antiphon":
            ran = antiphon(*words)
            assert (ran.status, ran.err) == (0, ""), line
            said[line] = ran.out
        else:
            command = [sys.executable, *words]
            said[line] = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    # Then
    assert [line for line, out in said.items() if out.startswith("ok  ")] == ["antiphon audit verify"]
    assert [line for line, out in said.items() if out.startswith("proved: ")] == ["python case/verify.py KEY"]
    report = (tmp_path / "case" / "report.html").read_text()
    assert "<q>It is the switch.</q>" in report
    assert "conversation.message-sent" in report
    # When an administrator moves the time
    with connect(database_urls.database_url) as superuser:
        moved = "UPDATE antiphon.log SET recorded_at = recorded_at - interval '3 days' WHERE topic LIKE '%message-sent'"
        assert superuser.execute(moved.encode()).rowcount == 1
    # Then
    ran = antiphon("audit", "verify")
    assert ran.status == 1
    assert block("text") == [re.sub(r"!!  position \d+: ", "", ran.out.splitlines()[0])]
    assert int(ran.out.split()[2].rstrip(":")) <= answer.position
