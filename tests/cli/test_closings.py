"""`antiphon closings` says who was told what became of a signal, who waits, and why somebody was not told."""

from __future__ import annotations

from commands.attention.contacting import owe_closing, review
from commands.customer.contact_points import ContactPoint
from commands.customer.handlers import register
from commands.executor.executor import CommandExecutor
from domain.attention.contacts import OweClosing, ReviewContacts
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT
from tests.support.contacting import DAY, SIGNAL


def test_who_waits_and_who_is_not_told_is_shown_with_the_reason(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    ada, bea = (register(executor, [ContactPoint("handle", name)], AGENT).id for name in ("ada", "bea"))
    for each in (ada, bea):
        owed = OweClosing(
            customer_id=each, outcome_id="7", outcome="shipped", signal_id=SIGNAL, area="frames", theme="size"
        )
        owe_closing(executor, owed, AGENT)
    review(executor, ReviewContacts(customer_id=ada), AGENT, not_before=executor.clock() + 2 * DAY)
    # When
    of_signal = antiphon("closings", SIGNAL).out.splitlines()
    # Then
    assert len(of_signal) == 2
    assert f"not told: no-conversation  {ada}  shipped: frames, size" in of_signal[0]
    assert f"waits until then  {bea}  shipped: frames, size" in of_signal[1]
    assert antiphon("closings", bea).out.splitlines() == of_signal[1:]
    assert antiphon("closings", "customer-nobody").out == "no closing messages here\n"
    assert antiphon("closings", "order-1").err.startswith("antiphon: not-found")
