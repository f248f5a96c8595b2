"""A reply over a channel that nobody serves is refused; a message that came over one is taken in, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.channel import CHANNELS, ServedChannels
from domain.conversation.commands import OpenConversation, SendReply
from domain.conversation.events import MessageReceived, MessageSent
from domain.customer import ChoosePreferences
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from infra.health.check import Sources
from infra.log.application import Log
from infra.postgres.database import Database
from infra.settings.settings import Settings
from projections.health import ChannelsAreServed
from tests.support.companies import AGENT
from tests.support.following import catch_up

PAST = datetime(2026, 1, 5, 8, tzinfo=UTC)
GATEWAY = Context(Actor(id="service-fax", kind="service"))


@pytest.fixture
def serving(memory_log: Log) -> Iterator[CommandExecutor]:
    """Commands of a company of whose channels one is its own."""
    executor = CommandExecutor(memory_log, channels=ServedChannels.of(["mail", "kiosk=phone"]))
    yield executor
    executor.close()


def came(executor: CommandExecutor, channel: str) -> str:
    """A conversation that began over this channel."""
    return deliver(executor, Delivery(channel, channel, ContactPoint("mail", "ada@x.org"), "word"), GATEWAY).id


def of(executor: CommandExecutor, kind: type[MessageReceived] | type[MessageSent]) -> list[str]:
    """The channels of all events of a kind."""
    events = (each.event for each in executor.log.recorded_events(executor.log.read(0)))
    return [event.channel for event in events if isinstance(event, kind)]


def code(executor: CommandExecutor, id: str, reply: SendReply, context: Context = AGENT) -> str:
    """How the reply is refused."""
    with pytest.raises(Refusal) as refused:
        conversations.act(executor, id, reply, context)
    assert not of(executor, MessageSent)
    assert refused.value.what_to_do.endswith("name one of kiosk, mail")
    return refused.value.code


def test_a_reply_over_a_channel_nobody_serves_is_refused(serving: CommandExecutor) -> None:
    id = came(serving, "mail")
    assert code(serving, id, SendReply(body="Hello", channel="maill")) == "channel-unserved"
    # When another channel is named
    conversations.act(serving, id, SendReply(body="Hello", channel="kiosk"), AGENT)
    # Then
    assert of(serving, MessageSent) == ["kiosk"]


def test_a_message_over_a_channel_nobody_serves_is_taken_in(serving: CommandExecutor) -> None:
    # When
    id = came(serving, "fax")
    # Then
    assert of(serving, MessageReceived) == ["fax"]
    # And an answer that names no channel would go nowhere
    assert code(serving, id, SendReply(body="Hello")) == "channel-unserved"


def test_a_preference_for_a_channel_nobody_serves_does_not_lose_a_reply(serving: CommandExecutor) -> None:
    id = came(serving, "mail")
    customer_id = serving.read(id).state.customer_id
    customers.act(serving, ChoosePreferences(customer_id=customer_id, channel="fax"), AGENT)
    assert code(serving, id, SendReply(body="Hello")) == "channel-unserved"


def test_what_was_said_over_such_a_channel_before_is_recorded(serving: CommandExecutor) -> None:
    id = came(serving, "fax")
    conversations.act(serving, id, SendReply(body="Hello"), replace(GATEWAY, occurred_at=PAST))
    assert of(serving, MessageSent) == ["fax"]


def test_a_company_that_opens_a_conversation_names_a_served_channel(serving: CommandExecutor) -> None:
    customer_id = serving.read(came(serving, "mail")).state.customer_id
    opening = OpenConversation(customer_id=customer_id, kind="inquiry", channel="fax", opened_by="company")
    with pytest.raises(Refusal, match="channel-unserved"):
        conversations.open_conversation(serving, opening.model_copy(update={"body": "Hello"}), AGENT)
    # And without words, nothing has to go anywhere
    conversations.open_conversation(serving, opening, AGENT)


def test_served_channels_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_CHANNELS", "kiosk")
    assert Settings.load().company.served == ServedChannels(CHANNELS | {"kiosk"})
    monkeypatch.setenv("ANTIPHON_SERVED_CHANNELS", "chat, fax=phone")
    served = Settings.load().company.served
    assert sorted(served.names) == ["chat", "fax"]
    assert served.contact_kinds["fax"] == "phone"
    monkeypatch.setenv("ANTIPHON_SERVED_CHANNELS", "fax=pigeon")
    with pytest.raises(Refusal, match="contact points are one of mail, phone"):
        Settings.load()


def test_open_conversations_over_unserved_channels_are_counted(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    for channel in ("mail", "fax", "pager"):
        came(executor, channel)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        (found,) = ChannelsAreServed().read(Sources(connection))
        known = Sources(connection, channels=ServedChannels(CHANNELS | {"fax", "pager"}))
        (well,) = ChannelsAreServed().read(known)
    assert found.says == "2 open conversations came over channels nobody serves: fax, pager"
    assert found.wrong
    assert well.wrong is None
    assert [*well.values.values()] == [0, 0]
