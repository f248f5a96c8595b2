"""A normal client stays served while others misbehave as much as they can."""

from __future__ import annotations

import resource
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import cycle, islice
from urllib.parse import urlsplit

import httpx
import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.serving import LIMITS, Company, client, served, token
from tests.support.waiting import wait_until

CROWD = 500
LIMITED = replace(LIMITS, requests=10, head_seconds=2, body_seconds=2, idle_seconds=5)
"""Fewer requests at once than slow bodies."""
FEW, ENOUGH = 300, 1_000
"""Connections: fewer than bad clients, and more."""


@pytest.fixture(autouse=True)
def files() -> Iterator[None]:
    """Both ends of every connection are in this process, and each is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(8_192, hard)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """Clients that say nothing, or a byte now and then of a head or a body, and come back when they are let go."""

    def __init__(self, url: str, company: Company) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        begin = f"POST /conversations/{company.conversation}/notes HTTP/1.1\r\nHost: a\r\n".encode()
        authorized = f"Authorization: Bearer {token(company.service)}\r\n".encode()
        self._kinds = [
            (b"", b""),
            (begin, b"A: b\r\n" * 1_000),
            (begin + authorized + b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n", b" " * 5_000),
        ]
        self._ended = threading.Event()
        self.let_go = 0
        self.there = 0

    def run(self) -> None:
        """Misbehave until told to end."""
        with selectors.DefaultSelector() as selector:
            for kind in islice(cycle(self._kinds), CROWD):
                self._come(selector, kind)
            while not self._ended.wait(0.1):
                for key, _ in selector.select(0):
                    self._go(selector, key)
                for key in list(selector.get_map().values()):
                    self._say_more(selector, key)
            for key in list(selector.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]

    def end(self) -> None:
        """Have it end."""
        self._ended.set()

    def _come(self, selector: selectors.BaseSelector, kind: tuple[bytes, bytes]) -> None:
        caller = socket.create_connection(self._address, timeout=10)
        caller.setblocking(False)
        with suppress(OSError):
            caller.send(kind[0])
        selector.register(caller, selectors.EVENT_READ, (kind, iter(kind[1])))
        self.there += 1

    def _go(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        caller = key.fileobj
        assert isinstance(caller, socket.socket)
        with suppress(BlockingIOError):
            try:
                if caller.recv(65_536):
                    return
            except ConnectionError:
                pass
            selector.unregister(caller)
            caller.close()
            self.let_go += 1
            self._come(selector, key.data[0])

    def _say_more(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        byte = next(key.data[1], None)
        if byte is not None:
            with suppress(OSError):
                key.fileobj.send(bytes([byte]))  # type: ignore[union-attr]


@contextmanager
def misbehaving(url: str, company: Company) -> Iterator[Crowd]:
    """All of them, from when they are there until the end of the context."""
    crowd = Crowd(url, company)
    thread = threading.Thread(target=crowd.run)
    thread.start()
    try:
        wait_until(lambda: crowd.there >= CROWD, 30, "the crowd is there")
        yield crowd
    finally:
        crowd.end()
        thread.join(30)


def work(normal: httpx.Client, company: Company, times: int) -> list[int]:
    """What a tool does: it reads and it writes."""
    notes = f"/conversations/{company.conversation}/notes"
    statuses = []
    for number in range(times):
        statuses.append(normal.get("/me").status_code)
        statuses.append(normal.post(notes, json={"body": f"note {number}"}).status_code)
    return statuses


@pytest.mark.parametrize("connections", [FEW, ENOUGH])
def test_a_normal_client_is_served_while_hundreds_are_silent_or_slow(
    company: Company, executor: CommandExecutor, database_urls: Urls, connections: int
) -> None:
    limits = replace(LIMITED, connections=connections)
    with served(executor, database_urls, limits) as url, client(url, company.agent) as normal:
        # Given a client that is served
        assert work(normal, company, 3) == [200, 201] * 3
        with misbehaving(url, company) as crowd:
            # When a crowd of others holds as many connections as it can, on and on
            before = crowd.let_go
            statuses = work(normal, company, 40)
            wait_until(lambda: crowd.let_go > before + CROWD // 2, 30, "half of the crowd was let go, and came back")
            statuses += work(normal, company, 40)
            # Then all the client asks is answered within its usual patience, also over a new connection
            assert statuses == [200, 201] * 80
            with client(url, company.lead) as other:
                assert other.get("/me").status_code == 200


def test_a_caller_beyond_their_rate_takes_nothing_from_the_others(
    company: Company, executor: CommandExecutor, database_urls: Urls
) -> None:
    limits = replace(LIMITS, calls_per_minute=600)
    with served(executor, database_urls, limits) as url, client(url, company.agent) as normal:
        ended = threading.Event()
        heard: list[int] = []

        def call() -> None:
            with client(url, company.service) as busy:
                while not ended.is_set():
                    heard.append(busy.get("/me").status_code)

        # Given somebody who calls as often as they can
        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: 429 in heard, 30, "they are told to wait")
            # When, Then
            assert work(normal, company, 20) == [200, 201] * 20
        finally:
            ended.set()
            for thread in threads:
                thread.join(10)
