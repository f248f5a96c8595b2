"""What is derived of old events, as a conversation is loaded for its clocks, is what new events record."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from commands.conversation import handlers as conversations
from commands.service_level.facts import whole
from domain.conversation import events as c
from domain.conversation.commands import AddInteraction, Assign, OpenConversation, RequestPerson
from domain.kernel.event import Draft, Envelope, Event, Recorded
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import Refusal
from domain.service_level.causes import with_causes
from tests.commands.test_status_is_recorded_alike import Company
from tests.support.companies import AGENT, GATEWAY
from tests.support.old_events import as_of_version_1


def said(recorded: Recorded[Event]) -> str:
    """What the event records of its cause or its effect. What a policy kept, no neighbour tells."""
    match recorded.event:
        case c.StatusChanged() as event:
            return str(event.cause)
        case c.MessageReceived() | c.MessageSent() as event:
            return str(event.effect).replace("kept", "none")
        case _:
            return ""


def happens(company: Company) -> None:
    """One more thing, of all that changes a status; or nothing, where it is refused."""
    id = company.chance.choice(company.conversations)
    more: list[Callable[[], object]] = [
        lambda: company.act(id, AddInteraction(kind="inquiry")),
        lambda: company.act(id, RequestPerson()),
        lambda: company.act(id, Assign(agent_id="service-bot")),
        lambda: company.conversations.append(by_us(company)),
    ]
    try:
        company.chance.choice([*more, *[company.happens] * 8])()
    except Refusal:
        return


def by_us(company: Company) -> str:
    """Another conversation, which the company begins."""
    opening = OpenConversation(
        customer_id=company.customer, kind="inquiry", channel="web", body="words", opened_by="company"
    )
    return conversations.open_conversation(company.executor, opening, AGENT).id


def test_what_is_derived_is_what_is_recorded(chance: random.Random) -> None:
    found: Counter[str] = Counter()
    for _ in range(30):
        company = Company(chance)
        for _ in range(40):
            happens(company)
        events = [each for each in company.log.everything() if kind_of(each.originator_id) == "conversation"]
        company.close()
        for id in company.conversations:
            stream = [each for each in events if each.originator_id == id]
            # When
            derived = with_causes([as_of_version_1(each) for each in stream])
            # Then
            assert [*map(said, derived)] == [*map(said, stream)]
            found.update(map(said, stream))
    assert found.keys() == {
        "", "opened", "reopened", "none", "message", "command", "interaction", "person-requested",
    }  # fmt: skip


def test_a_conversation_is_loaded_for_its_clocks_with_causes(chance: random.Random) -> None:
    # Given one whose events do not say what they did
    company = Company(chance)
    id, ada = new_id("conversation"), company.customer
    events = (
        c.Opened(customer_id=ada, opened_by="customer", channel="mail"),
        c.InteractionAdded(customer_id=ada, interaction_id="interaction-1", kind="inquiry"),
        c.MessageReceived(customer_id=ada, message_id="message-1", channel="mail", body="words"),
    )
    for version, event in enumerate(events, start=1):
        company.log.save(Draft(id, version, event, Envelope(event_id=new_id("event"), actor=GATEWAY.actor)))
    # Then
    assert [said(each) for each in whole(company.log, [id])[id]] == ["", "", "opened"]
    company.close()
