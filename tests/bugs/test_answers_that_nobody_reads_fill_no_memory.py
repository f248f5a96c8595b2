"""Answers that their caller does not read are counted in bytes, by caller and in all. Beyond the bounds, further long
answers are refused, a stream is cut off, and short answers are given as ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from api.edge import limits
from api.edge.unsent import SMALL_BYTES, HeldBytes, Sending, Unsent
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Overloaded, Refusal
from infra.embedded.postgres import Urls
from tests.bugs.test_a_page_ends_at_so_many_bytes import TEXT, fill
from tests.support.serving import Company, client, served, token
from tests.support.sockets import Raw
from tests.support.waiting import wait_until

LONG = 10 * SMALL_BYTES


def test_each_caller_has_so_many_bytes_and_all_have_so_many() -> None:
    unsent = Unsent(of_caller=2 * LONG, in_all=3 * LONG)
    unsent.add("one", LONG)
    unsent.check("one", LONG)
    unsent.add("one", LONG)
    # Then one more of the same caller is too much, and a short one is not
    with pytest.raises(Refusal) as refused:
        unsent.check("one", LONG)
    assert refused.value.code == "too-many-requests"
    unsent.check("one", SMALL_BYTES)
    # And others are served until all of them have too much
    unsent.check("another", LONG)
    unsent.add("another", LONG)
    with pytest.raises(Overloaded):
        unsent.check("a third", LONG)
    # When one has read
    unsent.add("one", -2 * LONG)
    unsent.check("a third", LONG)
    unsent.check("one", LONG)


def test_an_answer_larger_than_the_bound_is_given_to_who_reads() -> None:
    Unsent(of_caller=LONG, in_all=100 * LONG).check("one", 5 * LONG)


def test_what_is_held_is_counted_once_and_no_more() -> None:
    unsent = Unsent(of_caller=LONG, in_all=LONG)
    held = HeldBytes(unsent, "one")
    for size in (LONG, LONG // 2, LONG, 0, 0):
        held.set(size)
    unsent.check("two", LONG)
    assert not unsent._waiting


def sent(response: Response, unsent: Unsent) -> tuple[list[Message], list[str]]:
    """What goes out of an answer, and what is told to the connection."""
    messages: list[Message] = []
    told: list[str] = []
    hooks: dict[str, Any] = {"owes": lambda *_: told.append("owes"), "cut_off": lambda: told.append("cut off")}
    scope = {"type": "http", "method": "GET", "extensions": {"antiphon": hooks}, "state": {"correlation_id": "c"}}

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def run() -> None:
        await response(scope, receive, Sending(unsent, "one", scope, send))

    asyncio.run(run())
    return messages, told


def test_a_refusal_goes_out_in_place_of_an_answer() -> None:
    unsent = Unsent(of_caller=LONG, in_all=10 * LONG)
    messages, told = sent(Response(b"a" * LONG), unsent)
    assert [message.get("status") for message in messages] == [200, None]
    assert told == ["owes"]
    # When as much waits for the caller already
    unsent.add("one", LONG)
    messages, told = sent(Response(b"a" * LONG), unsent)
    # Then
    assert [message.get("status") for message in messages] == [429, None]
    assert b"too-many-requests" in messages[1]["body"]
    assert not told
    messages, _ = sent(Response(b"a" * SMALL_BYTES), unsent)
    assert messages[0]["status"] == 200


def test_a_stream_that_has_begun_is_cut_off() -> None:
    unsent = Unsent(of_caller=LONG, in_all=10 * LONG)

    async def parts() -> Any:
        yield b"a" * LONG
        unsent.add("one", LONG)
        yield b"b" * LONG
        yield b"c"

    messages, told = sent(StreamingResponse(parts()), unsent)
    assert "cut off" in told
    assert [message["body"][:1] for message in messages[1:]] == [b"a"]


def test_who_does_not_read_is_told_so_and_others_are_served(
    executor: CommandExecutor, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company.founded(executor)
    fill(database_urls, company.conversation, 1_001, 1_010)
    unsent = Unsent(of_caller=1_000_000)
    monkeypatch.setattr(limits, "Unsent", lambda: unsent)
    path = f"/conversations/{company.conversation}/history"
    request = f"GET {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token(company.agent)}\r\n\r\n"
    with (
        served(executor, database_urls) as url,
        client(url, company.agent) as agent,
        client(url, company.lead) as lead,
    ):
        with Raw(url, receive_buffer=4_096) as raw:
            # Given one who asks and does not read
            raw.send(request * 30)
            wait_until(lambda: unsent._waiting[company.agent] > SMALL_BYTES, 20, "answers wait")
            # When
            answer = agent.get(path)
            # Then
            assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
            assert answer.headers["Retry-After"]
            assert agent.get("/me").status_code == 200
            assert len(lead.get(path).raise_for_status().content) > TEXT
        # When the connection ends
        wait_until(lambda: not unsent._waiting, 20, "nothing waits")
        # Then
        assert agent.get(path).status_code == 200
