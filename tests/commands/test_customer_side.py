"""What a customer may ask of their conversation: a person, their matter back, an answer where they want it."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation import commands as c
from domain.conversation.events import MessageSent
from domain.customer import ChoosePreferences
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from projections.conversation import inbox
from projections.conversation.inbox import Item
from projections.conversation.inbox_filter import Filter
from tests.support.companies import AGENT, GATEWAY, mail, names, opened
from tests.support.following import catch_up

BOT = Context(Actor(id="service-bot", kind="service", roles=("service",)))


class Desk:
    """A conversation, whoever asks something of it, and where it then stands."""

    def __init__(self, executor: CommandExecutor, log: Log, projector: Database) -> None:
        self.executor = executor
        self._log = log
        self._projector = projector
        self.id = deliver(executor, mail(1), GATEWAY).id
        self.customer = Context(Actor(id=executor.read(self.id).state.customer_id, kind="customer"))

    def ask(self, by: Context, *commands: c.ConversationCommand) -> Item:
        """Where it stands when all of it is done. Raises Refusal."""
        for command in commands:
            conversations.act(self.executor, self.id, command, by)
        catch_up(self._log, self._projector)
        with self._projector.connection() as connection:
            item = inbox.one(connection, self.id)
        assert item is not None
        return item

    def refusal(self, by: Context, command: c.ConversationCommand) -> str:
        """The code it is refused with."""
        with pytest.raises(Refusal) as refused:
            conversations.act(self.executor, self.id, command, by)
        return refused.value.code

    def inbox(self, which: Filter | None = None) -> list[str]:
        """The conversations that the inbox shows."""
        with self._projector.connection() as connection:
            return [item.conversation_id for item in inbox.read(connection, which or Filter()).rows]


@pytest.fixture
def desk(executor: CommandExecutor, log: Log, projector: Database) -> Desk:
    """One with the customer's first message."""
    return Desk(executor, log, projector)


def test_who_asks_for_a_person_waits_until_a_person_answers(desk: Desk, log: Log) -> None:
    # Given a bot that has answered and seen to it all
    team = staffing.form_team(desk.executor, FormTeam(name="Care"), AGENT).id
    desk.ask(BOT, c.Assign(team_id=team, agent_id="service-bot"), c.SendReply(body="Switch it off and on"))
    before = desk.ask(BOT, c.ChangeStatus(status="resolved"))
    assert (before.waiting_since, before.taken_up_at) == (None, before.answered_at)
    # When
    item = desk.ask(desk.customer, c.RequestPerson(because="I did, twice"))
    # Then people are to pick it up, and the customer waits
    assert (item.status, item.team_id, item.agent_id) == ("open", team, None)
    assert item.waiting_since == item.person_requested_at is not None
    assert names(log, desk.id)[-3:] == [
        "conversation.person-requested",
        "conversation.assigned",
        "conversation.status-changed",
    ]
    assert desk.inbox(Filter(person_requested=True)) == [desk.id]
    # and nothing a bot says or does gets between
    still = desk.ask(BOT, c.SendReply(body="Switch it off", automatic=True), c.SendReply(body="And on"))
    assert (still.waiting_since, still.person_requested_at) == (item.waiting_since, item.person_requested_at)
    for by, command in (
        (BOT, c.ChangeStatus(status="resolved")),
        (BOT, c.ChangeStatus(status="waiting_on_customer")),
        (BOT, c.Assign(agent_id="service-bot")),
        (AGENT, c.HandOver(team_id=team, agent_id="service-bot")),
    ):
        assert desk.refusal(by, command) == "person-requested"
    # but a person's answer
    answered = desk.ask(AGENT, c.SendReply(body="I am sorry. I send you a new one"))
    assert (answered.waiting_since, answered.person_requested_at) == (None, None)
    assert desk.inbox(Filter(person_requested=True)) == []
    # and once it is closed, a bot may help again
    desk.ask(AGENT, c.ChangeStatus(status="resolved"))
    assert desk.ask(BOT, c.Assign(agent_id="service-bot")).agent_id == "service-bot"


def test_a_withdrawn_matter_is_closed_and_goes_on_when_they_write_again(desk: Desk, log: Log) -> None:
    # When
    item = desk.ask(desk.customer, c.Withdraw(because="It turned up"))
    # Then
    assert (item.status, item.waiting_since, item.closed_at) == ("withdrawn", None, item.last_at)
    assert desk.inbox() == []
    end = log.position()
    desk.ask(desk.customer, c.Withdraw())
    assert log.position() == end
    # When
    again = desk.ask(desk.customer, c.ReceiveMessage(body="It is gone again"))
    # Then
    assert (again.status, again.waiting_since, again.closed_at) == ("open", again.last_at, None)
    assert desk.inbox() == [desk.id]
    # and what was resolved is not taken back, but judged
    desk.ask(AGENT, c.ChangeStatus(status="resolved"))
    assert desk.refusal(desk.customer, c.Withdraw()) == "already-resolved"


def test_what_they_bring_into_a_closed_conversation_opens_it_and_waits(desk: Desk) -> None:
    # Given
    desk.ask(AGENT, c.SendReply(body="Done"), c.ChangeStatus(status="resolved"))
    # When
    item = desk.ask(desk.customer, c.AddInteraction(kind="complaint"))
    # Then
    assert (item.status, item.waiting_since) == ("open", item.last_at)


def test_a_reply_goes_where_the_customer_wants_unless_the_agent_says(
    desk: Desk, log: Log, executor: CommandExecutor, database_urls: Urls
) -> None:
    def channel(by: CommandExecutor, said: str | None = None) -> str:
        conversations.act(by, desk.id, c.SendReply(body="Here", channel=said), AGENT)
        sent = log.streams([desk.id])[desk.id][-1].event
        assert isinstance(sent, MessageSent)
        return sent.channel

    with opened(database_urls) as another_process:
        # Given both know the customer as they were
        assert [channel(executor), channel(another_process)] == ["mail", "mail"]
        # When
        choice = ChoosePreferences(customer_id=desk.customer.actor.id, channel="chat")
        customers.act(executor, choice, desk.customer)
        # Then both know it at once
        assert [channel(another_process), channel(executor)] == ["chat", "chat"]
        assert channel(another_process, "phone") == "phone"
