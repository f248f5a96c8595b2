"""The database goes away under the API: every caller is told within the deadline, and it goes on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.log.application import Log
from tests.support.companies import opened
from tests.support.databases import Databases
from tests.support.exactly_once import assert_said_once, whole
from tests.support.host_process import HostProcess
from tests.support.proxy import Proxy
from tests.support.serving import Company, client, served
from tests.support.waiting import SLACK_SECONDS, wait_until

pytestmark = pytest.mark.faults

DEADLINE_SECONDS = 2.0
CALLERS = 12
"""More than there are connections."""


@dataclass
class Calls:
    """An agent's tool, and somebody without a token."""

    company: Company
    agent: httpx.Client
    anybody: httpx.Client

    def read(self) -> httpx.Response:
        return self.agent.get(f"/conversations/{self.company.conversation}")

    def say(self, key: str) -> httpx.Response:
        reply = {"body": f"word of {key}"}
        path = f"/conversations/{self.company.conversation}/replies"
        return self.agent.post(path, json=reply, headers={"Idempotency-Key": key})

    def many(self) -> list[tuple[httpx.Response, float]]:
        """Reads and commands at once, with the seconds that each took."""
        answers: list[tuple[httpx.Response, float]] = []

        def timed(ask: Callable[[], httpx.Response]) -> None:
            began = time.monotonic()
            answers.append((ask(), time.monotonic() - began))

        asked = [self.read, lambda: self.say(f"away-{time.monotonic()}")] * (CALLERS // 2)
        threads = [threading.Thread(target=timed, args=(ask,)) for ask in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(answers) == CALLERS, "somebody still waits"
        return answers


@contextmanager
def calls(through: Urls, company: Company) -> Iterator[Calls]:
    """The API over these databases."""
    with ExitStack() as entered:
        executor = entered.enter_context(opened(through, DEADLINE_SECONDS))
        url = entered.enter_context(served(executor, through, deadline_seconds=DEADLINE_SECONDS))
        yield Calls(
            company, entered.enter_context(client(url, company.agent)), entered.enter_context(client(url, None))
        )


def assert_told_in_time(calling: Calls) -> None:
    """Everybody hears 503 or 504 within the deadline; the process lives, and says that it is not ready."""
    for answer, seconds in calling.many():
        code = answer.json()["code"]
        assert (answer.status_code, code) in [(503, "unavailable"), (504, "outcome-unknown")], answer.text
        assert int(answer.headers["Retry-After"]) >= 1
        assert seconds < DEADLINE_SECONDS + SLACK_SECONDS
    assert calling.anybody.get("/livez").status_code == 200
    ready = calling.anybody.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, {"ok": False})
    assert "antiphon_database_up 0.0" in calling.anybody.get("/metrics").text


def assert_all_answered(calling: Calls) -> None:
    """Everybody is answered, once the subscriptions have come as far as the company's conversation."""
    wait_until(lambda: calling.read().is_success, 20, "the conversation is shown")
    assert all(answer.is_success for answer, _ in calling.many())


def assert_goes_on(calling: Calls, log: Log, at: str) -> None:
    """The same process answers again, commands and reads."""

    def served_again() -> int:
        answer = calling.say(f"after-{at}")
        return int(answer.headers["Position"]) if answer.is_success else 0

    position = wait_until(served_again, 20, "commands are answered again")
    wait_until(lambda: calling.read().is_success, 20, "reads are answered again")
    wait_until(lambda: int(calling.read().headers["Position"]) >= position, 20, "followers go on")
    wait_until(lambda: calling.anybody.get("/readyz").status_code == 200, 20, "it is ready again")
    assert all(answer.is_success for answer, _ in calling.many())
    assert_said_once(whole(log), [f"word of after-{at}"])


def test_a_database_that_is_stopped(home: Path) -> None:
    server = EmbeddedPostgres(home)
    try:
        with (
            Databases(server).fresh() as urls,
            opened(urls) as executor,
            HostProcess(urls),
            calls(urls, Company.founded(executor)) as calling,
        ):
            # Given
            assert_all_answered(calling)
            for at in ("stop", "kill"):
                # When
                getattr(server, at)()
                # Then
                assert_told_in_time(calling)
                # When
                server.start()
                # Then
                assert_goes_on(calling, executor.log, at)
    finally:
        server.stop()


def test_a_database_in_a_black_hole(database_urls: Urls, home: Path, executor: CommandExecutor, log: Log) -> None:
    with (
        Proxy(database_urls.database_url, home) as proxy,
        HostProcess(database_urls),
        calls(Urls(proxy.url, database_urls.vault_url), Company.founded(executor)) as calling,
    ):
        # Given
        assert_all_answered(calling)
        # When
        proxy.black_hole()
        # Then
        assert_told_in_time(calling)
        # When
        proxy.restore()
        # Then
        assert_goes_on(calling, log, "black-hole")
        # When the answer to a command gets lost after its commit
        proxy.mute_after(b"conversation.message-sent")  # what is prepared comes without its SQL
        began = time.monotonic()
        unknown = calling.say("lost")
        # Then
        assert (unknown.status_code, unknown.json()["code"]) == (504, "outcome-unknown")
        assert unknown.headers["Retry-After"]
        assert time.monotonic() - began < DEADLINE_SECONDS + SLACK_SECONDS
        # When it is repeated
        proxy.restore()
        wait_until(lambda: calling.say("lost").is_success, 20, "it is answered")
        # Then
        assert_said_once(whole(log), ["word of lost"])
