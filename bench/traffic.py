"""The traffic that everything is measured with: gateways delivering messages, and new customers among them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from infra.embedded.postgres import Urls
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.postgres.database import Database

CALLERS = 64
LONGEST_STREAM = 50
ALIVE = 50
"""How many of a caller's conversations still get messages: the latest ones."""

GATEWAY = Context(Actor(id="service-mail", kind="service"))
SENTENCE = "The kettle that came yesterday drips at the handle, and the lid does not close; what can be done about it? "


@contextmanager
def process_over(urls: Urls) -> Iterator[CommandExecutor]:
    """A log and its commands as a process of its own has them: nothing cached, no connection open."""
    vault = Vault(Database(urls.vault_url, "keykeeper"), master_key=bytes(32))
    log = Log(Database(urls.database_url, "appender"), vault)
    executor = CommandExecutor(log)
    yield executor
    executor.close()
    log.close()


class Caller:
    """A gateway: one new customer with a new conversation to four messages in conversations there are."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sent = 0
        self.conversation_id = ""
        """where the last message went"""
        self._chance = random.Random(number)
        self._conversations: list[tuple[str, int]] = []
        """(whose, how many events), those that still grow"""

    def send(self, executor: CommandExecutor) -> int:
        """Deliver the next message; answers how many events that made."""
        self.sent += 1
        if self.sent % 5 == 1 or not self._conversations:
            whose, events = f"{self.number}.{self.sent}@example.org", 5
            self._conversations.append((whose, 3))
            del self._conversations[:-ALIVE]
        else:
            place = self._chance.randrange(len(self._conversations))
            (whose, length), events = self._conversations[place], 1
            if length + 1 < LONGEST_STREAM:
                self._conversations[place] = whose, length + 1
            else:
                self._conversations.pop(place)
        self.conversation_id = deliver(executor, self._message(whose), GATEWAY).id
        return events

    def _message(self, whose: str) -> Delivery:
        return Delivery(
            channel="mail",
            channel_message_id=f"{self.number}.{self.sent}",
            contact=ContactPoint("mail", whose, "Ada"),
            body=SENTENCE[: 40 + self._chance.randrange(60)],
            thread=whose,
            language="en",
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What a run brought: events, in how many seconds, and how long each command took in milliseconds."""

    events: int
    seconds: float
    latencies_ms: Sequence[float]


def all_at_once(
    executor: CommandExecutor, callers: Sequence[Caller], *, seconds: float = 1e9, events: int = 2**62
) -> Load:
    """Each caller in a thread of its own sends its next command as soon as the last is answered, for so many seconds
    or until there are so many events."""
    made = [0] * len(callers)
    latencies: list[list[float]] = [[] for _ in callers]
    begin = threading.Barrier(len(callers))
    began = time.perf_counter()

    def call(number: int, caller: Caller) -> None:
        begin.wait()
        while (at := time.perf_counter()) - began < seconds and made[number] < events / len(callers):
            made[number] += caller.send(executor)
            latencies[number].append((time.perf_counter() - at) * 1000)

    threads = [threading.Thread(target=call, args=each) for each in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(sum(made), time.perf_counter() - began, [ms for each in latencies for ms in each])
