"""Files that come in: so many at once, at a pace; after a file that was not read to its end, the connection ends."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest

from api.edge.uploads import AT_ONCE, AT_ONCE_OF_ONE, Uploads
from domain.kernel.refusal import Overloaded, Refusal

Message = dict[str, Any]


async def nothing(message: Any = None) -> Any:
    await asyncio.Event().wait()


def part(size: int, more: bool = True) -> Message:
    return {"type": "http.request", "body": bytes(size), "more_body": more}


def test_so_many_files_come_in_at_once_and_so_many_of_one_caller() -> None:
    async def at_once() -> None:
        uploads = Uploads(1_000, 10)
        with ExitStack() as closing:
            for _ in range(AT_ONCE_OF_ONE):
                closing.enter_context(uploads.one_more("ada", nothing, nothing))
            with pytest.raises(Overloaded), uploads.one_more("ada", nothing, nothing):
                pass
            for number in range(AT_ONCE - AT_ONCE_OF_ONE):
                closing.enter_context(uploads.one_more(f"caller-{number}", nothing, nothing))
            with pytest.raises(Overloaded), uploads.one_more("bob", nothing, nothing):
                pass
        for _ in range(2):
            with uploads.one_more("ada", nothing, nothing) as upload:
                assert upload.size == 0

    asyncio.run(at_once())


@pytest.mark.parametrize("comes", [[], [part(1)], [{"type": "http.disconnect"}]], ids=["nothing", "a byte", "an end"])
def test_a_sender_who_is_too_slow_or_gone_is_refused(comes: list[Message]) -> None:
    async def slow() -> None:
        left = iter(comes)

        async def receive() -> Any:
            return next(left, None) or await nothing()

        with Uploads(1_000, 0.01).one_more("ada", receive, nothing) as upload:
            for _ in comes:
                await upload.receive()
            await upload.receive()

    with pytest.raises(Refusal, match="body-too-slow"):
        asyncio.run(slow())


def test_a_sender_at_the_pace_may_take_as_long_as_the_file_is() -> None:
    async def steady() -> int:
        left = iter([part(10**6), part(10**6), part(1, more=False)])

        async def receive() -> Any:
            await asyncio.sleep(0)
            return next(left)

        with Uploads(1, 1_000).one_more("ada", receive, nothing) as upload:
            while (await upload.receive())["more_body"]:
                pass
            return upload.size

    assert asyncio.run(steady()) == 2 * 10**6 + 1


@pytest.mark.parametrize("read", [True, False])
def test_an_answer_before_the_end_of_a_file_ends_the_connection(read: bool) -> None:
    answered: list[Message] = []

    async def receive() -> Any:
        return part(1, more=False)

    async def send(message: Any) -> None:
        answered.append(message)

    async def answering() -> None:
        with Uploads(1_000, 10).one_more("ada", receive, send) as upload:
            if read:
                await upload.receive()
            await upload.send({"type": "http.response.start", "status": 422, "headers": []})

    asyncio.run(answering())
    assert answered[0]["headers"] == ([] if read else [(b"connection", b"close")])
