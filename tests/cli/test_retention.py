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


RECORDS = """
tables:
  retention-of-records:
    hit_policy: first
    inputs:
      - {name: what, type: string}
    outputs:
      - {name: keep, type: days and time duration}
    rules:
      - when: {what: '"looks", "unique-keys"'}
        then: {keep: 'duration("P730D")'}
"""


def test_rules_on_records_are_tried_put_and_run(antiphon: Antiphon, executor: CommandExecutor, tmp_path: Path) -> None:
    # Given
    deliver(executor, mail(1), GATEWAY)
    file = tmp_path / "retention.yaml"
    file.write_text(RECORDS)
    # When
    tried = antiphon("retention", "dry-run", str(file))
    # Then
    assert tried.status == 0, tried.err
    assert [line.partition(" from ")[0] for line in tried.out.splitlines()[-4:]] == [
        "looks: 0", "unique-keys: 0", "files: kept for good", "dead-letters: kept for good",
    ]  # fmt: skip
    # When they are in force, and no rules on people are
    assert antiphon("retention", "put", str(file), "--reason", "the law").status == 0
    assert antiphon("retention", "run").status == 0
    # Then
    shown = antiphon("retention", "show").out
    assert "version 1: 0 looks removed" in shown
    assert "version 1: 0 unique-keys removed" in shown
    assert "antiphon tables show retention-of-records" in shown
