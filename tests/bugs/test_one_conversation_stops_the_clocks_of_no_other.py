"""A conversation whose clocks cannot be evaluated is named, and the clocks of the others are evaluated all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import evaluated_apart
from commands.service_level.what_if import what_if
from domain.conversation.commands import OpenConversation
from domain.conversation.merging import MergeInto
from domain.service_level.policy_file import PoliciesInFile
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from process.service_level import ClockTimers
from process.watch import Watch
from tests.cli.conftest import Antiphon, antiphon
from tests.support.clocked import Clocked, follow_clocks
from tests.support.companies import AGENT, GATEWAY, mail

__all__ = ["antiphon"]  # a fixture

LONG_AGO = -24 * 3600
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def owed(executor: CommandExecutor) -> Clocked:
    return Clocked(executor)


def made_unreadable(urls: Urls, id: str) -> None:
    with connect(urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = 'x' WHERE originator_id = %s", [id])


def tried(executor: CommandExecutor, owed: Clocked) -> PoliciesInFile:
    name = executor.read(owed.policy_id).state.name
    return PoliciesInFile.model_validate({"policies": {name: {"targets": {"first_reply": "P100D"}}}})


@pytest.mark.parametrize("page", [1, 3, 500])
def test_a_dry_run_names_what_it_cannot_evaluate_and_goes_on(
    executor: CommandExecutor, log: Log, database_urls: Urls, owed: Clocked, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given some that are missed, of which one cannot be read, and another is merged with one that cannot
    monkeypatch.setattr(evaluated_apart, "PAGE", page)
    missed = owed.all_due([LONG_AGO + number for number in range(7)])
    merging.merge(executor, missed[1], MergeInto(into=missed[4]), AGENT)
    for each in (missed[1], missed[5]):
        made_unreadable(database_urls, each)
    # When
    found = what_if(log, tried(executor, owed), SINCE, datetime.now(UTC), datetime.now(UTC), "UTC")
    # Then
    assert {each.conversation_id for each in found.not_evaluated} == {missed[1], missed[4], missed[5]}
    assert {each.error for each in found.not_evaluated} == {"UnreadableEvent not-decodable"}
    assert sorted(flip.conversation_id for flip in found.flips) == sorted(missed[each] for each in (0, 2, 3, 6))


def test_dry_run_and_doctor_name_it_for_who_runs_them(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, owed: Clocked, tmp_path: Path,
    antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Given
    monkeypatch.setenv("COLUMNS", "200")
    unreadable, missed = owed.all_due([LONG_AGO, LONG_AGO])
    follow_clocks(log, projector)
    assert antiphon("doctor").status == 0
    made_unreadable(database_urls, unreadable)
    file = tmp_path / "policy.yaml"
    file.write_text(json.dumps(tried(executor, owed).model_dump(mode="json", exclude_none=True)))
    # When
    ran = antiphon("sla", "dry-run", str(file), "--from", "2020-01-01T00:00:00Z")
    # Then
    assert (ran.status, ran.err) == (0, "")
    assert f"not evaluated: {unreadable} (UnreadableEvent not-decodable)" in ran.out.splitlines()
    assert missed in ran.out
    doctor = antiphon("doctor")
    assert doctor.status == 1
    assert f"!!  clocks     {unreadable}: UnreadableEvent not-decodable" in doctor.out.splitlines()
    assert missed not in doctor.out
    # And who asks for this one is told why there is no answer
    explained = antiphon("sla", "explain", unreadable)
    assert explained.status != 0
    assert unreadable in explained.err
    assert "Traceback" not in explained.err


def test_the_watch_names_it_and_finds_what_the_others_missed(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, owed: Clocked
) -> None:
    # Given
    unreadable, missed = owed.all_due([LONG_AGO, LONG_AGO])
    follow_clocks(log, projector)
    made_unreadable(database_urls, unreadable)
    watch = Watch(ClockTimers(executor, projector))
    # When
    with structlog.testing.capture_logs() as told:
        watch.poll()
    # Then
    named = {line["conversation"]: line["error"] for line in told if line["event"] == "clocks-not-seen"}
    assert named == {unreadable: "UnreadableEvent not-decodable"}
    stream = "clocks-" + missed.removeprefix("conversation-")
    assert "clocks.breached" in [each.event.stored_name for each in log.recorded_events(log.records(stream))]


@pytest.mark.parametrize("year", [1, 1200])
def test_a_message_of_any_year_ends_no_dry_run(executor: CommandExecutor, log: Log, owed: Clocked, year: int) -> None:
    # Given a log in which a gateway once told a time that nobody can mean
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    opening = OpenConversation(customer_id=customer_id, kind="inquiry", channel="web", body="Where is it?")
    told = replace(GATEWAY, occurred_at=datetime(year, 1, 1, tzinfo=UTC))
    odd = conversations.open_conversation(executor, opening, told).id
    missed = owed.due(LONG_AGO)
    # When
    found = what_if(log, tried(executor, owed), SINCE, datetime.now(UTC), datetime.now(UTC), "UTC")
    # Then
    assert not found.not_evaluated
    assert missed in {flip.conversation_id for flip in found.flips}
    assert odd in log.streams([odd])
