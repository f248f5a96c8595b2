"""Whatever happens to the database or the way to it: every caller is answered in time, and what it was told is so."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageSent
from domain.kernel.refusal import OutcomeUnknown, Overloaded
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from infra.postgres.migrate import migrate
from tests.support import append_lock, sabotage
from tests.support.append_lock import WAITING
from tests.support.checking import Outcome, wrong_in_outcomes, wrong_in_streams
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.proxy import Proxy
from tests.support.recorded import recorded_as
from tests.support.waiting import SLACK_SECONDS, wait_until

pytestmark = pytest.mark.faults


class Callers:
    """Callers of one process, each replying over and over, and what each reply was told."""

    def __init__(self, executor: CommandExecutor, conversation_ids: list[str]) -> None:
        self._executor = executor
        self._conversation_ids = conversation_ids
        self.outcomes: dict[str, Outcome] = {}
        self.longest = 0.0
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(16)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive(), "a caller hangs"

    def outcomes_of(self, outcome: Outcome) -> int:
        return sum(1 for each in list(self.outcomes.values()) if each == outcome)

    def more(self, outcome: Outcome, than: int, seconds: float = 30) -> None:
        wait_until(lambda: self.outcomes_of(outcome) > than, seconds, f"more than {than} {outcome}")

    def say(self, name: str) -> Outcome:
        id = self._conversation_ids[int(name.partition(".")[0]) % len(self._conversation_ids)]
        began = time.monotonic()
        try:
            keyed = Context(AGENT.actor, command_id=name)
            conversations.act(self._executor, id, SendReply(body=name), keyed)
            return "acknowledged"
        except Overloaded:
            return "refused"
        except OutcomeUnknown:
            return "unknown"
        finally:
            self.longest = max(self.longest, time.monotonic() - began)

    def _call(self, number: int) -> None:
        sent = 0
        while not self._stopping.is_set():
            name, sent = f"{number}.{sent}", sent + 1
            outcome = self.say(name)
            self.outcomes[name] = outcome
            if outcome != "acknowledged":
                self._stopping.wait(0.05)  # as Retry-After asks, or the test would only count refusals


def replies(log: Log) -> Counter[str]:
    found: Counter[str] = Counter()
    after = 0
    while records := log.read(after):
        after = records[-1].id
        found.update(sent.event.body for sent in recorded_as(MessageSent, log.recorded_events(records)))
    return found


@contextmanager
def at_work(urls: Urls, deadline_seconds: float) -> Iterator[tuple[CommandExecutor, Callers]]:
    with opened(urls, deadline_seconds) as executor:
        ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(8)]
        with Callers(executor, ids) as callers:
            callers.more("acknowledged", 50)
            yield executor, callers
            callers.more("acknowledged", callers.outcomes_of("acknowledged") + 50)
        assert callers.longest < deadline_seconds + SLACK_SECONDS
        assert wrong_in_outcomes(callers.outcomes, replies(executor.log)) == []
        # When all that is unknown is repeated
        unknown = [name for name, outcome in callers.outcomes.items() if outcome == "unknown"]
        callers.outcomes |= {name: callers.say(name) for name in unknown}
        # Then
        assert callers.outcomes_of("unknown") == 0
        assert wrong_in_outcomes(callers.outcomes, replies(executor.log)) == []
        assert wrong_in_streams(executor.log.read(0, 10**6)) == []


def test_a_connection_that_dies_after_the_commit_brings_the_first_answer(database_urls: Urls, home: Path) -> None:
    # Given
    with (
        Proxy(database_urls.database_url, home) as proxy,
        opened(Urls(proxy.url, database_urls.vault_url)) as executor,
    ):
        proxy.swallow_answer(b"antiphon.append")
        # When
        answer = deliver(executor, mail(1), GATEWAY)
        # Then
        assert proxy.swallowed == 1
        assert executor.log.position() == answer.position == 5
        # When
        proxy.cut()  # so that the statement is sent in full again
        proxy.swallow_answer(b"antiphon.append")
        keyed = Context(AGENT.actor, command_id="k")
        first = conversations.act(executor, answer.id, SendReply(body="yes"), keyed)
        again = conversations.act(executor, answer.id, SendReply(body="yes"), keyed)
        unkeyed = conversations.act(executor, answer.id, SendReply(body="and"), AGENT)
        # Then
        assert proxy.swallowed == 2
        assert (first.position, again.position, unkeyed.position) == (6, 6, 7)
        assert replies(executor.log) == {"yes": 1, "and": 1}


def test_without_claims_the_same_check_finds_it_twice(database_urls: Urls, home: Path) -> None:
    # Given
    sabotage.claims_off(database_urls)
    with (
        Proxy(database_urls.database_url, home) as proxy,
        opened(Urls(proxy.url, database_urls.vault_url)) as executor,
    ):
        id = deliver(executor, mail(1), GATEWAY).id
        proxy.cut()
        # When
        proxy.swallow_answer(b"antiphon.append")
        conversations.act(executor, id, SendReply(body="yes"), Context(AGENT.actor, command_id="k"))
        # Then
        assert wrong_in_outcomes({"yes": "acknowledged"}, replies(executor.log)) == [
            "yes was acknowledged and is there 2 times"
        ]


def test_a_backend_terminated_before_the_commit_has_the_command_in_once(
    database_urls: Urls,
) -> None:
    # Given somebody who holds the lock, so that an append waits
    with (
        opened(database_urls) as executor,
        psycopg.connect(database_urls.database_url, autocommit=True) as operator,
    ):
        id = deliver(executor, mail(1), GATEWAY).id
        append_lock.hold(operator)
        sender = threading.Thread(target=conversations.act, args=(executor, id, SendReply(body="yes"), AGENT))
        sender.start()
        pids = wait_until(lambda: operator.execute(WAITING).fetchone(), 5, "an append waits for the lock")
        # When
        operator.execute("SELECT pg_terminate_backend(%s)", pids)
        append_lock.let_go(operator)
        sender.join(10)
        # Then
        assert replies(executor.log) == {"yes": 1}


def test_who_waits_too_long_for_the_lock_is_told_and_stops_waiting(
    database_urls: Urls,
) -> None:
    # Given
    with (
        opened(database_urls, deadline_seconds=1) as executor,
        psycopg.connect(database_urls.database_url, autocommit=True) as operator,
    ):
        id = deliver(executor, mail(1), GATEWAY).id
        keyed = Context(AGENT.actor, command_id="k")
        append_lock.hold(operator)
        began = time.monotonic()
        # When
        with pytest.raises(OutcomeUnknown):
            conversations.act(executor, id, SendReply(body="yes"), keyed)
        # Then
        assert time.monotonic() - began < 1 + SLACK_SECONDS
        wait_until(lambda: not operator.execute(WAITING).fetchall(), 10, "nobody waits for the lock any more")
        append_lock.let_go(operator)
        conversations.act(executor, id, SendReply(body="yes"), keyed)
        assert replies(executor.log) == {"yes": 1}


@pytest.mark.parametrize("where", ["anywhere", "after a commit"])
def test_a_black_hole_on_the_way_is_an_error_in_time_and_passes(database_urls: Urls, home: Path, where: str) -> None:
    with Proxy(database_urls.database_url, home) as proxy:
        urls = Urls(proxy.url, database_urls.vault_url)
        with at_work(urls, deadline_seconds=1) as (_, callers):
            # When
            if where == "anywhere":
                proxy.black_hole()
            else:
                proxy.cut()
                proxy.mute_after(b"antiphon.append")
                wait_until(lambda: proxy.swallowed, 10, "an append went into the hole")
            callers.more("refused", callers.outcomes_of("refused") + 20)
            told_unknown = callers.outcomes_of("unknown")
            proxy.restore()
        # Then
        assert told_unknown or where == "anywhere"


@pytest.mark.parametrize("how", ["kill", pytest.param("stop", marks=pytest.mark.long_only)])
def test_a_database_that_goes_and_comes_back_loses_and_doubles_nothing(
    home: Path, how: Literal["stop", "kill"], chance: random.Random, long: bool
) -> None:
    # Given a server of its own
    server = EmbeddedPostgres(home)
    server.start()
    try:
        migrate(server.urls.database_url, server.urls.vault_url)
        go_away: Callable[[], None] = server.stop if how == "stop" else server.kill
        with at_work(server.urls, deadline_seconds=2) as (_, callers):
            for _ in range(10 if long else 2):
                # When
                callers.more("acknowledged", callers.outcomes_of("acknowledged") + chance.randrange(300))
                go_away()
                callers.more("refused", callers.outcomes_of("refused") + 20)
                server.start()
    finally:
        server.stop()
