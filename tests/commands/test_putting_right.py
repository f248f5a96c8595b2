"""A customer is put right: whose a contact point is, and what is known of a customer, each an event with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer import putting_right
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from domain.customer import (
    AddContactPoint,
    ChangeLanguage,
    ChangeName,
    ChangeSegment,
    MoveContactPoint,
    RemoveContactPoint,
    ShareContactPoint,
)
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.views.view import fold_in_memory
from projections.customer.contacts import CONTACTS
from projections.customer.timeline import TIMELINE
from projections.search.passage import SEARCH
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.open_work import erase
from tests.support.recorded import events_of

BECAUSE = replace(AGENT, reason="said so on the phone")
ADA, BO = ContactPoint("mail", "ada@example.org"), ContactPoint("mail", "bo@example.org")
PHONE = ContactPoint("phone", "+49 30 1234567")
SAME_PHONE = ContactPoint("phone", "0049 30/1234567")
TAKEN_UP = ["customer.registered", "customer.contact-point-added"]


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def somebody(executor: CommandExecutor, *contacts: ContactPoint) -> str:
    return customers.register(executor, contacts, AGENT).id


def message_from(executor: CommandExecutor, contact: ContactPoint, number: int, thread: str | None = None) -> str:
    """Whose a message is, by its conversation."""
    id = deliver(executor, Delivery("chat", f"m{number}", contact, "Hello", thread), GATEWAY).id
    customer_id: str = executor.read(id).state.customer_id
    return customer_id


def share(customer_id: str, shared: bool = True) -> ShareContactPoint:
    return ShareContactPoint(customer_id=customer_id, contact_kind="phone", value=SAME_PHONE.value, shared=shared)


def refused(executor: CommandExecutor, command: AddContactPoint | RemoveContactPoint | MoveContactPoint) -> str:
    with pytest.raises(Refusal) as refusal:
        putting_right.act(executor, command, BECAUSE)
    return refusal.value.code


def test_name_language_and_segment_are_set_and_changed(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada = somebody(executor, ADA)
    # When
    for _ in range(2):
        customers.act(executor, ChangeLanguage(customer_id=ada, language="de"), BECAUSE)
        customers.act(executor, ChangeSegment(customer_id=ada, segment="trade"), BECAUSE)
    customers.act(executor, ChangeName(customer_id=ada, name="Ada"), BECAUSE)
    # Then
    assert names(log, ada)[2:] == ["customer.language-changed", "customer.segment-changed", "customer.name-changed"]
    recorded = log.streams([ada])[ada][-1]
    assert (recorded.event.name, recorded.envelope.reason) == ("Ada", "said so on the phone")  # type: ignore[attr-defined]


def test_a_contact_point_that_is_removed_is_nobodys(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada = somebody(executor, ADA, PHONE)
    remove = RemoveContactPoint(customer_id=ada, contact_kind="phone", value=SAME_PHONE.value)
    # When
    putting_right.act(executor, remove, replace(BECAUSE, command_id="k1"))
    assert putting_right.act(executor, remove, replace(BECAUSE, command_id="k1")).repeated
    # Then
    assert find(executor, PHONE) is None
    assert events_of(log, ada)[-1].value == "+49 30 1234567"
    assert refused(executor, remove) == "contact-point-unknown"
    somebody_new = message_from(executor, PHONE, 1)
    assert somebody_new != ada
    assert find(executor, PHONE) == somebody_new
    assert find(executor, ADA) == ada


def test_a_number_with_a_new_owner_is_moved(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, bo = somebody(executor, ADA, PHONE), somebody(executor, BO)
    # When
    move = MoveContactPoint(customer_id=ada, contact_kind="phone", value=SAME_PHONE.value, into=bo)
    putting_right.act(executor, move, BECAUSE)
    # Then
    assert find(executor, SAME_PHONE) == message_from(executor, PHONE, 1) == bo
    assert (names(log, ada)[-1], names(log, bo)[2]) == (
        "customer.contact-point-removed",
        "customer.contact-point-added",
    )
    # When it comes back
    putting_right.act(executor, move.model_copy(update={"customer_id": bo, "into": ada}), BECAUSE)
    assert find(executor, PHONE) == ada
    # Then an erasure of either leaves the other's
    erase(executor, bo, AGENT)
    assert find(executor, PHONE) == ada


def test_what_another_has_is_not_added_and_what_nobody_has_not_moved(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, bo = somebody(executor, ADA), somebody(executor, BO)
    end = log.position()
    # Then
    add = AddContactPoint(customer_id=bo, contact_kind="mail", value="Ada@EXAMPLE.org")
    assert refused(executor, add) == "contact-point-taken"
    move = MoveContactPoint(customer_id=ada, contact_kind="phone", value="1", into=bo)
    assert refused(executor, move) == "contact-point-unknown"
    to_nobody = MoveContactPoint(customer_id=ada, contact_kind="mail", value=ADA.value, into="customer-nobody")
    assert refused(executor, to_nobody) == "not-found"
    # Nothing is written, nor by what is there already
    putting_right.act(executor, add.model_copy(update={"customer_id": ada}), BECAUSE)
    assert log.position() == end


def test_nobody_is_known_by_a_contact_point_that_several_people_use(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada = somebody(executor, ADA, PHONE)
    assert message_from(executor, PHONE, 1, "t1") == ada
    # When
    putting_right.act(executor, share(ada), BECAUSE)
    putting_right.act(executor, share(ada), BECAUSE)
    # Then each new exchange is a new customer's, who can be answered there
    others = {message_from(executor, SAME_PHONE, number) for number in (2, 3)}
    assert len(others) == 2
    assert ada not in others
    assert all(names(log, id) == TAKEN_UP for id in others)
    # A known exchange goes on, and who is known by something else is known
    assert message_from(executor, PHONE, 4, "t1") == ada
    assert somebody(executor, PHONE, ADA) == ada
    assert names(log, ada)[3:] == ["customer.contact-point-shared"]
    # When it is theirs alone again
    putting_right.act(executor, share(ada, shared=False), BECAUSE)
    # Then
    assert message_from(executor, PHONE, 5) == ada


def test_who_began_a_thread_from_a_shared_contact_point_goes_on_in_it(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, bo = somebody(executor, PHONE), message_from(executor, BO, 1, "t1")
    putting_right.act(executor, share(ada), BECAUSE)
    # When somebody goes on from there, and somebody there writes into Bo's thread
    eve = message_from(executor, PHONE, 2, "t2")
    for number, thread in ((3, "t2"), (4, "t1")):
        message_from(executor, SAME_PHONE, number, thread)
    # Then
    said = [
        recorded.event for recorded in log.recorded_events(log.read(0)) if isinstance(recorded.event, MessageReceived)
    ]
    assert [event.customer_id for event in said] == [bo, eve, eve, bo]
    speakers = [event.participant_id for event in said]
    assert speakers[:3] == [None, None, None]
    assert speakers[3] not in (None, ada)


def test_a_new_owner_of_a_number_is_not_the_stranger_who_had_it(executor: CommandExecutor, log: Log) -> None:
    # Given a stranger in Bo's thread who became a customer by that number
    message_from(executor, BO, 1, "t1")
    message_from(executor, PHONE, 2, "t1")
    ada = somebody(executor, PHONE)
    # When the number is theirs no longer, and its new owner writes there
    remove = RemoveContactPoint(customer_id=ada, contact_kind="phone", value=PHONE.value)
    putting_right.act(executor, remove, BECAUSE)
    message_from(executor, PHONE, 3, "t1")
    # Then they are two people
    events = [recorded.event for recorded in log.recorded_events(log.read(0))]
    _, first, second = (event.participant_id for event in events if isinstance(event, MessageReceived))
    assert None not in (first, second)
    assert first != second
    assert executor.read(str(first)).state.into == ada
    assert executor.read(str(second)).state.into is None


def test_what_several_people_use_stays_so_when_one_is_erased(executor: CommandExecutor) -> None:
    # Given
    ada = somebody(executor, PHONE)
    putting_right.act(executor, share(ada), BECAUSE)
    # When
    erase(executor, ada, AGENT)
    # Then
    assert message_from(executor, PHONE, 1) != message_from(executor, PHONE, 2)


def test_views_show_what_is_theirs_by_now(executor: CommandExecutor, log: MemoryLog) -> None:
    # Given
    ada, bo = somebody(executor, ADA, PHONE), somebody(executor, BO)
    customers.act(executor, ChangeName(customer_id=ada, name="Adda"), BECAUSE)
    # When
    customers.act(executor, ChangeName(customer_id=ada, name="Ada"), BECAUSE)
    putting_right.act(
        executor, MoveContactPoint(customer_id=ada, contact_kind="phone", value=PHONE.value, into=bo), BECAUSE
    )
    putting_right.act(executor, share(bo), BECAUSE)
    # Then
    rows = {row.customer_id: row for row, _ in fold_in_memory(CONTACTS, log.everything()).values() if row}
    mail = {"kind": "mail", "value": ADA.value, "shared": False, "failing": None}
    assert (rows[ada].name, rows[ada].points) == ("Ada", (mail,))
    assert rows[bo].points[1] == {"kind": "phone", "value": PHONE.value, "shared": True, "failing": None}
    found = [row for row, _ in fold_in_memory(SEARCH, log.everything()).values() if row]
    assert [row.text for row in found if row.customer_id == ada] == [ADA.value, "[erased]", "[erased]", "Ada"]
    kinds = [row.kind for row, _ in fold_in_memory(TIMELINE, log.everything()).values() if row]
    assert kinds[-5:] == ["name", "name", "contact-point-removed", "contact-point", "contact-point-shared"]
