"""No order of doing and undoing sends words to the wrong person: what is shown as one is one person's, at any time.

Pairs of relations that can be undone one without the other: the merge of two customers, and a merge of their
conversations; that one, and a split in either of them; whose a contact point is, and that several people use it; a
stranger's link with a customer, and the contact point by which the stranger is known; that somebody takes part in a
conversation, and its merges and splits, by which answers to them go; and each of these, and what is of one customer:
orders and what names them, promises, splits, and the passages that became items of feedback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from commands import order as orders
from commands import promise as promises
from commands import stranger as strangers
from commands.conversation import delivering, merging, participating, splitting
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.conversation.participants import Speaker
from commands.customer import handlers as customers
from commands.customer import putting_right, relying
from commands.customer.links import shown_as
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain import customer
from domain.conversation.commands import AddInteraction, Participant, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived, OrderNamed, ParticipantJoined, ParticipantLeft
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.participants import AddParticipant, RemoveParticipant
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import (
    CUSTOMER,
    AddContactPoint,
    Customer,
    CustomerCommand,
    MergeCustomer,
    MoveContactPoint,
    RemoveContactPoint,
    SeparateCustomer,
    ShareContactPoint,
)
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.order.state import ORDER
from domain.promise import MakePromise
from domain.signal.item import ItemFiled, MarkPassage
from domain.stranger import MergeStranger, SeparateStranger
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

CUSTOMERS = 3
CONVERSATIONS = 5
EXPECTED = {
    "merge-with-itself", "merged-already", "target-merged", "merge-cycle", "not-merged", "customers-differ",
    "conversation-merged", "merge-relied-on", "not-split", "split-already", "split-merged", "nothing-left",
    "message-unknown", "message-not-received", "contact-point-unknown", "contact-point-taken", "not-theirs",
    "participant-unknown",
}  # fmt: skip
"""Why something may not be done just now."""
WHO, WHICH = st.integers(0, CUSTOMERS - 1), st.integers(0, 2 * CONVERSATIONS)
POINT, STRANGER = st.integers(0, CUSTOMERS + 1), st.integers(0, 5)
PointCommand = AddContactPoint | RemoveContactPoint | MoveContactPoint | ShareContactPoint


class Linking(RuleBasedStateMachine):
    """A company in which people merge, split and undo whatever they can, and go on writing."""

    def __init__(self) -> None:
        super().__init__()
        self.log = MemoryLog(lambda: datetime.now(UTC))
        self.executor = CommandExecutor(self.log)
        self.conversations = [
            deliver(self.executor, mail(n, f"t{n}", f"{n % CUSTOMERS}@example.org"), GATEWAY).id
            for n in range(CONVERSATIONS)
        ]
        self.people = [self.state(id).customer_id for id in self.conversations[:CUSTOMERS]]
        self.said: list[tuple[str, str]] = []
        self.points = [f"{number}@example.org" for number in range(CUSTOMERS)] + ["bob@example.net", "eve@example.net"]
        self.has = dict(zip(self.points, self.people, strict=False))
        self.shared: set[str] = set()
        self.messages = 0
        self.strangers: set[str] = set()
        self.orders: list[str] = []

    def teardown(self) -> None:
        self.executor.close()
        self.log.close()

    def state(self, id: str) -> Conversation:
        found = self.executor.read(CONVERSATION, id).state
        assert found is not None
        return found

    def some(self, number: int) -> str:
        return self.conversations[number % len(self.conversations)]

    def attempt(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise

    @rule(one=WHO, other=WHO)
    def merge_customers(self, one: int, other: int) -> None:
        merge = MergeCustomer(customer_id=self.people[one], into=self.people[other])
        self.attempt(lambda: customers.act(self.executor, merge, AGENT))

    @rule(one=WHO)
    def separate_customers(self, one: int) -> None:
        separate = SeparateCustomer(customer_id=self.people[one])
        self.attempt(lambda: customers.act(self.executor, separate, AGENT))

    @rule(one=WHICH, other=WHICH)
    def merge(self, one: int, other: int) -> None:
        merge = MergeInto(into=self.some(other))
        self.attempt(lambda: merging.merge(self.executor, self.some(one), merge, AGENT))

    @rule(one=WHICH)
    def separate(self, one: int) -> None:
        self.attempt(lambda: merging.separate(self.executor, self.some(one), Separate(), AGENT))

    @rule(one=WHICH)
    def receive(self, one: int) -> None:
        command = ReceiveMessage(body="And this?")
        conversations.act(self.executor, self.some(one), command, GATEWAY)
        self.said.append((self.some(one), command.message_id))

    @rule(one=WHICH)
    def split(self, one: int) -> None:
        if not self.said:
            return
        id, message_id = self.said[one % len(self.said)]
        command = SplitMessage(message_id=message_id, kind="inquiry")
        self.attempt(lambda: self.conversations.append(splitting.split(self.executor, id, command, AGENT).id))

    @rule(one=WHICH)
    def undo_split(self, one: int) -> None:
        self.attempt(lambda: splitting.undo_split(self.executor, self.some(one), UndoSplit(), AGENT))

    def changed(self, command: PointCommand) -> bool:
        """Whether the contact point was put right as was asked."""
        try:
            putting_right.act(self.executor, command, AGENT)
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise
            return False
        return True

    @rule(one=WHO, other=WHO, which=POINT)
    def move_contact_point(self, one: int, other: int, which: int) -> None:
        point, (of, into) = self.points[which], (self.people[one], self.people[other])
        move = MoveContactPoint(customer_id=of, contact_kind="mail", value=point, into=into)
        if self.changed(move) and self.has.get(point) == of:
            self.has[point] = into

    @rule(one=WHO, which=POINT)
    def add_contact_point(self, one: int, which: int) -> None:
        point, of = self.points[which], self.people[one]
        add = AddContactPoint(customer_id=of, contact_kind="mail", value=point)
        if self.changed(add) and point not in self.shared:
            self.has.setdefault(point, of)

    @rule(one=WHO, which=POINT)
    def remove_contact_point(self, one: int, which: int) -> None:
        point, of = self.points[which], self.people[one]
        remove = RemoveContactPoint(customer_id=of, contact_kind="mail", value=point)
        if self.changed(remove) and self.has.get(point) == of:
            del self.has[point]

    @rule(one=WHO, which=POINT, shared=st.booleans())
    def share_contact_point(self, one: int, which: int, shared: bool) -> None:
        point, of = self.points[which], self.people[one]
        share = ShareContactPoint(customer_id=of, contact_kind="mail", value=point, shared=shared)
        if self.changed(share):
            (self.shared.add if shared else self.shared.discard)(point)

    @rule(one=WHO, which=STRANGER, merged=st.booleans())
    def link_stranger(self, one: int, which: int, merged: bool) -> None:
        if not self.strangers:
            return
        id = sorted(self.strangers)[which % len(self.strangers)]
        merge = MergeStranger(stranger_id=id, into=self.people[one])
        self.attempt(
            lambda: strangers.link(self.executor, merge if merged else SeparateStranger(stranger_id=id), AGENT)
        )

    @rule(one=WHICH, which=POINT)
    def write_into_a_thread(self, one: int, which: int) -> None:
        """Somebody writes from a contact point in the thread of a conversation: whose it is at present has said it."""
        number, point = one % CONVERSATIONS, self.points[which]
        self.messages += 1
        id = deliver(self.executor, mail(100 + self.messages, f"t{number}", point), GATEWAY).id
        (*_, said) = (each for each in events_of(self.log, id) if isinstance(each, MessageReceived))
        whose, holder = self.state(id).customer_id, self.has.get(point)
        if point not in self.shared and holder is not None:
            assert (said.participant_id or whose) == holder, "words of one are another's"
        elif said.participant_id is not None:
            assert kind_of(said.participant_id) == "stranger", "words of nobody known are a customer's"
            self.strangers.add(said.participant_id)
        else:
            assert point in self.shared, "words of nobody known are the customer's"

    @rule(one=WHICH, which=POINT, by_id=st.booleans())
    def add_participant(self, one: int, which: int, by_id: bool) -> None:
        who = Participant(contact_kind="mail", contact=self.points[which])
        if by_id:
            who = Participant(participant_id=([*self.people, *sorted(self.strangers)] * 2)[which])
        self.attempt(lambda: participating.add(self.executor, self.some(one), AddParticipant(participant=who), AGENT))
        self.strangers.update(each for each in self.state(self.some(one)).participants if kind_of(each) == "stranger")

    @rule(one=WHICH, which=WHICH)
    def remove_participant(self, one: int, which: int) -> None:
        everybody = sorted({*self.people, *self.strangers, *self.state(self.some(one)).participants})
        remove = RemoveParticipant(participant_id=everybody[which % len(everybody)])
        self.attempt(lambda: participating.remove(self.executor, self.some(one), remove, AGENT))

    @rule(one=WHICH, which=WHICH)
    def answer_somebody(self, one: int, which: int) -> None:
        """An answer goes to who takes part: where it is given, or in a conversation that is shown there."""
        id, everybody = self.some(one), sorted({*self.people, *self.strangers})
        to = everybody[which % len(everybody)]
        shown = [id, *self.state(id).parts]
        whose = {self.state(each).customer_id for each in shown}
        taking_part = {who for each in shown for who in taking_part_in(self.log, each)}
        before = self.log.position()
        self.attempt(lambda: conversations.act(self.executor, id, SendReply(body="It will come", to=to), AGENT))
        assert self.log.position() == before or to in whose | taking_part, "an answer goes to who takes no part"

    @rule(one=WHO)
    def place_order(self, one: int) -> None:
        placed = PlaceOrder(customer_id=self.people[one], number=f"K-{len(self.orders)}")
        self.orders.append(orders.place(self.executor, placed, AGENT).id)

    @rule(one=WHICH, which=WHICH, promised=st.booleans())
    def be_about_an_order(self, one: int, which: int, promised: bool) -> None:
        """A conversation is about an order, or a promise is made in it about one."""
        if not self.orders:
            return
        id, order_id = self.some(one), self.orders[which % len(self.orders)]
        whose = self.state(id).customer_id
        before = self.log.position()
        if promised:
            due = datetime.now(UTC) + timedelta(days=1)
            promise = MakePromise(
                customer_id=whose, conversation_id=id, order_id=order_id, text="It will come", due_at=due
            )
            self.attempt(lambda: promises.make(self.executor, promise, AGENT))
        else:
            about = AddInteraction(kind="order", order_id=order_id)
            self.attempt(lambda: conversations.act(self.executor, id, about, AGENT))
        of_theirs = self.executor.read(ORDER, order_id).existing("order").state.customer_id == whose
        assert self.log.position() == before or of_theirs, "what one ordered is told to another"

    @rule(one=WHICH, which=POINT, number=st.integers(0, 9))
    def name_an_order(self, one: int, which: int, number: int) -> None:
        """Somebody names an order by its number: it is theirs, or one that nobody placed."""
        self.messages += 1
        said = replace(
            mail(100 + self.messages, f"t{one % CONVERSATIONS}", self.points[which]), order_number=f"k{number}"
        )
        id = deliver(self.executor, said, GATEWAY).id
        for event in events_of(self.log, id):
            if isinstance(event, OrderNamed) and (order := self.executor.read(ORDER, event.order_id).state) is not None:
                assert order.customer_id == (event.participant_id or event.customer_id), (
                    "an order is named as another's"
                )

    @rule(one=WHICH)
    def mark_a_passage(self, one: int) -> None:
        """What was said becomes an item of whoever said it."""
        said = [
            (id, each)
            for id in self.conversations
            for each in events_of(self.log, id)
            if isinstance(each, MessageReceived)
        ]
        id, message = said[one % len(said)]
        passage = MarkPassage(message_id=message.message_id, start=0, end=3)
        item_id = items.mark(self.executor, id, passage, AGENT).id
        (filed, *_) = (each for each in events_of(self.log, item_id) if isinstance(each, ItemFiled))
        whose = message.participant_id or self.state(id).customer_id
        assert filed.person_id == whose, "what one said is an item of another's"

    @invariant()
    def what_is_answered_as_one_is_one_persons(self) -> None:
        for id in self.conversations:
            shown = self.state(id)
            people = {shown_as(self.executor.read, self.state(each).customer_id) for each in (id, *shown.parts)}
            assert len(people) == 1, "an answer here is read by another"
            assert shown.merged_into is None or id in self.state(shown.merged_into).parts

    @invariant()
    def what_relies_on_a_merge_is_merged_across_it(self) -> None:
        states = [self.executor.read(CUSTOMER, id).state for id in self.people]
        relied_on = {part: into for each in states if each for part, into in each.relying.items()}
        across = {
            id: into
            for id in self.conversations
            if (into := self.state(id).merged_into) and self.state(into).customer_id != self.state(id).customer_id
        }
        assert relied_on == across


def taking_part_in(log: MemoryLog, id: str) -> set[str]:
    """Who takes part in this conversation by itself, by a second reading of its stream."""
    found: set[str] = set()
    for event in events_of(log, id):
        match event:
            case ParticipantJoined():
                found.add(event.participant_id)
            case MessageReceived() if event.participant_id is not None:
                found.add(event.participant_id)
            case ParticipantLeft():
                found.discard(event.participant_id)
            case _:
                pass
    return found


def run(examples: int, *phases: Phase) -> None:
    how = settings(max_examples=examples, stateful_step_count=30, phases=phases or tuple(Phase))
    run_state_machine_as_test(Linking, settings=how)


@pytest.mark.faults
def test_no_order_of_doing_and_undoing_sends_words_to_another(long: bool) -> None:
    run(600 if long else 40)


def merge_and_separate() -> None:
    """Merge two customers and their conversations, separate the customers if that may be, and check."""
    machine = Linking()
    try:
        machine.merge_customers(0, 1)
        machine.merge(0, 1)
        machine.what_relies_on_a_merge_is_merged_across_it()
        machine.separate_customers(0)
        machine.what_is_answered_as_one_is_one_persons()
    finally:
        machine.teardown()


def test_a_separation_that_looks_at_no_conversation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    decide = customer.decide

    def careless(before: Customer | None, command: CustomerCommand, now: datetime) -> list[Event]:
        return decide(before and replace(before, relying={}), command, now)

    merge_and_separate()
    monkeypatch.setattr(customer, "decide", careless)
    # Then
    with pytest.raises(AssertionError, match="an answer here is read by another"):
        merge_and_separate()


def test_a_merge_that_records_nothing_at_the_customers_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(relying, "between", lambda *_: [])
    # Then
    with pytest.raises(AssertionError):
        merge_and_separate()


def move_and_write() -> None:
    """Give a contact point of one customer to another, and write from there."""
    machine = Linking()
    try:
        machine.move_contact_point(0, 1, 0)
        machine.write_into_a_thread(0, 0)
    finally:
        machine.teardown()


def test_a_contact_point_that_stays_the_former_owners_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given moves after which whoever asks finds the former owner still
    moved = putting_right._moved
    move_and_write()
    monkeypatch.setattr(putting_right, "_moved", lambda *args: replace(moved(*args), unique_keys=[], release=()))
    # Then
    with pytest.raises(AssertionError, match="words of one are another's"):
        move_and_write()


def test_strangers_who_are_taken_for_the_customer_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "speaker_for", lambda *_: Speaker())
    machine = Linking()
    try:
        with pytest.raises(AssertionError, match="words of nobody known are the customer's"):
            machine.write_into_a_thread(0, CUSTOMERS)
    finally:
        machine.teardown()


def ask_across_two_customers(machine: Linking) -> None:
    """What must find nobody and nothing: an answer to who takes no part, and another's order in a promise."""
    machine.place_order(1)
    machine.be_about_an_order(0, 0, True)
    machine.be_about_an_order(0, 0, False)
    for which in range(CUSTOMERS):
        machine.answer_somebody(0, which)


@pytest.mark.parametrize(
    ("room", "careless", "caught"),
    [
        (promises, "check_theirs", "what one ordered is told to another"),
        (conversations, "channel_to", "an answer goes to who takes no part"),
    ],
)
def test_what_goes_to_another_customer_is_caught(
    room: ModuleType, careless: str, caught: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    machine = Linking()
    try:
        ask_across_two_customers(machine)
        # When nobody looks whose it is
        monkeypatch.setattr(room, careless, lambda *_: "mail")
        # Then
        with pytest.raises(AssertionError, match=caught):
            ask_across_two_customers(machine)
    finally:
        machine.teardown()


def test_a_passage_that_is_taken_for_another_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given words of somebody else in a customer's conversation
    machine = Linking()
    try:
        machine.write_into_a_thread(0, CUSTOMERS)
        # When each passage is taken for the customer's
        monkeypatch.setattr(MessageReceived, "whose", property(lambda message: message.customer_id))
        # Then
        with pytest.raises(AssertionError, match="what one said is an item of another's"):
            machine.mark_a_passage(1)
    finally:
        machine.teardown()
