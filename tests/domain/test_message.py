"""Delivery states never go backwards, in whatever order they are told."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from domain.message import DeliveryChanged, DeliveryState, Message, ReportDelivery, decide, evolve

STATES = list(get_args(DeliveryState))


def reported(states: list[DeliveryState]) -> tuple[Message | None, list[DeliveryState]]:
    """What is known after these reports, and what each that added something said."""
    message, added = None, []
    for state in states:
        command = ReportDelivery(conversation_id="conversation-1", state=state, code="mailbox-full")
        for event in decide(message, command, "message-1", "customer-1"):
            assert isinstance(event, DeliveryChanged)
            message = evolve(message, event)
            added.append(state)
            assert (getattr(event, "code", None) is not None) == (state == "failed")
    return message, added


@given(states=st.lists(st.sampled_from(STATES), max_size=12), data=st.data())
def test_any_order_of_any_reports_with_repeats_ends_in_the_highest(
    states: list[DeliveryState], data: st.DataObject
) -> None:
    # When
    message, added = reported(states)
    shuffled, _ = reported(data.draw(st.permutations(states + states)))
    # Then
    highest = max(states, key=STATES.index, default=None)
    assert (message and message.state) == (shuffled and shuffled.state) == highest
    assert added == sorted(set(added), key=STATES.index)
