"""Senders of webhooks killed with -9 while they post: each reply arrives, in order, and a repeat is the same."""

from __future__ import annotations

import random
from functools import partial

import pytest

from commands import webhook as webhooks
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.webhook import RegisterWebhook
from infra.embedded.postgres import Urls
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.endpoint import Endpoint, PostedTo, endpoint
from tests.support.sender_process import SenderProcess
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


def killed_while_posting(
    urls: Urls, executor: CommandExecutor, chance: random.Random, kills: int, *, broken: bool = False
) -> list[str]:
    """Senders are killed while the endpoint has posts that it has not answered; the last one goes on. Answers what is
    wrong in the end."""
    with endpoint() as their:
        webhooks.begin(executor, RegisterWebhook(url=their.url, channels=("mail",)), AGENT)
        said: dict[str, list[str]] = {}
        for number in range(3):
            id = deliver(executor, mail(number, f"matter {number}", f"ada{number}@example.org"), GATEWAY).id
            said[id] = []
        for _ in range(kills):
            for _ in range(chance.randrange(1, 6)):
                id = chance.choice(sorted(said))
                said[id].append(f"word {sum(map(len, said.values()))}")
                conversations.act(executor, id, SendReply(body=said[id][-1]), AGENT)
            their.held.clear()
            posts_before = len(their.posts)
            with SenderProcess(urls, broken=broken) as sender:
                wait_until(partial(_more, their, posts_before), 60, "a post is on its way")
                sender.kill()
            their.held.set()
        with SenderProcess(urls, broken=broken):
            expected = sum(map(len, said.values()))
            if not broken:
                wait_until(lambda: len({each.id for each in their.posts}) == expected, 60, "all have arrived")
            return wrong_in(their, said)


def _more(their: Endpoint, than: int) -> bool:
    return len(their.posts) > than


def wrong_in(their: Endpoint, said: dict[str, list[str]]) -> list[str]:
    """What is wrong with what came, in words. Nothing wrong is []."""
    first: dict[str, PostedTo] = {}
    posts = list(their.posts)
    wrong = [f"{post.id} came with another body" for post in posts if first.setdefault(post.id, post).body != post.body]
    for id, bodies in said.items():
        came = [each.said["data"]["body"] for each in first.values() if each.said["stream_id"] == id]
        if came != bodies:
            wrong.append(f"{id} got {came} in place of {bodies}")
    return wrong


def test_senders_killed_while_they_post_lose_nothing(
    executor: CommandExecutor, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    assert killed_while_posting(database_urls, executor, chance, 40 if long else 2) == []


def test_the_checker_catches_a_post_that_counts_before_it_is_made(
    executor: CommandExecutor, database_urls: Urls, chance: random.Random
) -> None:
    wrong: list[str] = []
    for _ in range(3):
        wrong += killed_while_posting(database_urls, executor, chance, 1, broken=True)
    assert wrong
