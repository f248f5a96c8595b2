"""`antiphon holds`: placed, listed with what waits, and released."""

from __future__ import annotations

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from tests.cli.conftest import Antiphon
from tests.support.companies import GATEWAY, mail


def test_a_hold_is_placed_listed_and_released(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    placed = antiphon("holds", "place", customer_id, "--reason", "lawsuit 12", "--until", "2100-01-01T00:00:00Z")
    assert placed.status == 0, placed.err
    # When
    asked = antiphon("erase", customer_id, "--reason", "they asked", "--requested-by", customer_id)
    # Then
    assert "a legal hold stands" in asked.out
    assert not executor.read(customer_id).state.erased
    shown = antiphon("holds", "list", customer_id).out
    assert placed.id in shown
    assert "lawsuit 12" in shown
    assert f"waits: the erasure of {customer_id}" in shown
    assert ": they asked\n" in shown
    # And among those of all customers
    everybody = antiphon("holds", "list").out
    assert placed.id in everybody
    assert "lawsuit 12" in everybody
    assert antiphon("holds", "release", placed.id, "--reason", "it is over").status == 0
    assert "no holds stand" in antiphon("holds", "list").out
    assert "it is over" in antiphon("holds", "list", "--ended").out
    assert "no holds stand" in antiphon("holds", "list", customer_id).out
