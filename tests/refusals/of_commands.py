"""How each refusal of a command is provoked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cli.verbs.content import attach
from cli.wiring import actors
from commands import content as contents
from commands import order as orders
from commands import promise as promises
from commands import subscription as subscription_requests
from commands.conversation import handlers as conversations
from commands.conversation import merging, participating, splitting
from commands.customer import handlers as customers
from commands.customer import putting_right
from commands.customer.contact_points import ContactPoint
from commands.customer.links import check_may_merge
from commands.service_level import handlers as sla
from commands.signal import items
from commands.staff import erasing as erasing_staff
from commands.staff import handlers as staffing
from domain import confirmation, customer, hold, promise, staff
from domain.company_words import CompanyWords
from domain.content import COMPANY
from domain.conversation.commands import (
    AddInteraction,
    AddNote,
    Assign,
    ChangeKind,
    ChangeStatus,
    ConversationCommand,
    JudgeAnswer,
    OpenConversation,
    Participant,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    Withdraw,
)
from domain.conversation.decisions import decide
from domain.conversation.merging import MOST_PARTS, MergeInto, Separate, Side, check_mergeable
from domain.conversation.participants import AddParticipant, decide_addition
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import MOST_PARTICIPANTS, Conversation
from domain.customer import AddContactPoint, Customer, EraseCustomer, RegisterCustomer, RemoveContactPoint
from domain.order import decisions as order
from domain.order import limits
from domain.order.commands import DeliverOrder, PlaceOrder, ShipOrder
from domain.order.parts import OrderPart, OrderParts
from domain.order.state import Order
from domain.promise import DetectOverdue, KeepPromise, MakePromise, Promise
from domain.service_level.calendar import CorrectCalendar, EditCalendar
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import WritePolicy
from domain.signal import item
from domain.signal.item import CorrectItem, ItemState, MarkPassage, RecordedPlacement
from domain.staff import EraseStaff, FormTeam, JoinStaff, LeaveStaff, MoveStaff, Staff, Team
from domain.subscription import Retry
from domain.webhook import MOST, RegisterWebhook, register
from infra.batching import Batcher
from infra.content.check import FileCheck
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.webhooks.signing import check
from tests.refusals.place import HOUR, NOW, Place, Table
from tests.support.companies import AGENT, GATEWAY
from tests.support.four_eyes import waiting
from tests.support.open_work import Shown


def asked(*commands: ConversationCommand) -> Any:
    """Ask all of it of one conversation."""

    def provoke(place: Place) -> None:
        id = place.conversation()
        for command in commands:
            conversations.act(place.executor, id, command, AGENT)

    return provoke


def marking_nothing(place: Place) -> None:
    id, said = place.conversation(), ReceiveMessage(body="It leaks")
    conversations.act(place.executor, id, said, GATEWAY)
    items.mark(place.executor, id, MarkPassage(message_id=said.message_id, start=8, end=9), AGENT)


def merging_again(place: Place) -> None:
    part, _ = place.merged()
    merging.merge(place.executor, part, MergeInto(into=place.conversation()), AGENT)


def reading_what_was_lost(place: Place) -> None:
    id = contents.keep(place.executor, COMPANY, [b"a leaflet"], AGENT).answer.id
    contents.store_of(place.executor).forget(COMPANY)
    contents.read(place.executor, id)


def reading_what_is_quarantined(place: Place) -> None:
    place.executor.content = ContentStore(
        Folder(place.folder / "content"), place.executor.log.vault, most_bytes=10, most_files=2,
        check=FileCheck("false", 60),
    )  # fmt: skip
    contents.read(place.executor, contents.keep(place.executor, COMPANY, [b"a worm"], AGENT).answer.id)


def separating_customers_of_one_conversation(place: Place) -> None:
    part, target = place.conversation(), place.conversation("bo@example.org")
    one, other = (place.executor.read(id).state.customer_id for id in (part, target))
    customers.act(place.executor, customer.MergeCustomer(customer_id=one, into=other), AGENT)
    merging.merge(place.executor, part, MergeInto(into=target), AGENT)
    customers.act(place.executor, customer.SeparateCustomer(customer_id=one), AGENT)


def adding_what_another_has(place: Place) -> None:
    place.customer()
    add = AddContactPoint(customer_id=place.customer("bo@x"), contact_kind="mail", value="ada@example.org")
    putting_right.act(place.executor, add, AGENT)


def registering_with_two_customers_contact_points(place: Place) -> None:
    two = [ContactPoint("mail", mail) for mail in ("ada@example.org", "bo@example.org") if place.customer(mail)]
    customers.register(place.executor, two, AGENT)


def merging_back(place: Place) -> None:
    part, target = place.merged()
    merging.merge(place.executor, target, MergeInto(into=part), AGENT)


def merging_into_a_part(place: Place) -> None:
    part, _ = place.merged()
    merging.merge(place.executor, place.conversation(), MergeInto(into=part), AGENT)


def merging_itself(place: Place) -> None:
    id = place.conversation()
    merging.merge(place.executor, id, MergeInto(into=id), AGENT)


def merging_two_customers(place: Place) -> None:
    command = MergeInto(into=place.conversation("bo@example.org"))
    merging.merge(place.executor, place.conversation(), command, AGENT)


def merging_too_many(place: Place) -> None:
    alone = Conversation("customer-1", "mail", "normal")
    full = replace(alone, parts=tuple(f"conversation-{number}" for number in range(MOST_PARTS)))
    check_mergeable(Side("conversation-a", alone), Side("conversation-b", full))


def adding_a_participant_too_many(place: Place) -> None:
    everybody = {f"stranger-{number}": "mail" for number in range(MOST_PARTICIPANTS)}
    full = replace(Conversation("customer-1", "mail", "normal"), participants=everybody)
    decide_addition(full, Participant(participant_id="stranger-bob"), "mail")


def writing_of_who_was_erased(place: Place) -> None:
    id = place.customer()
    customers.act(place.executor, EraseCustomer(customer_id=id), AGENT)
    add = AddContactPoint(customer_id=id, contact_kind="mail", value="new@example.org")
    customers.act(place.executor, add, AGENT)


def promise_of(place: Place, **more: Any) -> MakePromise:
    fields = {"customer_id": place.customer(), "text": "It will come", "due_at": NOW + HOUR}
    return MakePromise.model_validate(fields | more)


def promising_a_delivery_twice(place: Place) -> None:
    order_id = place.order()
    for _ in range(2):
        promises.make(place.executor, promise_of(place, order_id=order_id, delivery=True), AGENT)


def made(place: Place) -> str:
    return promises.make(place.executor, promise_of(place, conversation_id=place.conversation()), AGENT).id


def keeping_what_was_withdrawn(place: Place) -> None:
    id = made(place)
    promises.act(place.executor, id, promise.WithdrawPromise(), AGENT)
    promises.act(place.executor, id, KeepPromise(), AGENT)


def noticing_too_early(place: Place) -> None:
    notice = DetectOverdue(due_at=NOW + HOUR, detected_at=NOW)
    promises.detect_overdue(place.executor, made(place), notice, AGENT)


def a_command_id_again(place: Place) -> None:
    id = place.conversation()
    for body in ("one thing", "another"):
        conversations.act(place.executor, id, SendReply(body=body), replace(AGENT, command_id="c1"))


def anothers_number(place: Place) -> None:
    place.order("K-1")
    other = PlaceOrder(customer_id=place.customer("bo@example.org"), number="K-1")
    orders.place(place.executor, other, AGENT)


def anothers_order(place: Place) -> None:
    about = AddInteraction(kind="order", order_id=place.order())
    conversations.act(place.executor, place.conversation("bo@example.org"), about, AGENT)


def promising_what_was_delivered(place: Place) -> None:
    id = place.order()
    orders.act(place.executor, id, DeliverOrder(), AGENT)
    promises.make(place.executor, promise_of(place, order_id=id, delivery=True), AGENT)


def a_parcel_too_many(place: Place) -> None:
    parcels = tuple(OrderPart(named=True) for _ in range(limits.MOST_PARTS))
    order.decide(Order("order-1", "customer-1", parts=OrderParts(parcels=parcels)), ShipOrder(tracking="another"), NOW)


def split(place: Place, *words: str, which: int = 0, again: bool = False, reply: bool = False) -> tuple[str, str]:
    """Split a message off one with these words; the conversation, and the one it became."""
    id = place.conversation()
    ids = []
    for body in words:
        command = SendReply(body=body) if reply else ReceiveMessage(body=body)
        conversations.act(place.executor, id, command, GATEWAY)
        ids.append(command.message_id)
    made = ""
    for _ in range(2 if again else 1):
        off = SplitMessage(message_id=ids[which] if ids else "message-none", kind="complaint")
        made = splitting.split(place.executor, id, off, AGENT).id
    return id, made


def undoing_a_split_amid_a_merge(place: Place) -> None:
    id, made = split(place, "one", "two")
    merging.merge(place.executor, id, MergeInto(into=place.conversation()), AGENT)
    splitting.undo_split(place.executor, made, UndoSplit(), AGENT)


def joining_as_another(place: Place) -> None:
    for name in ("Bo", "Bob"):
        staffing.join(place.executor, JoinStaff(handle="bo", name=name), AGENT)


def moving_who_left(place: Place) -> None:
    id = staffing.join(place.executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    staffing.leave(place.executor, LeaveStaff(staff_id=id), AGENT)
    staffing.move(place.executor, MoveStaff(staff_id=id, team_id=None), AGENT)


def erasing_who_works_here(place: Place) -> None:
    id = staffing.join(place.executor, JoinStaff(handle="bo", name="Bo"), AGENT).id
    erasing_staff.erase(place.executor, EraseStaff(staff_id=id), AGENT, Shown())


def waited_for(number: int) -> Any:
    """Ask what nobody answers in time: so many may wait, and it was handed over to be written."""

    def provoke(place: Place) -> None:
        answered = threading.Event()

        def serve(questions: Sequence[str], until: float) -> list[str]:
            batcher.hand_over(range(len(questions)))
            answered.wait(60)
            return [*questions]

        batcher: Batcher[str, str] = Batcher("waiting", serve, queue=number)
        try:
            batcher.ask("something", 0.2)
        finally:
            answered.set()
            batcher.close()

    return provoke


def writing_a_policy_twice(place: Place) -> None:
    terms = Terms(calendar_id=place.calendar(), targets={"first_reply": HOUR})
    for _ in range(2):
        sla.write_policy(place.executor, WritePolicy(name="standard", terms=terms), AGENT)


def never_due(place: Place) -> None:
    terms = Terms(calendar_id=place.calendar(hours="09:00-09:01"), targets={"first_reply": 90_000 * HOUR})
    sla.write_policy(place.executor, WritePolicy(name="never", terms=terms), AGENT)


COMMANDS: Table = {
    "already-resolved": asked(ChangeStatus(status="resolved"), Withdraw()),
    "calendar-exists": lambda place: (place.calendar(), place.calendar()),
    "channel-unserved": asked(SendReply(body="Hello", channel="maill")),
    "contact-point-taken": adding_what_another_has,
    "contact-point-unknown": lambda place: putting_right.act(
        place.executor, RemoveContactPoint(customer_id=place.customer(), contact_kind="phone", value="110"), AGENT
    ),
    "contact-point-unusable": lambda place: participating.add(
        place.executor,
        place.conversation(),
        AddParticipant(participant=Participant(contact_kind="phone", contact="my sister")),
        AGENT,
    ),
    "contact-points-differ": registering_with_two_customers_contact_points,
    "content-missing": reading_what_was_lost,
    "content-quarantined": reading_what_is_quarantined,
    "content-too-large": lambda place: contents.keep(place.executor, place.customer(), [bytes(11)], AGENT),
    "content-too-many": lambda place: [
        contents.keep(place.executor, place.customer(), [bytes(size)], AGENT) for size in range(3)
    ],
    "owner-not-named": lambda place: attach(place.folder / "none"),
    "conversation-exists": lambda place: decide(
        Conversation("customer-1", "mail", "normal"),
        OpenConversation(customer_id="customer-1", kind="inquiry", channel="mail"),
        NOW,
    ),
    "participant-unknown": lambda place: conversations.act(
        place.executor, place.conversation(), SendReply(body="Hello", to="stranger-nobody"), AGENT
    ),
    "conversation-merged": lambda place: conversations.act(
        place.executor, place.merged()[0], AddNote(body="Where is it?"), AGENT
    ),
    "correct-from-future": lambda place: sla.change_calendar(
        place.executor, place.calendar(), CorrectCalendar(correct_from=NOW + 999_999 * HOUR, closed=()), AGENT
    ),
    "customer-erased": writing_of_who_was_erased,
    "customer-exists": lambda place: customer.decide(Customer(), RegisterCustomer(customer_id="customer-1"), NOW),
    "customers-differ": merging_two_customers,
    "delivery-promised": promising_a_delivery_twice,
    "due-in-past": lambda place: promises.make(
        place.executor, promise_of(place, conversation_id=place.conversation(), due_at=NOW), AGENT
    ),
    "effective-from-past": lambda place: sla.change_calendar(
        place.executor, place.calendar(), EditCalendar(effective_from=NOW, closed=()), AGENT
    ),
    "confirmation-by-asker": lambda place: confirmation.confirm(
        waiting(NOW), confirmation.Confirm(confirmation_id="confirmation-1-1"), "staff-1", NOW
    ),
    "confirmation-expired": lambda place: confirmation.confirm(
        waiting(NOW), confirmation.Confirm(confirmation_id="confirmation-1-1"), "staff-2", NOW + 9 * HOUR
    ),
    "confirmation-missing": lambda place: confirmation.use(waiting(NOW), "confirmation-1-1", "erasure", "staff-2"),
    "erasure-begun": lambda place: hold.place(hold.Holds(begun=True), "customer-1", None, None, NOW),
    "forbidden": lambda place: check_may_merge(GATEWAY),
    "handle-reused": joining_as_another,
    "hold-ends-before": lambda place: hold.place(None, "customer-1", None, NOW, NOW),
    "signature-invalid": lambda place: check([], {}, b"", 0.0),
    "webhooks-too-many": lambda place: register(
        RegisterWebhook(url="https://gateway.example", channels=("mail",)), MOST, 0
    ),
    "holds-too-many": lambda place: hold.place(
        hold.Holds(standing=dict.fromkeys(map(str, range(hold.MOST_STANDING)), hold.Hold(None, None))),
        "customer-1", None, None, NOW,
    ),
    "idempotency-key-reused": a_command_id_again,
    "input-invalid": lambda place: place.executor.find("order-number", "\ud800"),
    "interaction-unknown": asked(ChangeKind(kind="complaint", interaction_id="interaction-none")),
    "item-withdrawn": lambda place: item.decide(
        ItemState("customer-1", RecordedPlacement(), withdrawn=True), CorrectItem(theme="leaks"), "item-1"
    ),
    "merge-cycle": merging_back,
    "merge-relied-on": separating_customers_of_one_conversation,
    "merge-with-itself": merging_itself,
    "merged-already": merging_again,
    "message-not-received": lambda place: split(place, "one", "two", reply=True),
    "message-unknown": lambda place: split(place),
    "not-found": lambda place: conversations.act(place.executor, "conversation-none", Withdraw(), AGENT),
    "not-merged": lambda place: merging.separate(place.executor, place.conversation(), Separate(), AGENT),
    "not-split": lambda place: splitting.undo_split(place.executor, place.conversation(), UndoSplit(), AGENT),
    "not-storable": "test_neighbours.py",
    "not-theirs": anothers_order,
    "nothing-left": lambda place: split(place, "one"),
    "nothing-said": lambda place: sla.change_calendar(
        place.executor, place.calendar(), CorrectCalendar(correct_from=NOW), AGENT
    ),
    "nothing-to-judge": asked(JudgeAnswer(answered=True)),
    "order-exists": lambda place: order.decide(
        Order("order-1", "customer-1"), PlaceOrder(customer_id="customer-1"), NOW
    ),
    "order-missing": asked(AddInteraction(kind="order")),
    "order-number-taken": anothers_number,
    "order-step-misplaced": promising_what_was_delivered,
    "outcome-unknown": waited_for(1),
    "parcels-too-many": a_parcel_too_many,
    "participants-too-many": adding_a_participant_too_many,
    "parts-too-many": merging_too_many,
    "passage-empty": marking_nothing,
    "person-requested": asked(RequestPerson(), Assign(agent_id="service-bot")),
    "policy-exists": writing_a_policy_twice,
    "promise-about-nothing": lambda place: promises.make(place.executor, promise_of(place), AGENT),
    "promise-ended": keeping_what_was_withdrawn,
    "promise-exists": lambda place: promise.decide(
        Promise("promise-1", "customer-1", None, None, NOW), promise_of(place, order_id="order-1"), NOW
    ),
    "promise-not-overdue": noticing_too_early,
    "reason-missing": lambda place: subscription_requests.request(
        place.executor, Retry(follower="inbox", version=1, stream="conversation-1"), AGENT
    ),
    "resolution-misplaced": asked(ChangeStatus(status="on_hold", resolution="Sent anew")),
    "split-already": lambda place: split(place, "one", "two", again=True),
    "split-merged": undoing_a_split_amid_a_merge,
    "staff-exists": lambda place: staff.decide_staff(
        Staff(("agent",), None), JoinStaff(handle="bo", name="Bo"), NOW
    ),
    "staff-left": moving_who_left,
    "staff-not-left": erasing_who_works_here,
    "staff-unknown": lambda place: actors.staff(place.executor, "nobody"),
    "target-merged": merging_into_a_part,
    "target-unreachable": never_due,
    "team-exists": lambda place: staff.decide_team(Team("Care"), FormTeam(name="Care"), NOW),
    "team-unknown": lambda place: actors.team(place.executor, "Nowhere"),
    "time-ahead": lambda place: conversations.act(
        place.executor,
        place.conversation(),
        ReceiveMessage(body="Soon"),
        replace(GATEWAY, occurred_at=NOW + HOUR),
    ),
    "time-not-yours": lambda place: conversations.act(
        place.executor, place.conversation(), SendReply(body="x"), replace(AGENT, occurred_at=NOW - HOUR)
    ),
    "unavailable": waited_for(0),
    "version-changed": lambda place: conversations.act(
        place.executor, place.conversation(), AddNote(body="x"), AGENT, expected_version=1
    ),
    "word-unknown": lambda place: CompanyWords().check(AddInteraction(kind="complaint", theme="Ada")),
}  # fmt: skip
