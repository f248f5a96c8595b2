"""Whatever verb takes a time: one without a zone is refused, and nothing is appended. A due may be a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.catalogue import VERBS
from cli.main import application
from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon

NAIVE = "2099-06-12T16:30"
SOUND = "2026-06-12T16:30:00+02:00"
RULES = "rules.yaml"
TABLES = "tables.yaml"
TABLE = """tables:
  routing:
    hit_policy: first
    inputs: [{name: people, type: number}]
    outputs: [{name: team, type: string}]
    rules: [{then: {team: '"sales"'}}]
"""
RETENTION = "retention.yaml"
RETENTION_TABLE = """tables:
  retention:
    hit_policy: first
    inputs: [{name: closed, type: days and time duration, optional: true}]
    outputs: [{name: erase, type: boolean}]
    rules: [{then: {erase: 'false'}}]
"""

TIMES: dict[tuple[str, ...], list[str]] = {
    ("promise", "--by"): ["conversation-1", "With you on Friday"],
    ("signals answer", "--by"): ["signal-1", "plan", "Another seal"],
    ("revise", "--by"): ["promise-1", "--because", "late"],
    ("survey open", "--until"): ["yes-no", "--text", "en=Good? {token}", "--area", "kettles"],
    ("calendar due", "--from"): ["--file", RULES, "--calendar", "X", "--budget", "1h"],
    ("calendar elapsed", "--from"): ["--file", RULES, "--calendar", "X", "--to", SOUND],
    ("calendar elapsed", "--to"): ["--file", RULES, "--calendar", "X", "--from", SOUND],
    ("sla dry-run", "--from"): [RULES],
    ("sla dry-run", "--to"): [RULES, "--from", SOUND],
    ("sla put", "--from"): [RULES],
    ("sla put", "--since"): [RULES],
    ("tables put", "--from"): [TABLES],
    ("sla explain", "--as-of"): ["ID"],
    ("sla explain", "--known-at"): ["ID"],
    **{("audit trail", option): ["--conversation", "conversation-1"] for option in ("--from", "--to", "--since")},
    ("audit trail", "--until"): ["--conversation", "conversation-1"],
    ("holds place", "--until"): ["customer-1", "--reason", "lawsuit"],
    ("retention put", "--from"): [RETENTION],
    **{
        (f"measures {verb}", option): ["promise_kept", "--from", "2026-10-01", "--to", "2026-10-31"]
        for verb in ("show", "items", "cite")
        for option in ("--as-of", "--known-at")
    },
    **{
        (verb, option): [*nodes, "--from", "2026-10-01", "--to", "2026-10-31"]
        for verb, nodes in (("process map", []), ("process moves", ["began", "answered"]))
        for option in ("--as-of", "--known-at")
    },
    ("measures changed", "--known-at"): ["promise_kept", "--from", "2026-10-01", "--to", "2026-10-31"],
    ("measures changed", "--as-of"): [
        "promise_kept",
        "--from",
        "2026-10-01",
        "--to",
        "2026-10-31",
        "--known-at",
        SOUND,
    ],
    ("replay", "--as-of"): ["ID"],
    ("replay", "--known-at"): ["ID"],
    ("replay", "--diff"): ["conversation-1", "--known-at", SOUND],
}
"""Each verb with the option that takes a time, and what else has to be said."""
NO_TIMES = {
    ("open", "--from"), ("topics replay", "--from"), ("topics replay", "--to"), ("assign", "--to"),
    ("hand-over", "--to"), ("reply", "--to"), ("receive", "--by"), ("mail send", "--from"), ("mail send", "--to"),
    ("measures show", "--by"), ("measures goal", "--by"), ("measures cite", "--by"),
    ("process map", "--by"),
    *((f"measures {verb}", option) for verb in ("show", "items", "changed", "goal", "cite")
      for option in ("--from", "--to")),
    *((f"process {verb}", option) for verb in ("map", "moves", "feedback") for option in ("--from", "--to")),
}  # fmt: skip
"""A contact, positions of the log, teams, participants, addresses, lengths of periods, days."""


def options(command: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each option that is called like a time, with its verb."""
    for word, each in getattr(command, "commands", {}).items():
        yield from options(each, f"{name} {word}".strip())
    for parameter in command.params:
        for option in parameter.opts:
            if option in (
                "--by",
                "--from",
                "--to",
                "--since",
                "--until",
                "--as-of",
                "--known-at",
                "--at",
                "--before",
                "--diff",
            ):
                yield name, option


def test_the_table_has_every_option_that_takes_a_time() -> None:
    assert {*options(application(*(verb for verbs in VERBS.values() for verb in verbs)))} == TIMES.keys() | NO_TIMES


@pytest.mark.parametrize(("at", "more"), TIMES.items(), ids=[" ".join(each) for each in TIMES])
def test_a_time_without_a_zone_is_refused(
    antiphon: Antiphon, log: Log, tmp_path: Path, at: tuple[str, str], more: list[str]
) -> None:
    # Given
    id = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada").id
    (tmp_path / RULES).write_text("calendars: {X: {zone: UTC, hours: {mon: ['00:00-24:00']}}}")
    (tmp_path / TABLES).write_text(TABLE)
    (tmp_path / RETENTION).write_text(RETENTION_TABLE)
    antiphon("sla", "put", RULES)
    end = log.position()
    # When
    verb, option = at
    ran = antiphon(*verb.split(), *[id if word == "ID" else word for word in more], option, NAIVE)
    # Then
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(("antiphon: input-invalid: ", "antiphon: time-invalid: "))
    assert "a time without a zone" in ran.err
    assert log.position() == end


def test_a_due_that_is_a_day_is_the_end_of_it_in_the_companys_zone(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("ANTIPHON_ZONE", "Europe/Berlin")
    id = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada").id
    # When
    promised = antiphon("promise", id, "With you then", "--by", "2099-03-29").id
    # Then
    assert executor.read(promised).state.due_at == datetime(2099, 3, 29, 21, 59, 59, 999_999, tzinfo=UTC)
    # When
    antiphon("revise", promised, "--by", "2099-12-01", "--because", "snow")
    # Then
    assert executor.read(promised).state.due_at == datetime(2099, 12, 1, 22, 59, 59, 999_999, tzinfo=UTC)


def test_rules_are_shown_in_hours(antiphon: Antiphon, tmp_path: Path) -> None:
    # Given
    calendars = "calendars: {X: {zone: UTC, hours: {mon: ['00:00-24:00']}}}"
    policy = "{calendar: X, targets: {first_reply: PT40H, next_reply: 2h 30m}, warn_before: [90m]}"
    (tmp_path / RULES).write_text(f"{calendars}\npolicies: {{all: {policy}}}")
    # When
    antiphon("sla", "put", RULES)
    # Then
    shown = antiphon("sla", "rules", "all").out
    assert all(each in shown for each in ("first_reply: PT40H", "next_reply: PT2H30M", "- PT1H30M"))
