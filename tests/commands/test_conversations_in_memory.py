"""What is asked of conversations, as it comes out in their streams: each field kept, each look taken, each no said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.staff import handlers as staffing
from domain.conversation.commands import (
    AddInteraction,
    AddNote,
    Assign,
    ChangeStatus,
    GiveBack,
    HandOver,
    OpenConversation,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    SetPolicy,
)
from domain.conversation.interaction import Attachment, RecordedAttachment
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.standing import standings
from domain.customer import ChoosePreferences, MergeCustomer
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.staff import FormTeam, JoinStaff, LeaveStaff
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.recorded import events_of

CUSTOMER = Context(Actor(id="customer-ada", kind="customer"))
FILE = Attachment(id="f1", name="photo.jpg", type="image/jpeg", size=3, sha256="0" * 64)
RECORDED_FILE = RecordedAttachment(**dict(FILE))
STARTED = ["conversation.opened", "conversation.interaction-added", "conversation.message-received"]


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        ask()
    return why.value.code


def customer_of(log: Log, id: str) -> str:
    return str(events_of(log, id)[0].customer_id)


def team_and_agent(executor: CommandExecutor) -> dict[str, Any]:
    team = staffing.form_team(executor, FormTeam(name="Care"), AGENT).id
    agent = staffing.join(executor, JoinStaff(handle="bo", name="Bo", team_id=team), AGENT).id
    return {"team_id": team, "agent_id": agent}


# -- what a channel delivers


def delivery(**more: Any) -> Delivery:
    return replace(Delivery("mail", "m1", ContactPoint("mail", "ada@example.org", "Ada"), "Hello"), **more)


def test_a_delivery_keeps_all_that_it_says(executor: CommandExecutor, log: Log) -> None:
    # When
    more = {"subject": "Bikes", "language": "de", "product_area": "bikes", "attachments": (FILE,), "kind": "complaint"}
    id = deliver(executor, delivery(thread="t1", order_number="K-1", **more), GATEWAY).id
    # Then
    opened, added, received, named = events_of(log, id)
    customer = opened.customer_id
    assert (opened.channel, opened.subject, opened.language, opened.product_area) == ("mail", "Bikes", "de", "bikes")
    assert opened.opened_by == "customer"
    assert (added.kind, added.order_id) == ("complaint", named.order_id)
    assert (named.number, named.message_id) == ("K-1", received.message_id)
    assert orders.order_id(executor, "K-1") is None, "nobody has placed it"
    assert (received.channel, received.body, received.language) == ("mail", "Hello", "de")
    assert received.attachments == (RECORDED_FILE,)
    registered, contact = events_of(log, customer)
    assert (registered.name, contact.contact_kind, contact.value) == ("Ada", "mail", "ada@example.org")
    # And what comes into the same thread
    again = delivery(channel_message_id="m2", thread="t1", body="More", language="en", attachments=(FILE,))
    assert deliver(executor, again, GATEWAY).id == id
    more_received = events_of(log, id)[4]
    assert (more_received.body, more_received.channel, more_received.language) == ("More", "mail", "en")
    assert more_received.attachments == (RECORDED_FILE,)
    assert more_received.message_id != received.message_id


def test_a_delivery_that_comes_again_is_the_first_one(executor: CommandExecutor, log: Log) -> None:
    first = deliver(executor, delivery(thread="t1"), GATEWAY)
    again = deliver(executor, delivery(thread="t1"), GATEWAY)
    assert again == Answer(first.id, first.position, repeated=True)
    # By another channel, the same ids are others.
    other = deliver(executor, delivery(thread="t1", channel="chat"), GATEWAY)
    assert (other.id != first.id, other.repeated) == (True, False)
    assert names(log, first.id) == STARTED


def test_without_a_thread_each_message_is_a_conversation(executor: CommandExecutor) -> None:
    first = deliver(executor, delivery(), GATEWAY).id
    assert deliver(executor, delivery(channel_message_id="m2"), GATEWAY).id != first
    # What answers it names it as its thread.
    assert deliver(executor, delivery(channel_message_id="m3", thread="m1"), GATEWAY).id == first


def test_a_contact_point_is_the_same_however_it_is_written(executor: CommandExecutor, log: Log) -> None:
    first = customer_of(log, deliver(executor, mail(1, "t1", "ada@example.org"), GATEWAY).id)
    assert customer_of(log, deliver(executor, mail(2, "t2", " ADA@Example.org "), GATEWAY).id) == first
    assert customer_of(log, deliver(executor, mail(3, "t3", "bo@example.org"), GATEWAY).id) != first
    phone = delivery(channel_message_id="m4", contact=ContactPoint("phone", "ada@example.org"))
    assert customer_of(log, deliver(executor, phone, GATEWAY).id) != first


# -- what is asked


def test_what_is_opened_names_what_there_is(executor: CommandExecutor, log: Log) -> None:
    id = customers.register(executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id
    opening = OpenConversation(customer_id=id, kind="inquiry", channel="mail")
    begun = conversations.open_conversation(executor, opening, AGENT)
    assert names(log, begun.id) == STARTED[:2]
    none = opening.model_copy(update={"customer_id": "customer-none"})
    assert refused(lambda: conversations.open_conversation(executor, none, AGENT)) == "not-found"
    no_policy = opening.model_copy(update={"policy_id": "policy-none"})
    assert refused(lambda: conversations.open_conversation(executor, no_policy, AGENT)) == "not-found"
    no_order = opening.model_copy(update={"order_id": "order-none"})
    assert refused(lambda: conversations.open_conversation(executor, no_order, AGENT)) == "not-found"
    assert refused(lambda: conversations.act(executor, begun.id, SetPolicy(policy_id="policy-none"), AGENT)) == (
        "not-found"
    )


def test_a_customer_asks_only_of_their_own(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    whose = customer_of(log, id)
    receive = ReceiveMessage(body="Hello?")
    conversations.act(executor, id, receive, CUSTOMER, only_of=whose)
    assert refused(lambda: conversations.act(executor, id, receive, CUSTOMER, only_of="customer-bo")) == "not-found"


def test_what_changed_since_it_was_seen_is_not_done(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    note = AddNote(body="x")
    assert refused(lambda: conversations.act(executor, id, note, AGENT, expected_version=2)) == "version-changed"
    conversations.act(executor, id, note, AGENT, expected_version=3)
    assert len(names(log, id)) == 4


def test_a_reply_goes_over_the_channel_that_the_customer_wants(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, SendReply(body="By mail"), AGENT)
    customers.act(executor, ChoosePreferences(customer_id=customer_of(log, id), channel="chat"), AGENT)
    conversations.act(executor, id, SendReply(body="By chat"), AGENT)
    conversations.act(executor, id, SendReply(body="By phone", channel="phone"), AGENT)
    assert [event.channel for event in events_of(log, id)[3:]] == ["mail", "chat", "phone"]


@pytest.mark.parametrize("give", [Assign, HandOver])
def test_what_is_given_goes_to_who_is_there(executor: CommandExecutor, log: Log, give: type[Assign | HandOver]) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    to = team_and_agent(executor)
    conversations.act(executor, id, give(**to), AGENT)
    (given,) = events_of(log, id)[3:]
    assert (given.team_id, given.agent_id) == (to["team_id"], to["agent_id"])
    for wrong in ({"team_id": "team-none"}, {"agent_id": "staff-none"}):
        assert refused(lambda wrong=wrong: conversations.act(executor, id, give(**(to | wrong)), AGENT)) == "not-found"  # type: ignore[misc]
    staffing.leave(executor, LeaveStaff(staff_id=to["agent_id"]), AGENT)
    conversations.act(executor, id, GiveBack(agent_id=to["agent_id"]), AGENT)
    assert refused(lambda: conversations.act(executor, id, give(**to), AGENT)) == "not-found"
    # A program is nobody's colleague.
    conversations.act(executor, id, give(team_id=to["team_id"], agent_id="service-bot"), AGENT)


def test_who_wants_a_person_is_not_put_off_by_a_bot(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, RequestPerson(), GATEWAY)
    resolve = ChangeStatus(status="resolved")
    bot = Context(Actor(id="service-bot", kind="bot"))
    assert refused(lambda: conversations.act(executor, id, resolve, bot)) == "person-requested"
    conversations.act(executor, id, resolve, AGENT)
    assert names(log, id)[-1] == "conversation.status-changed"


# -- merged and separated


@pytest.fixture
def pair(executor: CommandExecutor) -> tuple[str, str]:
    """Two conversations of one customer."""
    return deliver(executor, mail(1, "t1"), GATEWAY).id, deliver(executor, mail(2, "t2"), GATEWAY).id


@pytest.mark.parametrize("who", [GATEWAY, CUSTOMER, Context(Actor(id="service-bot", kind="bot"))])
def test_only_people_of_the_company_say_what_is_one_matter(
    executor: CommandExecutor, pair: tuple[str, str], who: Context
) -> None:
    part, target = pair
    asks: list[Callable[[], object]] = [
        lambda: merging.merge(executor, part, MergeInto(into=target), who),
        lambda: merging.separate(executor, part, Separate(), who),
        lambda: splitting.split(executor, part, SplitMessage(message_id="m", kind="order"), who),
        lambda: splitting.undo_split(executor, part, UndoSplit(), who),
    ]
    assert [refused(ask) for ask in asks] == ["forbidden"] * 4


def test_a_merge_and_its_undo_are_recorded_in_both(executor: CommandExecutor, log: Log, pair: tuple[str, str]) -> None:
    part, target = pair
    # When
    merged = merging.merge(executor, part, MergeInto(into=target), AGENT)
    assert merged.id == part
    # Then
    assert names(log, part)[3:] == ["conversation.merged"]
    (joined,) = events_of(log, target)[3:]
    assert (joined.parts, joined.joining) == ((part,), (part,))
    # What is said in the part is heard at its target, and nothing of what is said there.
    conversations.act(executor, part, ReceiveMessage(body="Hello?"), GATEWAY)
    assert events_of(log, target)[-1].what == "received"
    assert events_of(log, target)[-1].part == part
    conversations.act(executor, target, SendReply(body="Yes"), AGENT)
    assert names(log, part)[-1] == "conversation.message-received"
    # And back
    assert merging.separate(executor, part, Separate(), AGENT).id == part
    assert names(log, part)[-1] == "conversation.separated"
    assert events_of(log, target)[-1].leaving == (part,)
    assert refused(lambda: merging.separate(executor, part, Separate(), AGENT)) == "not-merged"


def test_a_part_of_a_part_is_heard_all_the_way_up(executor: CommandExecutor, log: Log, pair: tuple[str, str]) -> None:
    part, middle = pair
    top = deliver(executor, mail(3, "t3"), GATEWAY).id
    merging.merge(executor, part, MergeInto(into=middle), AGENT)
    merging.merge(executor, middle, MergeInto(into=top), AGENT)
    conversations.act(executor, part, ReceiveMessage(body="Hello?"), GATEWAY)
    for above in (middle, top):
        assert (events_of(log, above)[-1].what, events_of(log, above)[-1].part) == ("received", part)
    merging.separate(executor, part, Separate(), AGENT)
    assert events_of(log, top)[-1].leaving == events_of(log, middle)[-1].leaving == (part,)


def test_what_cannot_be_merged_is_refused(executor: CommandExecutor, pair: tuple[str, str]) -> None:
    part, target = pair
    bos = deliver(executor, mail(3, "t3", "bo@example.org"), GATEWAY).id

    def merge(one: str, other: str, version: int | None = None) -> str:
        command = MergeInto(into=other)
        return refused(lambda: merging.merge(executor, one, command, AGENT, expected_version=version))

    assert merge(part, bos) == "customers-differ"
    assert merge(part, "conversation-none") == "not-found"
    assert merge("conversation-none", part) == "not-found"
    assert merge(part, part) == "merge-with-itself"
    assert merge(part, target, 2) == "version-changed"
    merging.merge(executor, part, MergeInto(into=target), AGENT, expected_version=3)
    assert merge(part, target) == "merged-already"
    assert merge(target, part) == "merge-cycle"
    assert refused(lambda: merging.separate(executor, part, Separate(), AGENT, expected_version=3)) == "version-changed"
    merging.separate(executor, part, Separate(), AGENT, expected_version=4)


def test_conversations_of_customers_who_are_one_person_may_be_merged(
    executor: CommandExecutor, log: Log, pair: tuple[str, str]
) -> None:
    part, _ = pair
    bos = deliver(executor, mail(3, "t3", "bo@example.org"), GATEWAY).id
    one = MergeCustomer(customer_id=customer_of(log, bos), into=customer_of(log, part))
    customers.act(executor, one, AGENT)
    merging.merge(executor, part, MergeInto(into=bos), AGENT)
    assert names(log, part)[-1] == "conversation.merged"


# -- what would wait for who left


def test_what_is_opened_again_after_its_agent_left_is_the_teams(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    to = team_and_agent(executor)
    conversations.act(executor, id, Assign(**to), AGENT)
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    staffing.leave(executor, LeaveStaff(staff_id=to["agent_id"]), AGENT)
    # When
    deliver(executor, mail(2), GATEWAY)
    # Then
    received, opened, given = events_of(log, id)[-3:]
    assert (opened.stored_name, opened.status) == ("conversation.status-changed", "open")
    assert (given.stored_name, given.team_id, given.agent_id) == ("conversation.assigned", to["team_id"], None)
    assert received.stored_name == "conversation.message-received"


@pytest.mark.parametrize("leaves", [True, False])
@pytest.mark.parametrize("status", ["open", "resolved"])
def test_what_stands_for_itself_again_is_the_teams_if_its_agent_left(
    executor: CommandExecutor, log: Log, pair: tuple[str, str], leaves: bool, status: Any
) -> None:
    part, target = pair
    to = team_and_agent(executor)
    conversations.act(executor, part, Assign(**to), AGENT)
    conversations.act(executor, part, ChangeStatus(status=status), AGENT)
    merging.merge(executor, part, MergeInto(into=target), AGENT)
    if leaves:
        staffing.leave(executor, LeaveStaff(staff_id=to["agent_id"]), AGENT)
    merging.separate(executor, part, Separate(), AGENT)
    given_back = names(log, part)[-1] == "conversation.assigned"
    # What is closed waits for nobody.
    assert given_back == (leaves and status == "open")


def test_what_waits_already_or_for_a_program_is_left_to_them(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1), GATEWAY).id
    to = team_and_agent(executor)
    conversations.act(executor, id, Assign(**to), AGENT)
    staffing.leave(executor, LeaveStaff(staff_id=to["agent_id"]), AGENT)
    deliver(executor, mail(2), GATEWAY)
    assert names(log, id)[-1] == "conversation.message-received"
    conversations.act(executor, id, Assign(team_id=to["team_id"], agent_id="service-bot"), AGENT)
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    deliver(executor, mail(3), GATEWAY)
    assert names(log, id)[-1] == "conversation.status-changed"


# -- split off


@pytest.fixture
def said(executor: CommandExecutor) -> tuple[str, list[str]]:
    """A conversation, and the messages in it."""
    id = deliver(executor, mail(1), GATEWAY).id
    messages = [ReceiveMessage(body=f"word {number}", language="de") for number in (2, 3)]
    for message in messages:
        conversations.act(executor, id, message, GATEWAY)
    return id, [message.message_id for message in messages]


def test_a_split_and_its_undo_are_recorded_in_both(
    executor: CommandExecutor, log: Log, said: tuple[str, list[str]]
) -> None:
    id, (first, _) = said
    about = {"subject": "Keys", "product_area": "locks", "theme": "keys"}
    # When
    off = splitting.split(executor, id, SplitMessage(message_id=first, kind="complaint", **about), AGENT)
    # Then
    assert off.id != id
    opened, added, placed = events_of(log, off.id)
    split = events_of(log, id)[-1]
    assert (opened.subject, opened.product_area, opened.language, opened.opened_by) == (
        "Keys", "locks", "de", "company",
    )  # fmt: skip
    assert (added.kind, added.theme) == ("complaint", "keys")
    assert (placed.message_id, placed.out_of) == (first, id)
    assert (split.message_id, split.into) == (first, off.id)
    # And back
    assert splitting.undo_split(executor, off.id, UndoSplit(), AGENT).id == off.id
    assert names(log, off.id)[-2:] == ["conversation.message-taken", "conversation.merged"]
    returned, joined = events_of(log, id)[-2:]
    assert returned.message_id == first
    assert joined.parts == (off.id,)
    assert refused(lambda: splitting.undo_split(executor, off.id, UndoSplit(), AGENT)) == "not-split"


def test_what_cannot_be_split_is_refused(executor: CommandExecutor, said: tuple[str, list[str]]) -> None:
    id, (first, second) = said
    bo = customers.register(executor, [ContactPoint("mail", "bo@example.org")], GATEWAY).id
    bos = orders.place(executor, PlaceOrder(customer_id=bo), AGENT).id

    def split(**more: Any) -> str:
        command = SplitMessage.model_validate({"message_id": first, "kind": "inquiry"} | more)
        version = 9 if more == {"message_id": second} else None
        return refused(lambda: splitting.split(executor, id, command, AGENT, expected_version=version))

    assert split(order_id=bos) == "not-theirs"
    assert split(order_id="order-none") == "not-found"
    assert split(kind="order") == "order-missing"
    assert split(message_id=second) == "version-changed"
    off = splitting.split(executor, id, SplitMessage(message_id=first, kind="inquiry"), AGENT, expected_version=5).id
    undo = UndoSplit()
    assert refused(lambda: splitting.undo_split(executor, off, undo, AGENT, expected_version=2)) == "version-changed"
    assert refused(lambda: splitting.undo_split(executor, "conversation-none", undo, AGENT)) == "not-found"
    splitting.undo_split(executor, off, undo, AGENT, expected_version=3)


def test_a_split_off_message_may_be_about_an_order(
    executor: CommandExecutor, log: Log, said: tuple[str, list[str]]
) -> None:
    id, (first, _) = said
    theirs = orders.place(executor, PlaceOrder(customer_id=customer_of(log, id)), AGENT).id
    off = splitting.split(executor, id, SplitMessage(message_id=first, kind="order", order_id=theirs), AGENT).id
    assert events_of(log, off)[1].order_id == theirs
    splitting.undo_split(executor, off, UndoSplit(), AGENT)
    assert events_of(log, off)[3].order_id == theirs


def test_a_message_that_came_back_is_split_off_anew(
    executor: CommandExecutor, log: Log, said: tuple[str, list[str]]
) -> None:
    # Given a message that was split off and came back
    id, (first, _) = said
    command = SplitMessage(message_id=first, kind="inquiry")
    off = splitting.split(executor, id, command, AGENT).id
    assert refused(lambda: splitting.split(executor, id, command, AGENT)) == "split-already"
    conversations.act(executor, off, ReceiveMessage(body="And another thing"), GATEWAY)
    splitting.undo_split(executor, off, UndoSplit(), AGENT)
    # When
    again = splitting.split(executor, id, command, AGENT).id
    # Then
    assert events_of(log, again)[2].message_id == first
    # and where it was once shown, it is not, also once that stands for itself
    merging.separate(executor, off, Separate(), AGENT)
    assert refused(lambda: splitting.split(executor, off, command, AGENT)) == "split-already"


def test_what_was_brought_since_a_split_joins_its_source(
    executor: CommandExecutor, log: Log, said: tuple[str, list[str]]
) -> None:
    # Given
    id, (first, _) = said
    off = splitting.split(executor, id, SplitMessage(message_id=first, kind="inquiry"), AGENT).id
    brought = AddInteraction(kind="complaint")
    conversations.act(executor, off, brought, AGENT)
    conversations.act(executor, off, ReceiveMessage(body="And?"), GATEWAY)
    # When
    splitting.undo_split(executor, off, UndoSplit(), AGENT)
    # Then
    assert events_of(log, id)[-1].joining == (off,)
    both = [recorded for stream in log.streams([id, off]).values() for recorded in stream]
    (joined,) = standings(sorted(both, key=lambda recorded: recorded.position))[id].parts
    assert (joined.conversation_id, joined.interactions, joined.kinds, joined.messages_in) == (
        off, (brought.interaction_id,), ("complaint",), 1,
    )  # fmt: skip


# -- the same again


@pytest.mark.parametrize("ask", ["merge", "separate", "split", "undo"])
def test_a_command_id_that_comes_again_hears_its_first_answer(
    executor: CommandExecutor, said: tuple[str, list[str]], ask: str
) -> None:
    id, (first, second) = said
    target, other = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in (8, 9))
    off = splitting.split(executor, id, SplitMessage(message_id=second, kind="inquiry"), AGENT).id
    if ask == "separate":
        merging.merge(executor, id, MergeInto(into=target), AGENT)

    def asked(which: bool) -> Answer:
        again = replace(AGENT, command_id="c1")
        match ask:
            case "merge":
                return merging.merge(executor, id, MergeInto(into=target if which else other), again)
            case "separate":
                return merging.separate(executor, id if which else target, Separate(), again)
            case "split":
                command = SplitMessage(message_id=first if which else second, kind="inquiry")
                return splitting.split(executor, id, command, again)
            case _:
                return splitting.undo_split(executor, off if which else id, UndoSplit(), again)

    answer = asked(True)
    assert asked(True) == replace(answer, repeated=True)
    assert refused(lambda: asked(False)) == "idempotency-key-reused"


def test_what_is_back_dated_was_then(executor: CommandExecutor, log: Log) -> None:
    then = datetime.now(UTC) - timedelta(days=3)
    id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=then)).id
    assert {recorded.at for recorded in log.streams([id])[id]} == {then}
