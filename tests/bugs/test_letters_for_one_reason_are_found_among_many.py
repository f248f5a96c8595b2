"""Dead letters for one reason are found however many wait for others; until now only among the oldest thousand."""

from __future__ import annotations

import pytest

from cli.verbs import dead_letters
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import Received
from domain.kernel.refusal import Refusal
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]


def test_a_retry_and_a_list_find_the_youngest(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given more letters than a retry takes at once, and two younger ones for another reason
    monkeypatch.setattr(dead_letters, "AT_ONCE", 2)
    codes = ["not-json"] * 3 + ["order-unknown"] * 2
    received = [Received("inbound.orders.v1", 0, n, None, b"{}", ()) for n in range(len(codes))]
    for letter, code in zip(received, codes, strict=True):
        DeadLetters(executor).add([(letter, Refusal(code, "this is why"))])
    # When
    listed = antiphon("dead-letters", "list", "--limit", "1").out
    discarded = antiphon("dead-letters", "discard", "--code", "order-unknown", "--reason", "tried").out
    # Then the list ends, and says what else there is
    assert listed.splitlines()[0].endswith("not-json")
    assert listed.splitlines()[2:5] == ["these are the first 1 of 5:", "       3  not-json", "       2  order-unknown"]
    assert "order-unknown" not in antiphon("dead-letters", "list", "--code", "not-json").out
    # And all for the other reason are discarded
    assert discarded.count("is discarded") == 2
    assert "these were the first 2" in discarded
    assert [each.code for each in DeadLetters(executor).all()] == ["not-json"] * 3
