"""Whoever says nearly the same again counts once, also after those who said it first were erased."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer import erasing
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.state import CONVERSATION
from domain.signal.item import FileItem, ItemTextCompared
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.feedback import THEMES
from tests.support.open_work import Shown

SAID = "My kettle drips from the spout whenever it is more than half full, and the table is wet"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


class People:
    """People who say the same, each time in another conversation."""

    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor
        self.said = 0
        self.customers: dict[str, str] = {}
        put(executor, {"themes": THEMES}, AGENT)

    def say(self, who: str, text: str = SAID) -> str:
        """Somebody says it; answers the item."""
        self.said += 1
        thread = f"t{self.said}"
        delivery = Delivery("mail", thread, ContactPoint("handle", who), text, thread=thread)
        id = deliver(self.executor, delivery, GATEWAY).id
        self.customers[who] = self.executor.read(CONVERSATION, id).existing("conversation").state.customer_id
        fields = {"kind": "complaint", "conversation_id": id, "part": "1", "said_at": self.executor.clock()}
        return items.file(self.executor, FileItem.model_validate(fields), AGENT).id

    def erase(self, who: str) -> None:
        """Somebody is erased."""
        erasing.erase(self.executor, self.customers[who], AGENT, Shown())

    def like(self, item_id: str) -> str | None:
        """The first item with nearly the same text."""
        found = [each.event for each in self.executor.log.streams([item_id])[item_id]]
        return next(each.like for each in found if isinstance(each, ItemTextCompared))


@pytest.fixture
def people(executor: CommandExecutor) -> People:
    return People(executor)


def test_who_said_it_second_counts_once_after_the_first_is_erased(people: People) -> None:
    # Given
    first, _ = people.say("ada"), people.say("bo")
    # When
    people.erase("ada")
    # Then
    assert people.like(people.say("bo", f"Hello, {SAID.upper()}!")) == first
    # And somebody else is of the same group still
    assert people.like(people.say("cy")) == first
    # When the second one is erased, too
    people.erase("bo")
    # Then
    assert people.like(people.say("cy")) == first
    assert people.like(people.say("di")) == first


def test_each_of_many_counts_once_whoever_of_the_others_is_erased(people: People) -> None:
    # Given
    everybody = [f"p{number}" for number in range(5)]
    first, *_ = [people.say(who) for who in everybody]
    for who in everybody[:4]:
        people.erase(who)
    # Then
    assert people.like(people.say("p4")) == first


def test_nothing_is_left_of_a_text_when_all_who_said_it_are_erased(people: People) -> None:
    for who in ("ada", "ada", "bo", "bo", "cy"):
        people.say(who)
    for who in ("ada", "bo", "cy"):
        people.erase(who)
    assert people.like(people.say("di")) is None


def test_texts_that_each_differ_a_little_are_not_all_one(people: People) -> None:
    # Given each text has one word of the one before it less, and one word more
    words = [f"word{number}" for number in range(40)]
    texts = [" ".join(words[number : number + 20]) for number in range(20)]
    # When
    said = [people.say(f"p{number}", text) for number, text in enumerate(texts)]
    # Then
    assert len({people.like(id) or id for id in said}) > 1
    assert people.like(said[-1]) != said[0]
