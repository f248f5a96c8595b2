"""`antiphon tables` publishes tables, shows every version, and tries a file against what is in force."""

from __future__ import annotations

from pathlib import Path

from infra.log.application import Log
from tests.cli.conftest import Antiphon

TABLE = """tables:
  routing:
    hit_policy: first
    inputs: [{name: people, type: number}]
    outputs: [{name: team, type: string}]
    rules:
      - {when: {people: ">= 100"}, then: {team: '"design"'}, note: Größe}
      - {then: {team: '"sales"'}}
"""


def test_a_published_table_is_shown_and_tried_against(antiphon: Antiphon, log: Log) -> None:
    # Given
    Path("routing.yaml").write_text(TABLE, "utf-8")
    Path("later.yaml").write_text(TABLE.replace("100", "50"), "utf-8")
    Path("inputs.csv").write_text("people\n70\n7\n", "utf-8")
    assert antiphon("tables", "show", "routing").err.startswith("antiphon: not-found")
    assert antiphon("tables", "list").out == "no tables here\n"
    # When
    first = antiphon("tables", "put", "routing.yaml", "--reason", "We begin")
    antiphon("join", "mia", "Mia Holm", "--role", "lead")
    second = antiphon("tables", "put", "later.yaml", "--from", "2099-01-01", "--as", "mia")
    # Then what is in force is the first version
    assert first.out.startswith("table routing: table-")
    assert second.out.split(" at ")[0] == first.out.split(" at ")[0]
    end = log.position()
    tried = antiphon("tables", "try", "later.yaml", "--inputs", "inputs.csv")
    assert tried.out.startswith("1 of 2 inputs would be decided otherwise\n")
    assert log.position() == end
    shown = antiphon("tables", "show", "routing").out
    assert "table routing, version 1, from 20" in shown
    assert ": We begin\n" in shown
    assert shown.index("hit_policy: ") < shown.index("inputs:") < shown.index("- when:"), "as the page writes it"
    assert "version 2, from 2099-01-01 00:00" in shown
    assert " by Mia Holm\n" in shown
    assert antiphon("tables", "list").out == shown.splitlines(keepends=True)[1]
    # And what is shown is a file that can be put again
    Path("shown.yaml").write_text(shown[shown.index("tables:") :], "utf-8")
    assert "note: Größe" in shown
    assert antiphon("tables", "check", "shown.yaml").out == antiphon("tables", "check", "later.yaml").out
