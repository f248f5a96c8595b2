"""A person who is contacted: all customers who are merged, what they want, and how they can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Change
from domain.attention.budget import Wishes
from domain.attention.contacts import ATTENTION, Attention, ClosingOwed, WaitReason, stream_of
from domain.attention.texts import Texts
from domain.conversation.commands import SendReply
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import CUSTOMER, Customer
from domain.kernel.ids import kind_of


@dataclass(frozen=True, slots=True)
class ContactedPerson:
    """All customers who are one person, and their contacts, by customer."""

    customers: Mapping[str, Loaded[Customer]]
    contacts: Mapping[str, Loaded[Attention | None]]

    @property
    def attentions(self) -> list[Attention]:
        """Their contacts."""
        return [each.state for each in self.contacts.values() if each.state is not None]

    def wishes(self, zone: str) -> Wishes:
        """What any of them wants holds for all; a consent that one refused is refused. `zone`: the company's, which
        counts where the person's own is not known."""
        states = [each.state for each in self.customers.values()]
        consents: dict[str, bool] = {}
        for purpose, given in (consent for state in states for consent in state.consents.items()):
            consents[purpose] = given and consents.get(purpose, True)
        quiet, erased = any(each.quiet for each in states), any(each.erased for each in states)
        return Wishes(self._zone() or zone, quiet, consents, erased)

    def _zone(self) -> str | None:
        """In which the person lives: as the customer says it into whom the others were merged, else any of them."""
        known = [(each.state.into is not None, id, each.state.zone) for id, each in self.customers.items()]
        return next((zone for _, _, zone in sorted(known) if zone is not None), None)

    def seen(self) -> list[Change]:
        """The customers' unchanged streams, so that the append detects an old state."""
        return [Change(id, before, []) for id, before in self.customers.items()]


def person_of(executor: CommandExecutor, customer_id: str) -> ContactedPerson:
    """The person who a customer is now. Part of other commands. Raises NotFound."""
    customers, contacts = dict[str, Loaded[Customer]](), dict[str, Loaded[Attention | None]]()
    for id in linked(executor.load, customer_id):
        if kind_of(id) == CUSTOMER.kind:
            customers[id] = executor.existing(CUSTOMER, id)
            loaded = executor.load(ATTENTION, stream_of(id))
            contacts[id] = loaded
    return ContactedPerson(customers, contacts)


@dataclass(frozen=True, slots=True)
class ByMessage:
    """A person is told in the conversation in which they said it, over the channel that they prefer, else the one that
    they used, in their language."""

    executor: CommandExecutor
    person: ContactedPerson
    texts: Texts

    def prevented(self, owed: ClosingOwed) -> WaitReason | None:
        """Why it cannot be told: no conversation, a channel that nobody serves, no text."""
        conversation = self._conversation(owed)
        if conversation is None:
            return "no-conversation"
        if (self._channel(owed) or conversation.channel) not in self.executor.channels.names:
            return "channel-unserved"
        return "no-text" if self.texts.of(owed, self._language(owed)) is None else None

    def goes_with(self, owed: ClosingOwed, first: ClosingOwed) -> bool:
        """Whether there is a text about it in the language of the first."""
        return self.texts.of(owed, self._language(first)) is not None

    def message(self, owed: list[ClosingOwed], message_id: str) -> SendReply:
        """One message about all of it, to where the first was said."""
        language = self._language(owed[0])
        return SendReply(
            body=self.texts.message(owed, language),
            channel=self._channel(owed[0]),
            language=language,
            automatic=True,
            message_id=message_id,
        )

    def _channel(self, owed: ClosingOwed) -> str | None:
        return self.person.customers[owed.customer_id].state.channel or owed.channel

    def _language(self, owed: ClosingOwed) -> str | None:
        conversation, customer = self._conversation(owed), self.person.customers[owed.customer_id].state
        said = owed.language or customer.language or (conversation.language if conversation else None)
        return said or customer.native_language

    def _conversation(self, owed: ClosingOwed) -> Conversation | None:
        if owed.conversation_id is None:
            return None
        return self.executor.load(CONVERSATION, owed.conversation_id).state
