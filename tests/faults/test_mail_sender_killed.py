"""`antiphon run mail` killed with -9 while replies leave: each leaves, and a repeat is the same mail."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.mail import tokens_of
from domain.conversation.commands import SendReply
from domain.message import MESSAGE
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from infra.views.projector import Projector
from projections.message import RECEIPTS
from tests.support.companies import AGENT
from tests.support.following import catch_up
from tests.support.mail_process import MailProcess, numbered, relay
from tests.support.mails import take
from tests.support.waiting import wait_until

# In the suite, tests/faults/test_mail_killed.py kills senders, too.
pytestmark = [pytest.mark.faults, pytest.mark.processes, pytest.mark.long_only]


def test_each_reply_leaves_once_after_dedupe_however_senders_die(
    executor: CommandExecutor,
    projector: Database,
    database_urls: Urls,
    chance: random.Random,
    long: bool,
    tmp_path: Path,
) -> None:
    tokens, follow = tokens_of(executor), partial(catch_up, executor.log, projector, 60, [Projector(RECEIPTS)])
    written: dict[str, str] = {}

    def at_least(many: int, taken: list[str]) -> bool:
        follow()
        return len(set(taken)) >= many

    def is_sent(message_id: str) -> bool:
        state = executor.read(MESSAGE, message_id).state
        return state is not None and state.state == "sent"

    with relay() as (port, taken):
        begun = [take(executor, numbered(number)).id for number in range(5)]
        with MailProcess(database_urls, tmp_path, port) as first:
            first.kill()  # from now on, replies are queued
        for _ in range(40 if long else 2):
            for _ in range(chance.randrange(1, 5)):
                id, reply = chance.choice(begun), SendReply(body=f"word {len(written)}")
                conversations.act(executor, id, reply, AGENT)
                written[reply.message_id] = tokens.message_id(reply.message_id, id, "shop.example")
            with MailProcess(database_urls, tmp_path, port) as process:
                wait_until(partial(at_least, len(set(taken)) + 1, taken), 60, "a reply leaves")
                process.kill()
        with MailProcess(database_urls, tmp_path, port):
            wait_until(partial(at_least, len(written), taken), 60, "all have left")
            wait_until(lambda: all(map(is_sent, written)), 60, "all are reported")

    assert set(taken) == set(written.values())
