"""A policy may let a conversation stand as it does when the customer writes."""

from __future__ import annotations

from commands import conversations, sla
from commands.clock_facts import ClockFacts
from commands.conversations import deliver
from commands.handling import Handling
from domain.conversation_commands import ChangeStatus, ReceiveMessage, SetPolicy
from domain.sla_policy import EditPolicy
from infra.log import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries


def test_words_leave_a_conversation_as_it_stands_where_the_policy_it_was_put_under_says_so(
    handling: Handling, log: Log
) -> None:
    # Given
    policy_id = policy_for_inquiries(handling, on_customer_message="keep")
    named, chosen = (deliver(handling, mail(number, f"t{number}"), GATEWAY).id for number in (1, 2))
    conversations.act(handling, named, SetPolicy(policy_id=policy_id), AGENT)
    for id in (named, chosen):
        conversations.act(handling, id, ChangeStatus(status="waiting_on_customer"), AGENT)
    # When
    for number, id in enumerate((named, chosen), start=3):
        deliver(handling, mail(number, f"t{number - 2}"), GATEWAY)
        conversations.act(handling, id, ReceiveMessage(body="And?"), GATEWAY)
    # Then its clocks say what the conversation says
    for id, status in ((named, "waiting_on_customer"), (chosen, "open")):
        assert handling.read(id).state.status == status
        assert ClockFacts(log).of(id).standings(log.now())[id].status == status
    # And by another edit that is to come, nothing changes yet
    edit = EditPolicy(effective_from=log.now().replace(year=2100), on_customer_message="reopen")
    sla.change_policy(handling, policy_id, edit, AGENT)
    conversations.act(handling, named, ReceiveMessage(body="Well?"), GATEWAY)
    assert handling.read(named).state.status == "waiting_on_customer"
