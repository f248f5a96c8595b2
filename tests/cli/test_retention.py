"""`antiphon retention`: rules are tried, put in force, run and shown."""

from __future__ import annotations

from pathlib import Path

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT, GATEWAY, mail

RULES = """
tables:
  retention:
    hit_policy: first
    inputs:
      - {name: closed, type: days and time duration, optional: true}
      - {name: complained, type: boolean}
    outputs:
      - {name: erase, type: boolean}
    rules:
      - when: {closed: '>= duration("PT0S")', complained: "false"}
        then: {erase: "true"}
    otherwise: {erase: "false"}
"""


def test_rules_are_tried_put_run_and_shown(antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path) -> None:
    # Given one person with whom all is closed, and one who waits
    closed, open_ = (deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (1, 2))
    conversations.act(executor, closed, ChangeStatus(status="resolved"), AGENT)
    ada, bo = (executor.read(id).state.customer_id for id in (closed, open_))
    file = tmp_path / "retention.yaml"
    file.write_text(RULES)
    assert "no rules" in antiphon("retention", "show").out
    # When they are tried
    tried = antiphon("retention", "dry-run", str(file))
    # Then
    assert tried.status == 0, tried.err
    assert ada in tried.out
    assert bo not in tried.out
    assert "1 of 2 customers are due" in tried.out
    assert not executor.read(ada).state.erased
    # When they are in force
    assert antiphon("retention", "put", str(file), "--reason", "the law").status == 0
    ran = antiphon("retention", "run")
    # Then
    assert ran.out == "1 of 2 due: 1 erased, 0 held, 0 failed\n"
    assert executor.read(ada).state.erased
    assert not executor.read(bo).state.erased
    assert "version 1: of 2 customers 1 due: 1 erased, 0 held, 0 failed" in antiphon("retention", "show").out
    assert "0 of 2 customers are due" in antiphon("retention", "dry-run").out


def test_a_file_that_cannot_decide_is_refused(antiphon: Antiphon, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(RULES.replace("name: closed", "name: mood").replace("{closed:", "{mood:"))
    ran = antiphon("retention", "put", str(file))
    assert (ran.status, "no input mood" in ran.err) == (2, True)
