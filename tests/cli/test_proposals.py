"""`antiphon proposals` says what people are to decide about customers, also before anything else ran."""

from __future__ import annotations

from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from tests.bugs.test_a_channel_that_ignores_case_has_one_customer import BOB, thread_with
from tests.cli.conftest import Antiphon
from tests.commands.test_proposals import SHARP, SPELLINGS, recorded_formerly


def test_proposals_are_listed_and_dismissed(antiphon: Antiphon, executor: CommandExecutor) -> None:
    # Given
    one, two = (recorded_formerly(executor, ContactPoint("phone", each)) for each in SPELLINGS[:2])
    folded = recorded_formerly(executor, SHARP)
    assert antiphon("join", "bo", "Bo").status == 0
    # Then
    assert antiphon("proposals").out.splitlines() == [
        f"same-person {two} {one}: the same contact point (phone)",
        f"two-people {folded}: words of another may be among the customer's",
    ]
    # When
    why = ("--reason", "asked them", "--as", "bo")
    assert antiphon("dismiss-proposal", "same-person", one, two, *why).status == 0
    assert antiphon("dismiss-proposal", "two-people", folded, *why).status == 0
    # Then, strangers are compared, too
    stranger = thread_with(executor, BOB)
    assert antiphon("dismiss-proposal", "same-person", stranger, one, *why).status == 0
    assert antiphon("proposals", "--compare").out == "nothing to decide\n"
