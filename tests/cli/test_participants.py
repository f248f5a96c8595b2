"""Participants on the command line: whose words they are, answers to them, a stranger's record and erasure."""

from __future__ import annotations

from datetime import UTC, datetime

from commands.conversation.delivering import deliver
from commands.executor.context import happened
from commands.executor.executor import CommandExecutor
from tests.cli.conftest import Antiphon, antiphon
from tests.support.companies import GATEWAY, mail

__all__ = ["antiphon"]  # the fixture


def test_a_stranger_is_shown_answered_merged_and_erased(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    deliver(
        executor, mail(2, sender="bob@example.net"), happened(GATEWAY, datetime(1200, 5, 1, tzinfo=UTC), "exact", "UTC")
    )
    (bob,) = executor.read(id).state.participants
    assert f"also      bob@example.net  {bob}" in antiphon("show", id).out
    ada = executor.read(id).state.customer_id
    # When
    assert antiphon("join", "bo", "Bo").status == 0
    assert antiphon("reply", id, "Hello Bob", "--to", bob, "--as", "bo").status == 0
    # Then
    told = antiphon("show", id).out
    assert "bob@example.net takes part from here on" in told
    assert "bob@example.net  participant, mail, impossible time" in told
    assert "company, to bob@example.net" in told
    record = antiphon("show", bob).out
    assert ("word 2" in record, "Hello Bob" in record, "word 1" in record) == (True, True, False)
    assert "bob@example.net  participant" in antiphon("search", "word").out
    # When
    assert antiphon("merge-customer", bob, ada, "--as", "bo").status == 0
    assert f"into {ada}" in antiphon("show", bob).out
    refused = antiphon("erase", bob, "--reason", "asked")
    assert (refused.status, "merged-already" in refused.err) == (2, True)
    assert antiphon("separate-customer", bob, "--as", "bo").status == 0
    assert antiphon("erase", bob, "--reason", "asked").status == 0
    # Then
    assert "[erased]" in antiphon("show", bob).out
    assert "word 1" in antiphon("show", id).out
    assert antiphon("show", "stranger-nobody").status == 2


def test_who_is_added_can_be_removed_by_what_show_prints(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    assert antiphon("join", "bo", "Bo").status == 0
    # When what was typed is no address and no number
    refused = antiphon("add-participant", id, "order-1", "--as", "bo")
    assert (refused.status, "contact-point-unusable" in refused.err) == (2, True)
    # When
    assert antiphon("add-participant", id, "030 1234567", "--reason", "her sister calls", "--as", "bo").status == 0
    shown = antiphon("show", id).out
    (line,) = (each for each in shown.splitlines() if each.startswith("also "))
    # Then
    assert "takes part from here on (030 1234567), because: her sister calls" in " ".join(shown.split())
    assert antiphon("remove-participant", id, line.split()[-1], "--as", "bo").status == 0
    assert "also " not in antiphon("show", id).out
