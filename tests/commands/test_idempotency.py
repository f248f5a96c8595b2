"""A command id makes a command repeatable: the same again is the first answer, anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands import order as orders
from commands import promise as promises
from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.message import report_delivery
from commands.service_level import handlers as sla
from commands.service_level.putting_in_force import put_in_force
from commands.staff import handlers as staffing
from domain.conversation.commands import AddNote, ChangePriority, OpenConversation, SendReply
from domain.conversation.events import NoteAdded
from domain.conversation.state import CONVERSATION
from domain.customer import AddContactPoint, GiveConsent, RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.message import ReportDelivery
from domain.order.commands import PlaceOrder, ShipOrder
from domain.promise import BreakPromise, MakePromise
from domain.service_level.calendar import EditCalendar, WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import EditPolicy, WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from domain.staff import ChangeRoles, FormTeam, JoinStaff, LeaveStaff, MoveStaff
from domain.subscription import Retry
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import erase

KEYED = Context(AGENT.actor, command_id="k1", reason="asked to")
SOON = datetime.now(UTC) + timedelta(days=1)
DUE = {"a": SOON, "b": SOON + timedelta(days=1)}
HOURS = OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
Ask = Callable[[CommandExecutor, str, str], Answer]
"""(executor, something to work on, what makes two bodies differ)"""


def _customer(executor: CommandExecutor, id: str) -> str:
    found: str = executor.read(id).state.customer_id
    return found


def _order(executor: CommandExecutor, id: str) -> str:
    return orders.place(executor, PlaceOrder(customer_id=_customer(executor, id), number="K-1"), AGENT).id


def _promise(executor: CommandExecutor, id: str) -> str:
    """The one there is by now."""
    if executor.read("promise-1").state is None:
        make = MakePromise(
            customer_id=_customer(executor, id), conversation_id=id, text="Soon", due_at=SOON, promise_id="promise-1"
        )
        promises.make(executor, make, AGENT)
    return "promise-1"


def _calendar(executor: CommandExecutor) -> str:
    """The one there is by now."""
    if executor.read("calendar-1").state is None:
        write = WriteCalendar(name="always", opening_hours=HOURS, calendar_id="calendar-1")
        sla.write_calendar(executor, write, AGENT)
    return "calendar-1"


def _terms(executor: CommandExecutor) -> Terms:
    return Terms(calendar_id=_calendar(executor), targets={"first_reply": timedelta(hours=1)})


def _policy(executor: CommandExecutor) -> str:
    """The one there is by now."""
    if executor.read("policy-1").state is None:
        write = WritePolicy(name="standard", terms=_terms(executor), policy_id="policy-1")
        sla.write_policy(executor, write, AGENT)
    return "policy-1"


def _sent(executor: CommandExecutor, id: str) -> str:
    """The one there is by now."""
    if executor.read(id).version == 3:
        conversations.act(executor, id, SendReply(body="Here", message_id="message-1"), AGENT)
    return "message-1"


def _staff(executor: CommandExecutor) -> str:
    return staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT).id


def _team(executor: CommandExecutor, word: str) -> str:
    teams = {name: staffing.form_team(executor, FormTeam(name=name), AGENT).id for name in ("a", "b")}
    return teams[word]


VERBS: dict[str, Ask] = {
    "deliver": lambda executor, id, word: deliver(executor, mail(8 if word == "a" else 9), KEYED),
    "open": lambda executor, id, word: conversations.open_conversation(
        executor,
        OpenConversation(customer_id=_customer(executor, id), kind="inquiry", channel="web", body=word),
        KEYED,
    ),
    "act": lambda executor, id, word: conversations.act(executor, id, SendReply(body=word), KEYED),
    "register": lambda executor, id, word: customers.register(executor, [ContactPoint("mail", word)], KEYED),
    "about a customer": lambda executor, id, word: customers.act(
        executor, AddContactPoint(customer_id=_customer(executor, id), contact_kind="phone", value=word), KEYED
    ),
    "place": lambda executor, id, word: orders.place(
        executor, PlaceOrder(customer_id=_customer(executor, id), number=word), KEYED
    ),
    "on an order": lambda executor, id, word: orders.act(
        executor, _order(executor, id), ShipOrder(carrier=word), KEYED
    ),
    "promise": lambda executor, id, word: promises.make(
        executor, MakePromise(customer_id=_customer(executor, id), conversation_id=id, text=word, due_at=SOON), KEYED
    ),
    "break a promise": lambda executor, id, word: promises.act(
        executor, _promise(executor, id), BreakPromise(because=word), KEYED
    ),
    "report": lambda executor, id, word: report_delivery(
        executor,
        _sent(executor, id),
        ReportDelivery(conversation_id=id, state="sent" if word == "a" else "delivered"),
        KEYED,
    ),
    "form a team": lambda executor, id, word: staffing.form_team(executor, FormTeam(name=word), KEYED),
    "join": lambda executor, id, word: staffing.join(executor, JoinStaff(handle=word, name="Bo"), KEYED),
    "move": lambda executor, id, word: staffing.move(
        executor, MoveStaff(staff_id=_staff(executor), team_id=_team(executor, word)), KEYED
    ),
    "change roles": lambda executor, id, word: staffing.change_roles(
        executor, ChangeRoles(staff_id=_staff(executor), roles=("lead",) if word == "a" else ("design",)), KEYED
    ),
    "leave": lambda executor, id, word: staffing.leave(
        executor, LeaveStaff(staff_id=staffing.staff_id(executor, "bo") or ""), replace(KEYED, reason=word)
    ),
    "write a calendar": lambda executor, id, word: sla.write_calendar(
        executor, WriteCalendar(name=word, opening_hours=HOURS), KEYED
    ),
    "edit a calendar": lambda executor, id, word: sla.change_calendar(
        executor, _calendar(executor), EditCalendar(effective_from=DUE[word], zone="Europe/Berlin"), KEYED
    ),
    "write a policy": lambda executor, id, word: sla.write_policy(
        executor, WritePolicy(name=word, terms=_terms(executor)), KEYED
    ),
    "edit a policy": lambda executor, id, word: sla.change_policy(
        executor, _policy(executor), EditPolicy(effective_from=DUE[word], on_customer_message="keep"), KEYED
    ),
    "put in force": lambda executor, id, word: put_in_force(
        executor, PoliciesInFile(calendars={word: {"zone": "UTC", "hours": {"mon": ["09:00-10:00"]}}}), KEYED
    )[0][1],
    "tell a follower": lambda executor, id, word: subscription_requests.request(
        executor, Retry(follower="inbox", version=1, stream=word), KEYED
    ),
}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_repeats_its_first_answer_and_refuses_another_body(
    executor: CommandExecutor, log: Log, verb: str
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    _staff(executor)
    first = VERBS[verb](executor, id, "a")
    end = log.position()
    # When
    again = VERBS[verb](executor, id, "a")
    with pytest.raises(Refusal) as refused:
        VERBS[verb](executor, id, "b")
    # Then
    assert (again.id, again.position, again.repeated) == (first.id, first.position, True)
    assert refused.value.code == "idempotency-key-reused"
    assert log.position() == end


def test_the_same_words_to_another_conversation_are_another_body(executor: CommandExecutor) -> None:
    # Given
    one, other = (deliver(executor, mail(n, f"t{n}"), GATEWAY).id for n in (1, 2))
    conversations.act(executor, one, SendReply(body="yes"), KEYED)
    # When
    with pytest.raises(Refusal) as refused:
        conversations.act(executor, other, SendReply(body="yes"), KEYED)
    # Then
    assert refused.value.code == "idempotency-key-reused"


def test_a_command_id_is_its_callers_own(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    another = Context(Actor(id="staff-2", kind="agent"), command_id=KEYED.command_id)
    # When
    answers = [conversations.act(executor, id, SendReply(body="yes"), context) for context in (KEYED, another)]
    # Then
    assert [answer.repeated for answer in answers] == [False, False]
    assert names(log, id).count("conversation.message-sent") == 2


def test_a_repeat_gets_the_first_answer_also_when_things_have_moved_on(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    first = conversations.act(executor, id, ChangePriority(priority="high"), KEYED)
    conversations.act(executor, id, ChangePriority(priority="low"), AGENT)
    # When
    again = conversations.act(executor, id, ChangePriority(priority="high"), KEYED)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
    assert executor.read(id).state.priority == "low"


def test_a_repeat_gets_the_first_answer_even_if_refused_by_now(executor: CommandExecutor) -> None:
    # Given
    customer_id = new_id("customer")
    register = RegisterCustomer(customer_id=customer_id)
    first = customers.act(executor, register, KEYED)
    # When
    again = customers.act(executor, register, KEYED)
    with pytest.raises(Refusal) as refused:
        customers.act(executor, register, AGENT)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
    assert refused.value.code == "customer-exists"


def test_a_repeat_of_what_changed_nothing_is_still_a_repeat(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    first = conversations.act(executor, id, ChangePriority(priority="normal"), KEYED)
    conversations.act(executor, id, AddNote(body="meanwhile"), AGENT)
    # When
    again = conversations.act(executor, id, ChangePriority(priority="normal"), KEYED)
    # Then
    assert (again.position, again.repeated) == (first.position, True)


# -- what of a request is kept


def test_an_erasure_leaves_nothing_of_what_a_request_said(executor: CommandExecutor) -> None:
    # Given requests about a customer, with texts and without
    id = deliver(executor, mail(1), GATEWAY).id
    ada = _customer(executor, id)

    def reply(body: str) -> Answer:
        return conversations.act(executor, id, SendReply(body=body), KEYED)

    def consent(purpose: str) -> Answer:
        consents = replace(KEYED, command_id="k2")
        return customers.act(executor, GiveConsent(customer_id=ada, purpose=purpose), consents)

    first = [reply("yes"), consent("surveys")]
    for ask, another in ((reply, "no"), (consent, "offers")):
        with pytest.raises(Refusal, match="idempotency-key-reused"):
            ask(another)
    # When
    erase(executor, ada, AGENT)
    # Then a guess at what was said is answered like a repeat
    assert [reply("no"), consent("offers")] == [replace(answer, repeated=True) for answer in first]


def test_without_a_body_a_command_id_tells_a_repeat_also_after_an_erasure(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    ada = _customer(executor, id)

    def note() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        added = NoteAdded(note_id="note-1", customer_id=ada, body="noted")
        return UnitOfWork(id, [Change(id, before, [added])], subject=ada)

    first = executor.run(KEYED, note)
    assert executor.run(KEYED, note) == replace(first, repeated=True)
    # When
    erase(executor, ada, AGENT)
    # Then
    assert executor.run(KEYED, note) == replace(first, repeated=True)
    assert names(log, id).count("conversation.note-added") == 1
