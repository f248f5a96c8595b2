"""How each drawn command is asked for: by the command registry, of a company that is founded here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from commands import registry
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.registry import AskedCommand, Ports
from domain import customer, promise, staff
from domain.conversation import commands as conversation
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.refusal import OutcomeUnknown, Overloaded
from domain.order import commands as order
from domain.service_level import calendar, policy
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import WritePolicy
from domain.signal.commands import RouteSignal
from tests.support.drawn import DUE, Command, Company
from tests.support.open_work import Shown
from tests.support.signal_evidence import FEW, Given

MOST_TIMES = 20
"""How often a command is asked for, each time for as long as the database has to answer it."""


def patiently(do: Callable[[], Answer]) -> Answer:
    """The answer, once the database gives one. On a busy machine, it may not answer in time: then nothing was written,
    or nobody knows, and what has an id of its own is asked for again. Hypothesis would call a machine flaky whose step
    is refused the first time only."""
    for _ in range(MOST_TIMES):
        try:
            return do()
        except (Overloaded, OutcomeUnknown):
            continue
    return do()


def ask(executor: CommandExecutor, command: Command, stream: str, context: Context) -> Answer:
    """Carry a command out; those of something that is there already, on this stream (`Company.target`)."""
    if context.command_id is None:
        context = replace(context, command_id=new_id("command"))
    ports, asked = Ports(executor, Shown(), Given(of_any=FEW)), AskedCommand(command, context, target=stream)
    return patiently(lambda: registry.ask(ports, asked))


def founded(executor: CommandExecutor) -> Company:
    """A company with a customer, a conversation with an answer, an order and a promise, a team with a signal and
    somebody in it, a calendar and a policy for all conversations."""
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
        team := staff.FormTeam(name=new_id("team")),
        RouteSignal(area=new_id("area"), theme="out-of-true", stage="design", team_id=team.team_id, because="It burns"),
        staff.JoinStaff(handle=new_id("staff"), name="Eve"),
        hours := calendar.WriteCalendar(
            name=new_id("calendar"),
            opening_hours=OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)}),
        ),
        WritePolicy(
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
    company.add(met(executor))
    return company


def met(executor: CommandExecutor, who: str = "bob") -> str:
    """A stranger who wrote in a customer's thread, from this handle."""
    thread, gateway = new_id("thread"), Context(Actor(id="service-mail", kind="service"))
    first, second = (
        deliver(executor, Delivery("mail", new_id("mail"), ContactPoint("handle", each), "words", thread), gateway)
        for each in ("ada", who)
    )
    assert first.id == second.id
    return next(iter(executor.read(CONVERSATION, second.id).existing(CONVERSATION.kind).state.participants))


def learn(company: Company, command: Command, answer: Answer) -> None:
    """What there is now that the command was carried out."""
    company.add(answer.id)
    for name in ("interaction_id", "message_id"):
        if id := getattr(command, name, None):
            company.add(id)
