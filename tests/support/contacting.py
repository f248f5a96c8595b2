"""A company that owes its customers closing messages, with a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from commands.attention.contacting import owe_closing, review
from commands.conversation.handlers import open_conversation
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.decision_table import publish
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.attention.contacts import (
    ATTENTION,
    Attention,
    ContactBlocked,
    Outcome,
    OweClosing,
    ReviewContacts,
    stream_of,
)
from domain.conversation.commands import OpenConversation
from domain.conversation.events import MessageSent
from domain.customer import CustomerCommand
from domain.decision_table.published import PublishTable
from domain.kernel.event import Actor, Event, Recorded
from infra.log.application import Log
from tests.support.companies import AGENT

SYSTEM = Context(Actor(id="system-contact-watch", kind="system"))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SIGNAL = "signal-01990000-0000-7000-8000-000000000001"


def texts(**by_language: str) -> PublishTable:
    """The table with one text for each of these languages, whatever the outcome is."""
    content: dict[str, Any] = {
        "hit_policy": "first",
        "inputs": [{"name": "outcome", "type": "string"}, {"name": "language", "type": "string", "optional": True}],
        "outputs": [{"name": "text", "type": "string"}],
        "rules": [
            {"when": {"language": f'"{language}"'}, "then": {"text": f'"{text}"'}}
            for language, text in by_language.items()
        ],
    }
    return PublishTable.model_validate({"name": "closing-messages", "table": content})


def budget(most: int, days: int) -> PublishTable:
    """The table with the budget of every occasion."""
    content: dict[str, Any] = {
        "hit_policy": "first",
        "inputs": [{"name": "occasion", "type": "string"}],
        "outputs": [{"name": "most", "type": "number"}, {"name": "within", "type": "days and time duration"}],
        "rules": [{"then": {"most": f"{most}", "within": f'duration("P{days}D")'}}],
    }
    return PublishTable.model_validate({"name": "attention", "table": content})


AT_ONCE_AND_ALWAYS = PublishTable.model_validate(
    {
        "name": "attention",
        "table": {
            "hit_policy": "first",
            "inputs": [{"name": "occasion", "type": "string"}],
            "outputs": [
                {"name": "quiet_from", "type": "number"},
                {"name": "quiet_until", "type": "number"},
                {"name": "gather", "type": "days and time duration"},
            ],
            "rules": [{"then": {"quiet_from": "0", "quiet_until": "0", "gather": 'duration("PT0S")'}}],
        },
    }
)
"""To be published where a test goes by the clock: no quiet hours, and nothing is gathered."""


class Company:
    """The company. `now` is its clock, unless it has an executor with a clock of its own."""

    def __init__(self, log: Log, executor: CommandExecutor | None = None) -> None:
        self.now = NOON
        self.log = log
        self.executor = executor or CommandExecutor(log, clock=lambda: self.now)
        self._handles = 0

    def publish(self, table: PublishTable) -> None:
        """Publish a table."""
        publish(self.executor, table, AGENT)

    def customer(self) -> str:
        """Somebody new."""
        self._handles += 1
        return customers.register(self.executor, [ContactPoint("handle", f"h{self._handles}")], AGENT).id

    def conversation(self, customer_id: str, language: str = "de") -> str:
        """What the customer said."""
        said = OpenConversation(customer_id=customer_id, kind="feedback", channel="chat", language=language, body="Hm")
        return open_conversation(self.executor, said, AGENT).id

    def does(self, command: CustomerCommand) -> None:
        """A command about a customer."""
        customers.act(self.executor, command, AGENT)

    def owe(self, customer_id: str, number: int, conversation_id: str | None, outcome: Outcome = "shipped") -> None:
        """An outcome, by its number, of a signal to which the customer contributed."""
        owed = OweClosing(
            customer_id=customer_id,
            outcome_id=str(number),
            outcome=outcome,
            signal_id=SIGNAL,
            area="frames",
            theme=f"theme-{number}",
            conversation_id=conversation_id,
            channel="mail" if conversation_id else None,
        )
        owe_closing(self.executor, owed, SYSTEM)

    def review(self, customer_id: str, after: timedelta = timedelta()) -> None:
        """Some time goes by, and what the person is owed is tried."""
        self.now += after
        review(self.executor, ReviewContacts(customer_id=customer_id), SYSTEM)

    def attention(self, customer_id: str) -> Attention:
        """What is owed to the customer."""
        return self.executor.read(ATTENTION, stream_of(customer_id)).existing("attention").state

    def contacts(self, *customer_ids: str) -> list[Recorded[Event]]:
        """The events of what these customers are owed, in the order of the log."""
        streams = self.log.streams([stream_of(each) for each in customer_ids])
        return sorted((each for stream in streams.values() for each in stream), key=lambda each: each.position)

    def blocked(self, customer_id: str) -> list[tuple[str, datetime | None]]:
        """Why the customer was not told, each time, and when that is tried again."""
        events = (each.event for each in self.contacts(customer_id))
        return [(each.reason, each.retry_at) for each in events if isinstance(each, ContactBlocked)]

    def said(self, *conversation_ids: str) -> list[MessageSent]:
        """What was said to customers in these conversations."""
        return [
            each.event
            for id in conversation_ids
            for each in self.log.streams([id])[id]
            if isinstance(each.event, MessageSent)
        ]

    def bodies(self, conversation_ids: Sequence[str]) -> list[str]:
        """The same, as texts."""
        return [each.body for each in self.said(*conversation_ids)]
