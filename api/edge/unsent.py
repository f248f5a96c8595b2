"""Answers that wait to be read by their callers: how many bytes wait, of one caller and in all, and the end of it.

A caller who asks and does not read would otherwise fill the memory of the process with answers.
"""

from __future__ import annotations

from collections import Counter

from starlette.types import Message, Scope, Send

from api.edge import problems
from domain.kernel.refusal import Overloaded, Refusal

BYTES_OF_CALLER = 16 * 1_048_576
"""How many bytes of answers may wait for one caller: of larger ones, further answers are refused (429)."""
BYTES = 256 * 1_048_576
"""How many bytes may wait in all; beyond that, each answer must be small (503)."""
SMALL_BYTES = 65_536
"""So short an answer is sent whatever waits. Connections hold as much each before they say that nobody reads."""


class Unsent:
    """Counts the bytes that wait, by caller. For one event loop."""

    def __init__(self, of_caller: int = BYTES_OF_CALLER, in_all: int = BYTES) -> None:
        self._of_caller = of_caller
        self._in_all = in_all
        self._waiting: Counter[str] = Counter()
        self._total = 0

    def check(self, caller: str, size: int) -> None:
        """Check that so many bytes more may wait. Raises Refusal `too-many-requests`, Overloaded."""
        if size <= SMALL_BYTES:
            return
        if self._waiting[caller] and self._waiting[caller] + size > self._of_caller:
            raise Refusal("too-many-requests", "read the answers that wait for you first")
        if self._total + size > self._in_all:
            raise Overloaded("many long answers wait to be read; try again shortly")

    def add(self, caller: str, size: int) -> None:
        """Count so many bytes; fewer again where `size` is negative."""
        self._total += size
        self._waiting[caller] += size
        if not self._waiting[caller]:
            del self._waiting[caller]


class HeldBytes:
    """The bytes of one answer, or of one connection, that wait for a caller."""

    def __init__(self, unsent: Unsent, caller: str) -> None:
        self._unsent = unsent
        self._caller = caller
        self._size = 0

    def set(self, size: int) -> None:
        """So many bytes wait now."""
        if size != self._size:
            self._unsent.add(self._caller, size - self._size)
            self._size = size


class Sending:
    """Sends one answer, if its bytes may wait for the caller. Else a refusal goes out in place of the answer; a stream,
    which has begun, is cut off."""

    def __init__(self, unsent: Unsent, caller: str, scope: Scope, send: Send) -> None:
        self._unsent = unsent
        self._caller = caller
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._refused = False
        self._connection = scope.get("extensions", {}).get("antiphon")

    async def __call__(self, message: Message) -> None:
        """Send a message of the answer."""
        if self._refused:
            return
        if message["type"] == "http.response.start":
            if any(name == b"content-length" for name, _ in message["headers"]):
                self._start = message  # held back: the body may be refused
            else:
                await self._send(message)
            return
        size = len(message.get("body", b""))
        start, self._start = self._start, None
        try:
            self._unsent.check(self._caller, size)
        except Refusal as refusal:
            self._refused = True
            await self._refuse(refusal, begun=start is None)
            return
        if self._connection:
            self._connection["owes"](self._unsent, self._caller)
        held = HeldBytes(self._unsent, self._caller)
        try:
            held.set(size)
            if start:
                await self._send(start)
            await self._send(message)
        finally:
            held.set(0)

    async def _refuse(self, refusal: Refusal, *, begun: bool) -> None:
        state = self._scope["state"]
        state["code"] = refusal.code  # for the log and the metrics
        if not begun:
            await problems.answer(refusal, state["correlation_id"])(self._scope, _nothing, self._send)
        elif self._connection:
            self._connection["cut_off"]()


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
