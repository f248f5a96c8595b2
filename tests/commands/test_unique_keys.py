"""Under which key a name is taken is a contract with what was stored before: kind and value never change."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord
from commands.service_level import handlers as sla
from commands.staff.handlers import handle_key, team_key
from domain.conversation.commands import ChangeStatus, OpenConversation
from domain.customer import RegisterCustomer
from domain.customer.contact_point import Comparing
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_names_are_taken_under_these_keys(executor: CommandExecutor, log: Log) -> None:
    point = ContactPoint("mail", " Straße@STRASSE.de ")
    assert point.name_key(Comparing()) == ("compared-contact-point", "mail\x00straße@strasse.de")
    # Former releases took it under another one, which is looked up for good.
    assert point.former_key == ("contact-point", "mail\x00strasse@strasse.de")
    assert handle_key("Bo") == ("staff-handle", "bo")
    assert team_key("Care") == ("team-name", "care")
    hours = OpeningHours(zone="UTC", hours={"mon": ("09:00-10:00",)})
    calendar = sla.write_calendar(executor, WriteCalendar(name="Berlin", opening_hours=hours), AGENT).id
    assert executor.find("calendar-name", "Berlin") == calendar
    record = SourceRecord(
        source="cfpb",
        id="7",
        customer=RegisterCustomer(customer_id="customer-1"),
        context=GATEWAY,
        facts=[SourceFact("order", PlaceOrder(customer_id="customer-1"), GATEWAY)],
    )
    assert record.names == [("source-record", "cfpb\x007\x00order")]


def test_what_a_channel_delivers_is_taken_under_its_ids(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1, "t1"), GATEWAY).id
    assert executor.find("channel-message", "mail\x00m1") == id
    assert executor.find("channel-thread", "mail\x00t1") == id
    assert executor.find("compared-contact-point", "mail\x00ada@example.org") == events_of(log, id)[0].customer_id
    # Of who is erased, only what tells a message from all others outlives it.
    erase(executor, events_of(log, id)[0].customer_id, AGENT)
    assert executor.find("channel-message", "mail\x00m1") == id
    assert executor.find("channel-thread", "mail\x00t1") is None
    assert executor.find("compared-contact-point", "mail\x00ada@example.org") is None


def test_another_process_writes_nothing_of_who_was_erased_meanwhile(executor: CommandExecutor, log: Log) -> None:
    # Given a process that has seen a customer and their conversation
    id = deliver(executor, mail(1), GATEWAY).id
    ada = events_of(log, id)[0].customer_id
    # When another one erases them
    other = CommandExecutor(log)
    erase(other, ada, AGENT)
    other.close()
    # Then nothing more is written of them, be it without a word of theirs
    opening = OpenConversation(customer_id=ada, kind="complaint", channel="mail")
    with pytest.raises(Refusal, match="customer-erased"):
        conversations.open_conversation(executor, opening, AGENT)
    with pytest.raises(Refusal, match="customer-erased"):
        conversations.act(executor, id, ChangeStatus(status="on_hold"), AGENT)
    assert customers.register(executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id != ada
