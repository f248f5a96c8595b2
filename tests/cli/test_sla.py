"""`antiphon sla` shows why a clock stands as it does, and how it would by other rules."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from process.service_level import ClockTimers
from process.watch import Watch
from tests.cli.conftest import Antiphon
from tests.support.following import catch_up
from tests.support.promising import policy_for_inquiries


def test_a_clock_is_explained_as_a_timeline(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    policy_for_inquiries(executor)
    opened = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada")
    # When
    explained = antiphon("sla", "explain", opened.id)
    # Then
    assert (explained.status, explained.err) == (0, "")
    lines = [line.strip() for line in explained.out.splitlines()]
    (head,) = [line for line in lines if line.startswith("first_reply 1: running; promised within 1:00:00")]
    assert "version 1" in head
    assert [line.split("  ")[-1].split(",")[0] for line in lines if "  " in line] == [
        "started",
        "counted",
        "now",
        "due",
    ]
    assert lines[-1].startswith("judged by the events at ")


def test_who_is_not_there_is_not_found(antiphon: Antiphon) -> None:
    explained = antiphon("sla", "explain", "conversation-nobody")
    assert explained.status == 2
    assert "not-found" in explained.err


def test_a_dry_run_says_which_verdicts_would_be_others_and_appends_nothing(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    name = executor.read(policy_for_inquiries(executor)).state.name
    opened = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada")
    position = log.position()
    file = tmp_path / "policy.yaml"
    file.write_text(f"policies: {{{name}: {{targets: {{first_reply: PT0S}}}}}}")
    # When
    explained = antiphon("sla", "dry-run", str(file), "--from", "2026-01-01T00:00:00Z")
    # Then
    assert (explained.status, explained.err) == (0, "")
    first, _, cell, example = explained.out.splitlines()
    assert first == "1 of 1 verdicts would be others"
    assert cell == f"{name}, normal, first_reply: 1 from open to missed"
    assert example.strip().startswith(opened.id)
    (flip,) = json.loads(antiphon("sla", "dry-run", str(file), "--from", "2026-01-01T00:00:00Z", "--json").out)["flips"]
    assert (flip["conversation_id"], flip["before"], flip["after"]) == (opened.id, "open", "missed")
    assert log.position() == position


def test_a_file_with_an_unknown_key_is_refused(antiphon: Antiphon, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("policies: {inquiries: {target: {first_reply: PT0S}}}")
    explained = antiphon("sla", "dry-run", str(file), "--from", "2026-01-01T00:00:00Z")
    assert explained.status == 2
    assert "input-invalid" in explained.err


WRITTEN = """
calendars: {Berlin: {zone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}, holidays: {country: DE}}}
policies:
  standard: {calendar: Berlin, targets: {first_reply: PT1H}, selects: {kinds: [inquiry]}, warn_before: [PT10M]}
"""


def test_what_was_tried_is_put_in_force_and_shown_with_who_said_so(antiphon: Antiphon, tmp_path: Path) -> None:
    # Given
    file = tmp_path / "policy.yaml"
    file.write_text(WRITTEN)
    assert antiphon("join", "mia", "Mia Holm", "--role", "lead").status == 0
    # When
    written = antiphon("sla", "put", str(file), "--as", "mia")
    again = antiphon("sla", "put", str(file))
    file.write_text("policies: {standard: {targets: {first_reply: PT30M}}}")
    edited = antiphon("sla", "put", str(file), "--from", "2100-01-01", "--reason", "We grew")
    corrected = antiphon("sla", "put", str(file), "--since", "2026-01-01")
    past = antiphon("sla", "put", str(file), "--from", "2026-01-01")
    # Then
    assert [line.split(":")[0] for line in written.out.splitlines()] == ["calendar Berlin", "policy standard"]
    assert (again.status, "calendar-exists" in again.err) == (2, True)
    assert (edited.status, corrected.status, past.status) == (0, 0, 2)
    assert "effective-from-past" in past.err
    shown = antiphon("sla", "rules", "standard").out
    assert "calendar Berlin" not in shown
    first, second, third = (line for line in shown.splitlines() if line.startswith("  version"))
    assert "from the beginning" in first
    assert first.endswith("by Mia Holm")
    assert "from 2099-12-31 23:00" in second
    assert second.endswith("We grew")
    assert "corrected since 2025-12-31 23:00" in third
    assert shown.count("first_reply: PT30M") == 2
    assert "warn_before:\n    - PT10M" in shown
    assert "mon-fri" in antiphon("sla", "rules").out


def test_an_unknown_calendar_is_refused_and_the_rest_can_be_repeated(antiphon: Antiphon, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("policies: {standard: {calendar: Berlin, targets: {first_reply: PT1H}}}")
    explained = antiphon("sla", "put", str(file))
    assert (explained.status, "calendar-unknown" in explained.err) == (2, True)
    assert antiphon("sla", "rules").out == "no rules here\n"


def test_what_is_due_next_shows_once_the_watch_has_recorded_it(
    antiphon: Antiphon,
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    policy_for_inquiries(executor, hour=timedelta())
    antiphon("open", "complaint", "It broke", "--from", "ada@example.org")
    opened = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada")
    catch_up(log, projector)
    reader = Database(database_urls.database_url, "reader")
    Watch(ClockTimers(executor, reader)).poll()
    reader.close()
    # When
    monkeypatch.setenv("COLUMNS", "160")
    explained = antiphon("inbox", "--order", "due", "--limit", "1")
    # Then
    assert (explained.status, explained.err) == (0, "")
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in explained.out.splitlines()]
    assert rows[0][0] == "due"
    assert rows[2][:2] == ["missed", "[first reply missed] Where is it?"]
    assert rows[3][:2] == ["inquiry", opened.id]
    # And the next page is asked for in the same order, and the conversation says it, too
    assert "--order due" in explained.out.splitlines()[-1]
    (due,) = [line for line in antiphon("show", opened.id).out.splitlines() if line.startswith("due ")]
    assert due.endswith(", first reply missed")
