"""A command id makes a command repeatable: the same again is the first answer, anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from commands import order as orders
from commands import subscription as following
from commands.conversation import handlers as conversations
from commands.conversation.handlers import deliver
from commands.customer import handlers as customers
from commands.customer.handlers import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import Handling
from commands.executor.unit_of_work import Answer
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, ChangePriority, OpenConversation, SendReply
from domain.customer import AddContactPoint, RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order import PlaceOrder
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff
from domain.subscription import Retry
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names

KEYED = Context(AGENT.actor, command_id="k1", reason="asked to")
Ask = Callable[[Handling, str, str], Answer]
"""(handling, something to work on, what makes two bodies differ)"""


def _customer(handling: Handling, id: str) -> str:
    found: str = handling.read(id).state.customer_id
    return found


def _staff(handling: Handling) -> str:
    return staffing.join(handling, JoinStaff(handle="bo", name="Bo"), AGENT).id


def _team(handling: Handling, word: str) -> str:
    teams = {name: staffing.form_team(handling, FormTeam(name=name), AGENT).id for name in ("a", "b")}
    return teams[word]


VERBS: dict[str, Ask] = {
    "deliver": lambda handling, id, word: deliver(handling, mail(8 if word == "a" else 9), KEYED),
    "open": lambda handling, id, word: conversations.open_conversation(
        handling,
        OpenConversation(customer_id=_customer(handling, id), kind="inquiry", channel="web", body=word),
        KEYED,
    ),
    "act": lambda handling, id, word: conversations.act(handling, id, SendReply(body=word), KEYED),
    "register": lambda handling, id, word: customers.register(handling, [ContactPoint("mail", word)], KEYED),
    "about a customer": lambda handling, id, word: customers.act(
        handling, AddContactPoint(customer_id=_customer(handling, id), contact_kind="phone", value=word), KEYED
    ),
    "place": lambda handling, id, word: orders.place(
        handling, PlaceOrder(customer_id=_customer(handling, id), number=word), KEYED
    ),
    "form a team": lambda handling, id, word: staffing.form_team(handling, FormTeam(name=word), KEYED),
    "join": lambda handling, id, word: staffing.join(handling, JoinStaff(handle=word, name="Bo"), KEYED),
    "move": lambda handling, id, word: staffing.move(
        handling, MoveStaff(staff_id=_staff(handling), team_id=_team(handling, word)), KEYED
    ),
    "change roles": lambda handling, id, word: staffing.change_roles(
        handling, ChangeRoles(staff_id=_staff(handling), roles=("lead",) if word == "a" else ("design",)), KEYED
    ),
    "leave": lambda handling, id, word: staffing.leave(
        handling, LeaveStaff(staff_id=staffing.staff_id(handling, "bo") or ""), replace(KEYED, reason=word)
    ),
    "tell a follower": lambda handling, id, word: following.tell(
        handling, Retry(follower="inbox", version=1, stream=word), KEYED
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_repeats_its_first_answer_and_refuses_another_body(handling: Handling, log: Log, verb: str) -> None:
    # Given
    id = deliver(handling, mail(1), GATEWAY).id
    _staff(handling)
    first = VERBS[verb](handling, id, "a")
    end = log.position()
    # When
    again = VERBS[verb](handling, id, "a")
    with pytest.raises(Refusal) as refused:
        VERBS[verb](handling, id, "b")
    # Then
    assert (again.id, again.position, again.repeated) == (first.id, first.position, True)
    assert refused.value.code == "idempotency-key-reused"
    assert log.position() == end


def test_the_same_words_to_another_conversation_are_another_body(handling: Handling) -> None:
    # Given
    one, other = (deliver(handling, mail(n, f"t{n}"), GATEWAY).id for n in (1, 2))
    conversations.act(handling, one, SendReply(body="yes"), KEYED)
    # When
    with pytest.raises(Refusal) as refused:
        conversations.act(handling, other, SendReply(body="yes"), KEYED)
    # Then
    assert refused.value.code == "idempotency-key-reused"


def test_a_command_id_is_its_callers_own(handling: Handling, log: Log) -> None:
    # Given
    id = deliver(handling, mail(1), GATEWAY).id
    another = Context(Actor(id="staff-2", kind="agent"), command_id=KEYED.command_id)
    # When
    answers = [conversations.act(handling, id, SendReply(body="yes"), context) for context in (KEYED, another)]
    # Then
    assert [answer.repeated for answer in answers] == [False, False]
    assert names(log, id).count("conversation.message-sent") == 2


def test_a_repeat_gets_the_first_answer_also_when_things_have_moved_on(handling: Handling, log: Log) -> None:
    # Given
    id = deliver(handling, mail(1), GATEWAY).id
    first = conversations.act(handling, id, ChangePriority(priority="high"), KEYED)
    conversations.act(handling, id, ChangePriority(priority="low"), AGENT)
    # When
    again = conversations.act(handling, id, ChangePriority(priority="high"), KEYED)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
    assert handling.read(id).state.priority == "low"


def test_a_repeat_gets_the_first_answer_also_when_it_would_be_refused_by_now(handling: Handling) -> None:
    # Given
    customer_id = new_id("customer")
    register = RegisterCustomer(customer_id=customer_id)
    first = customers.act(handling, register, KEYED)
    # When
    again = customers.act(handling, register, KEYED)
    with pytest.raises(Refusal) as refused:
        customers.act(handling, register, AGENT)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
    assert refused.value.code == "customer-exists"


def test_a_repeat_of_what_changed_nothing_is_still_a_repeat(handling: Handling, log: Log) -> None:
    # Given
    id = deliver(handling, mail(1), GATEWAY).id
    first = conversations.act(handling, id, ChangePriority(priority="normal"), KEYED)
    conversations.act(handling, id, AddNote(body="meanwhile"), AGENT)
    # When
    again = conversations.act(handling, id, ChangePriority(priority="normal"), KEYED)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
