"""How each drawn command is asked for: as its callers do."""

from __future__ import annotations

from datetime import timedelta

from commands import message as messages
from commands import order as orders
from commands import promise as promises
from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.customer import handlers as customers
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.service_level import handlers as sla
from commands.staff import handlers as staffing
from domain import customer, message, order, promise, staff
from domain import subscription as f
from domain.conversation import commands as conversation
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.service_level import calendar, policy
from domain.service_level.opening_hours import OpeningHours
from tests.support.drawn import DUE, Command, Company
from tests.support.open_work import erase


def ask(executor: CommandExecutor, command: Command, stream: str, context: Context) -> Answer:
    """Carry a command out; those of something that is there already, on this stream (`Company.target`)."""
    match command:
        case conversation.OpenConversation():
            return conversations.open_conversation(executor, command, context)
        case conversation.ConversationCommand():
            return conversations.act(executor, stream, command, context)
        case MergeInto():
            return merging.merge(executor, stream, command, context)
        case Separate():
            return merging.separate(executor, stream, command, context)
        case SplitMessage():
            return splitting.split(executor, stream, command, context)
        case UndoSplit():
            return splitting.undo_split(executor, stream, command, context)
        case customer.EraseCustomer():
            return erase(executor, command.customer_id, context)
        case customer.CustomerCommand():
            return customers.act(executor, command, context)
        case message.ReportDelivery():
            return messages.report_delivery(executor, stream, command, context)
        case order.PlaceOrder():
            return orders.place(executor, command, context)
        case order.OrderCommand():
            return orders.act(executor, stream, command, context)
        case promise.MakePromise():
            return promises.make(executor, command, context)
        case promise.PromiseCommand():
            return promises.act(executor, stream, command, context)
        case promise.DetectOverdue():
            return promises.detect_overdue(executor, stream, command, context)
        case staff.FormTeam():
            return staffing.form_team(executor, command, context)
        case staff.JoinStaff():
            return staffing.join(executor, command, context)
        case staff.MoveStaff():
            return staffing.move(executor, command, context)
        case staff.ChangeRoles():
            return staffing.change_roles(executor, command, context)
        case staff.LeaveStaff():
            return staffing.leave(executor, command, context)
        case calendar.WriteCalendar():
            return sla.write_calendar(executor, command, context)
        case calendar.EditCalendar() | calendar.CorrectCalendar():
            return sla.change_calendar(executor, stream, command, context)
        case policy.WritePolicy():
            return sla.write_policy(executor, command, context)
        case policy.EditPolicy() | policy.CorrectPolicy():
            return sla.change_policy(executor, stream, command, context)
        case f.Retry():
            return subscription_requests.tell(executor, command, context)
        case _:
            raise TypeError(f"nobody has said how {type(command).__name__} is asked for")


def founded(executor: CommandExecutor) -> Company:
    """A company with a customer, a conversation with an answer, an order and a promise, a team and somebody in it, a
    calendar and a policy for all conversations."""
    company = Company()
    context = Context(Actor(id="staff-1", kind="agent"))
    customer_id, order_id = new_id("customer"), new_id("order")
    opening = conversation.OpenConversation(
        customer_id=customer_id, kind="inquiry", channel="mail", body="Where is it?"
    )
    conversation_id = ""
    for command in (
        customer.RegisterCustomer(customer_id=customer_id, name="Ada"),
        opening,
        conversation.SendReply(body="On its way"),
        order.PlaceOrder(customer_id=customer_id, order_id=order_id),
        promise.MakePromise(customer_id=customer_id, order_id=order_id, text="By Friday", due_at=DUE[0], delivery=True),
        staff.FormTeam(name=new_id("team")),
        staff.JoinStaff(handle=new_id("staff"), name="Eve"),
        hours := calendar.WriteCalendar(
            name=new_id("calendar"),
            opening_hours=OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)}),
        ),
        policy.WritePolicy(
            name=new_id("policy"),
            terms=policy.Terms(
                calendar_id=hours.calendar_id,
                targets=dict.fromkeys(policy.METRICS, timedelta(hours=1)),
                selects=policy.Selects(),
            ),
        ),
    ):
        answer = ask(executor, command, conversation_id, context)
        learn(company, command, answer)
        conversation_id = answer.id if command is opening else conversation_id
    return company


def learn(company: Company, command: Command, answer: Answer) -> None:
    """What there is now that the command was carried out."""
    company.add(answer.id)
    for name in ("interaction_id", "message_id"):
        if id := getattr(command, name, None):
            company.add(id)
