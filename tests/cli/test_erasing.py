"""An erased customer's conversations are resolved: nobody can answer them, and they waited in the inbox for ever."""

from __future__ import annotations

from commands.conversations import deliver
from commands.handling import Handling
from infra.log import Log
from tests.cli.conftest import Antiphon
from tests.support.companies import GATEWAY, mail


def test_the_inbox_shows_no_conversation_of_somebody_who_was_erased(
    antiphon: Antiphon, handling: Handling, log: Log
) -> None:
    # Given
    ids = [deliver(handling, mail(number, thread=f"t{number}"), GATEWAY).id for number in (1, 2)]
    other = deliver(handling, mail(3, thread="t3", sender="bob@example.org"), GATEWAY).id
    customer_id = handling.read(ids[0]).state.customer_id
    # When
    erased = antiphon("erase", customer_id, "--reason", "they asked")
    # Then
    assert erased.status == 0
    assert {handling.read(id).state.status for id in ids} == {"resolved"}
    shown = antiphon("inbox").out
    assert other in shown
    assert not [id for id in ids if id in shown]
