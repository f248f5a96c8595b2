"""Writers that go on through every fault: what is not answered is asked again, with the same command id."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TypeVar

from commands.conversation.delivering import Delivery, deliver
from commands.conversation.handlers import act
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import AddNote, ConversationCommand, SendReply
from domain.kernel.refusal import OutcomeUnknown, Overloaded
from infra.embedded.postgres import Urls
from tests.support.companies import AGENT, GATEWAY, opened
from tests.support.open_work import erase

T = TypeVar("T")

ERASED_EVERY = 60
PAUSE_SECONDS = 0.03
"""Between two commands of one writer: what follows, reads and checks shares two cores with them."""


class Load:
    """Several writers with customers of their own, from `with` to its end; then all they sent is answered.

    `acknowledged` has the answers by command id. A writer that was refused, or got two answers to one command, fails
    the test when the load ends.
    """

    def __init__(
        self, urls: Urls, chance: random.Random, *, name: str = "w", writers: int = 4, deadline_seconds: float = 2.0
    ) -> None:
        """`name` tells this load's customers and commands from another's on the same log."""
        self.acknowledged: dict[str, Answer] = {}
        self._closing = ExitStack()
        self._executor = self._closing.enter_context(opened(urls, deadline_seconds))
        self._stopping = threading.Event()
        self._failures: list[BaseException] = []
        seeds = [chance.random() for _ in range(writers)]
        self._threads = [
            threading.Thread(target=self._run, args=(f"{name}{number}", random.Random(seed)), daemon=True)
            for number, seed in enumerate(seeds)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Send nothing new, and return when all that was sent is answered."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=60)
        self._closing.close()
        assert not any(thread.is_alive() for thread in self._threads), "a writer hangs"
        if self._failures:
            raise self._failures[0]

    def pause(self) -> None:
        """Between two commands; none once the load ends."""
        self._stopping.wait(PAUSE_SECONDS)

    def _run(self, name: str, chance: random.Random) -> None:
        try:
            writer = _Writer(self, name, chance, self._executor)
            while not self._stopping.is_set():
                writer.say_something()
                self.pause()
        except BaseException as failure:
            self._failures.append(failure)


class _Writer:
    """One writer and the conversations of its customers."""

    def __init__(self, load: Load, name: str, chance: random.Random, executor: CommandExecutor) -> None:
        self._load = load
        self._name = name
        self._chance = chance
        self._executor = executor
        self._said = 0
        self._conversations: list[tuple[str, str]] = []
        """(conversation, thread); a thread is one customer's."""

    def say_something(self) -> None:
        self._said += 1
        number = self._said
        if number % ERASED_EVERY == 0:
            conversation_id, _ = self._conversations.pop(self._chance.randrange(len(self._conversations)))
            self._until_answered(lambda: self._erase(conversation_id))
        elif not self._conversations or self._chance.random() < 0.2:
            thread = f"{self._name}-t{number}"
            self._conversations.append((self._deliver(thread, number).id, thread))
        else:
            conversation_id, thread = self._chance.choice(self._conversations)
            if self._chance.random() < 0.5:
                self._deliver(thread, number)
            else:
                command = AddNote(body="noted") if self._chance.random() < 0.3 else SendReply(body=f"answer {number}")
                self._act(conversation_id, command, number)

    def _deliver(self, thread: str, number: int) -> Answer:
        contact = ContactPoint("mail", f"{thread}@example.org", f"Customer {thread}")
        delivery = Delivery("mail", f"{self._name}-m{number}", contact, f"word {number}", thread)
        return self._ask(number, lambda context: deliver(self._executor, delivery, context), GATEWAY)

    def _act(self, conversation_id: str, command: ConversationCommand, number: int) -> Answer:
        return self._ask(number, lambda context: act(self._executor, conversation_id, command, context), AGENT)

    def _erase(self, conversation_id: str) -> None:
        state = self._executor.read(conversation_id).state
        erase(self._executor, state.customer_id, AGENT)

    def _ask(self, number: int, ask: Callable[[Context], Answer], context: Context) -> Answer:
        command_id = f"{self._name}-c{number}"
        keyed = replace(context, command_id=command_id)
        answer = self._until_answered(lambda: ask(keyed))
        self._load.acknowledged[command_id] = answer
        if number % 10 == 0:  # asked again although it was answered
            again = self._until_answered(lambda: ask(keyed))
            assert (again.id, again.position) == (answer.id, answer.position), f"{command_id}: {again} after {answer}"
        return answer

    def _until_answered(self, ask: Callable[[], T]) -> T:
        while True:
            with suppress(Overloaded, OutcomeUnknown):
                return ask()
            self._load.pause()
