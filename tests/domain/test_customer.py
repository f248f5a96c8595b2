"""How a customer wants to be reached, and what they agree to: what is said again changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain import customer as u

ADA = "customer-a"
NOW = datetime(2026, 6, 1, tzinfo=UTC)

PURPOSES = st.sampled_from(["newsletter", "surveys"])
COMMANDS = st.one_of(
    st.builds(u.GiveConsent, customer_id=st.just(ADA), purpose=PURPOSES),
    st.builds(u.WithdrawConsent, customer_id=st.just(ADA), purpose=PURPOSES),
    st.builds(
        u.ChoosePreferences,
        customer_id=st.just(ADA),
        channel=st.sampled_from([None, "mail", "phone"]),
        language=st.sampled_from([None, "de"]),
        quiet=st.booleans(),
    ),
)


@given(st.lists(COMMANDS))
def test_the_last_word_counts_and_the_same_again_changes_nothing(commands: list[u.CustomerCommand]) -> None:
    # Given
    state = u.evolve(None, u.Registered(customer_id=ADA))
    last: dict[str, u.CustomerCommand] = {}
    for command in commands:
        # When
        events: list[Any] = u.decide(state, command, NOW)
        for event in events:
            state = u.evolve(state, event)
        # Then
        assert u.decide(state, command, NOW) == []
        last[getattr(command, "purpose", "preferences")] = command
    assert state is not None
    chosen = last.pop("preferences", u.ChoosePreferences(customer_id=ADA))
    assert isinstance(chosen, u.ChoosePreferences)
    assert (state.channel, state.language, state.quiet) == (chosen.channel, chosen.language, chosen.quiet)
    assert dict(state.consents) == {purpose: isinstance(each, u.GiveConsent) for purpose, each in last.items()}
