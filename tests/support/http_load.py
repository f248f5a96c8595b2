"""Tools that call the API and go on through every fault: what is not answered is sent again, with the same
Idempotency-Key, through whichever process answers."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import httpx

from commands.executor.unit_of_work import Answer
from tests.support.serving import Company, client

PAUSE_SECONDS = 0.01
AGAIN = (425, 429, 503, 504)


class HttpLoad:
    """Several callers, from `with` to its end; then all they sent is answered.

    `acknowledged` has the answers by key, `words` what was said with each. A caller that was refused, or got two
    answers to one command, fails the test when the load ends.
    """

    def __init__(
        self, urls: Sequence[str], company: Company, chance: random.Random, *, callers: int = 6, new_keys: bool = False
    ) -> None:
        """`new_keys`: callers that do it wrong, and draw a new key for each repeat."""
        self.acknowledged: dict[str, Answer] = {}
        self.words: list[str] = []
        self._urls = urls
        self._company = company
        self._new_keys = new_keys
        self._stopping = threading.Event()
        self._failures: list[BaseException] = []
        seeds = [chance.random() for _ in range(callers)]
        self._threads = [
            threading.Thread(target=self._run, args=(f"w{number}", random.Random(seed)), daemon=True)
            for number, seed in enumerate(seeds)
        ]

    def __enter__(self) -> HttpLoad:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in self._threads), "a caller hangs"
        if self._failures:
            raise self._failures[0]

    def _run(self, name: str, chance: random.Random) -> None:
        try:
            with ExitStack() as closing:
                tools = {
                    subject: [closing.enter_context(client(url, subject)) for url in self._urls]
                    for subject in (self._company.agent, self._company.service)
                }
                caller = _Caller(self, name, chance, tools)
                while not self._stopping.is_set():
                    caller.say_something()
                    self._stopping.wait(PAUSE_SECONDS)
        except BaseException as failure:
            self._failures.append(failure)


class _Caller:
    def __init__(self, load: HttpLoad, name: str, chance: random.Random, tools: dict[str, list[httpx.Client]]) -> None:
        self._load = load
        self._name = name
        self._chance = chance
        self._tools = tools
        self._said = 0
        self._conversations: list[str] = []

    def say_something(self) -> None:
        self._said += 1
        word = f"{self._name} says {self._said}"
        company = self._load._company
        if not self._conversations or self._chance.random() < 0.1:
            delivery = {
                "channel": "mail",
                "channel_message_id": f"{self._name}-m{self._said}",
                "contact": {"kind": "mail", "value": f"{self._name}-{self._said}@example.org"},
                "body": word,
            }
            if self._load._new_keys:
                # The channel's id alone would make the repeat harmless.
                delivery["channel_message_id"] = f"{self._name}-m{self._said}-{self._chance.random()}"
            self._conversations.append(self._send(company.service, "/deliveries", delivery, word))
        else:
            conversation = self._chance.choice(self._conversations)
            what = self._chance.choice(("replies", "notes"))
            self._send(company.agent, f"/conversations/{conversation}/{what}", {"body": word}, word)

    def _send(self, subject: str, path: str, body: dict[str, Any], word: str) -> str:
        key = f"{self._name}-k{self._said}"
        answer = self._until_answered(subject, path, body, key)
        if self._said % 10 == 0 and not self._load._new_keys:  # sent again although it was answered
            again = self._until_answered(subject, path, body, key)
            assert again == answer, f"{key}: {again} after {answer}"
        self._load.words.append(word)
        self._load.acknowledged[answer[0]] = answer[1]
        return answer[1].id

    def _until_answered(self, subject: str, path: str, body: dict[str, Any], key: str) -> tuple[str, Answer]:
        attempt = 0
        while True:
            attempt += 1
            tool = self._chance.choice(self._tools[subject])
            used = f"{key}-{attempt}" if self._load._new_keys else key
            try:
                answer = tool.post(path, json=body, headers={"Idempotency-Key": used})
            except httpx.TransportError:
                pass
            else:
                if answer.status_code == 201:
                    return used, Answer(answer.json()["id"], answer.json()["position"])
                assert answer.status_code in AGAIN, answer.text
                assert int(answer.headers["Retry-After"]) >= 1
            self._load._stopping.wait(PAUSE_SECONDS)
