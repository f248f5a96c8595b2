"""`antiphon run mail` is killed with -9 while mails come in and replies leave: what it answered for is in the log, each
mail once; what it did not answer for comes again; each reply leaves, and a repeat of one is the same mail."""

from __future__ import annotations

import random
import smtplib
import threading
from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.mail import tokens_of
from domain.conversation.commands import SendReply
from domain.conversation.events import MailTakenIn, MessageReceived
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.exactly_once import whole
from tests.support.host_process import HostProcess
from tests.support.mail_process import MailProcess, delivered, numbered, relay
from tests.support.mails import HELP
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.processes, pytest.mark.timeout(3600)]

SENDERS = 4


class Sending:
    """Mail servers that deliver numbered mails, each until it was answered for; within `with`."""

    def __init__(self, port: int) -> None:
        self.answered = list[int]()
        self._port = port
        self._numbers = count(1)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]

    def _run(self) -> None:
        while not self._stopping.is_set():
            number = next(self._numbers)
            wait_until(partial(self._delivered, number), 120, f"mail {number} is answered for")
            self.answered.append(number)

    def _delivered(self, number: int) -> bool:
        with suppress(OSError, smtplib.SMTPException):
            return delivered(self._port, numbered(number), [HELP]) == [250]
        return False

    def __enter__(self) -> Sending:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=400)


def killed_while_mails_come(
    urls: Urls, executor: CommandExecutor, folder: Path, chance: random.Random, kills: int, *, broken: bool = False
) -> list[str]:
    """What is wrong in the end, in words. Nothing wrong is []."""
    replies = set[str]()
    with relay() as (relay_port, left), HostProcess(urls):
        process = MailProcess(urls, folder, relay_port, broken=broken).ready()
        try:
            with Sending(process.port) as sending:
                for _ in range(kills):
                    process.ready()
                    answered = len(sending.answered) + chance.randrange(1, 12)
                    wait_until(partial(_more, sending.answered, answered), 60, "mails are answered for")
                    if not broken:
                        replies.add(answer(executor, chance.choice(sending.answered)))
                    process.kill()
                    process = MailProcess(urls, folder, relay_port, port=process.port, broken=broken)
                process.ready()
            if not broken:
                wait_until(lambda: replies <= set(left), 120, "each reply leaves")
        finally:
            process.kill()
    return wrong_in(executor.log, sending.answered, replies, left)


def _more(answered: list[int], than: int) -> bool:
    return len(answered) > than


def answer(executor: CommandExecutor, number: int) -> str:
    """Answer the mail of this number; the Message-ID of the answer."""
    id = executor.find("channel-message", f"mail\x00<{number}@example.org>")
    assert id is not None
    reply = SendReply(body=f"answer to {number}")
    conversations.act(executor, id, reply, AGENT)
    return tokens_of(executor).message_id(reply.message_id, id, "shop.example")


def wrong_in(log: Log, answered: list[int], replies: set[str], left: list[str]) -> list[str]:
    """What is wrong with the log and with what left."""
    events = [each.event for each in whole(log)]
    said = Counter(each.body for each in events if isinstance(each, MessageReceived))
    wrong = [f"mail {number} was answered for and is lost" for number in answered if not said[f"word {number}"]]
    wrong += [f"{body} is in the log {times} times" for body, times in said.items() if times > 1]
    if sum(isinstance(each, MailTakenIn) for each in events) != said.total():
        wrong.append("a message without its mail")
    wrong += [f"{id} left and is no reply" for id in set(left) - replies]
    return wrong


def test_a_killed_mail_server_loses_and_doubles_nothing(
    executor: CommandExecutor, database_urls: Urls, home: Path, chance: random.Random, long: bool
) -> None:
    assert killed_while_mails_come(database_urls, executor, home, chance, 200 if long else 2) == []


def test_the_checker_catches_a_server_that_answers_too_early(
    executor: CommandExecutor, database_urls: Urls, home: Path, chance: random.Random
) -> None:
    wrong = killed_while_mails_come(database_urls, executor, home, chance, 2, broken=True)
    assert any("is lost" in each for each in wrong)
