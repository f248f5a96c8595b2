"""The customer's side from the command line: what they choose and say is kept once, and shown to agents."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.cli.conftest import Antiphon
from tests.cli.test_promising import once


def test_how_a_customer_wants_to_be_reached_is_chosen_and_shown(
    antiphon: Antiphon, executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    conversation_id = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org").id
    customer_id = executor.read(conversation_id).state.customer_id
    antiphon("join", "mia", "Mia Sandberg")
    # When
    once(antiphon, log, "prefer", customer_id, "--channel", "phone", "--language", "de", "--quiet")
    once(antiphon, log, "consent", customer_id, "newsletter", "--given")
    once(antiphon, log, "consent", customer_id, "newsletter", "--withdrawn", "--as", "mia")
    once(antiphon, log, "request-person", conversation_id, "--because", "Not a bot")
    assert "[asks for a person]" in antiphon("inbox", "--person").out
    once(antiphon, log, "withdraw", conversation_id, "--because", "It turned up")
    # Then
    assert antiphon("inbox", "--person").out == "no conversations here\n"
    assert "asked for a person: Not a bot" in antiphon("show", conversation_id).out
    shown = antiphon("show", customer_id).out
    assert "wants to be reached by phone, in de, only about what they asked" in shown
    assert "* withdrawn: It turned up" in shown
    assert "does not consent to newsletter (said on " in shown
    # and what is no customer's is refused
    assert antiphon("prefer", conversation_id).status == 2
    assert antiphon("consent", "customer-nobody", "newsletter", "--given").err.startswith("antiphon: not-found")
