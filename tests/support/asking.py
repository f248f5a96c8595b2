"""How each drawn command is asked for: as its callers do."""

from __future__ import annotations

from audit.erasure import erase
from commands import conversations, customers, following, orders, staffing
from commands.context import Context
from commands.handling import Handling
from commands.proposal import Answer
from domain import conversation, customer, order, staff
from domain import following as f
from domain.kernel import Actor, new_id
from tests.support.drawn import Command, Company


def ask(handling: Handling, command: Command, conversation_id: str, context: Context) -> Answer:
    """Carry a command out; those of a conversation that is there already, on `conversation_id`."""
    match command:
        case conversation.OpenConversation():
            return conversations.open_conversation(handling, command, context)
        case conversation.Command():
            return conversations.act(handling, conversation_id, command, context)
        case customer.EraseCustomer():
            return erase(handling, command.customer_id, context)
        case customer.Command():
            return customers.act(handling, command, context)
        case order.PlaceOrder():
            return orders.place(handling, command, context)
        case staff.FormTeam():
            return staffing.form_team(handling, command, context)
        case staff.JoinStaff():
            return staffing.join(handling, command, context)
        case staff.MoveStaff():
            return staffing.move(handling, command, context)
        case f.Retry():
            return following.tell(handling, command, context)
        case _:
            raise TypeError(f"nobody has said how {type(command).__name__} is asked for")


def founded(handling: Handling) -> Company:
    """A company with a customer, a conversation with an answer, a team and somebody in it."""
    company = Company()
    context = Context(Actor(id="staff-1", kind="agent"))
    customer_id = new_id("customer")
    opening = conversation.OpenConversation(
        customer_id=customer_id, kind="inquiry", channel="mail", body="Where is it?"
    )
    conversation_id = ""
    for command in (
        customer.RegisterCustomer(customer_id=customer_id, name="Ada"),
        opening,
        conversation.SendReply(body="On its way"),
        staff.FormTeam(name=new_id("team")),
        staff.JoinStaff(handle=new_id("staff"), name="Eve"),
    ):
        answer = ask(handling, command, conversation_id, context)
        learn(company, command, answer)
        conversation_id = answer.id if command is opening else conversation_id
    return company


def learn(company: Company, command: Command, answer: Answer) -> None:
    """What there is now that the command was carried out."""
    company.add(answer.id)
    for name in ("interaction_id", "message_id"):
        if id := getattr(command, name, None):
            company.add(id)
