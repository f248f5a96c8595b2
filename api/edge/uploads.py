"""Files that come in, part by part: at the pace that is asked of any body, so many at once, and as they are read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from domain.kernel.refusal import Overloaded, Refusal

AT_ONCE = 32
"""How many files one process takes in at once. Each takes a thread, since it goes to a folder."""
AT_ONCE_OF_ONE = 8
"""How many of these may be one caller's."""
_PATH = "/content"


def is_file(scope: Scope) -> bool:
    """Whether a request is about a file: sends one, or reads one."""
    path: str = scope["path"]
    return path.endswith(_PATH)


def is_empty(scope: Scope) -> bool:
    """Whether a request says that it has no body."""
    headers = dict(scope["headers"])
    return b"transfer-encoding" not in headers and headers.get(b"content-length", b"0") == b"0"


def is_upload(scope: Scope) -> bool:
    """Whether the body of a request is a file, which is not taken in before the route reads it."""
    return scope["method"] == "POST" and is_file(scope)


class Uploads:
    """The files that a process is taking in."""

    def __init__(self, pace_bytes: int, pace_seconds: float) -> None:
        """`pace_bytes` of a file have to come within each `pace_seconds`."""
        self._pace_bytes = pace_bytes
        self._pace_seconds = pace_seconds
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one_more(self, caller: str, receive: Receive, send: Send, *, empty: bool = False) -> Iterator[Upload]:
        """Within: one more file of this caller's comes in; `empty`: without a byte. Raises Overloaded."""
        if self._under_way.total() >= AT_ONCE or self._under_way[caller] >= AT_ONCE_OF_ONE:
            raise Overloaded("as many files as may come in at once are coming in; try again shortly")
        self._under_way[caller] += 1
        try:
            yield Upload(self._pace_bytes, self._pace_seconds, receive, send, empty=empty)
        finally:
            self._under_way[caller] -= 1
            self._under_way += Counter()  # without those who have none


class Upload:
    """A file that comes in: what the application receives and sends by. `size`: the bytes that came so far."""

    def __init__(
        self, pace_bytes: int, pace_seconds: float, receive: Receive, send: Send, *, empty: bool = False
    ) -> None:
        self._pace_bytes = pace_bytes
        self._pace_seconds = pace_seconds
        self._receive = receive
        self._send = send
        self.size = 0
        self._began = asyncio.get_running_loop().time()
        self._more = not empty

    async def receive(self) -> Message:
        """The next part. Raises Refusal `body-too-slow`, also where the sender is gone."""
        if not self._more:
            return await self._receive()
        try:
            until = self._began + self._pace_seconds * (1 + self.size / self._pace_bytes)
            async with asyncio.timeout_at(until):
                message = await self._receive()
            if message["type"] == "http.disconnect":
                raise TimeoutError
        except TimeoutError:
            raise Refusal("body-too-slow", "send the file faster, or a smaller one") from None
        self._more = message.get("more_body", False)
        self.size += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        """Send; an answer that comes before the end of the file ends the connection."""
        if message["type"] == "http.response.start" and self._more:
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)
