"""Limits of one caller, of one request and of all of them together, so that nobody keeps others from being served.

`api/edge/connections.py` limits what comes before a request: its connection and its head.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import problems
from api.edge.observing import PROBES
from api.edge.tokens import Tokens
from api.edge.unsent import Sending, Unsent
from api.edge.uploads import Uploads, is_empty, is_upload
from domain.kernel.refusal import Overloaded, Refusal

BURST_SECONDS = 10.0
"""How large a burst of calls may be: as many as this many seconds allow."""
CALL_BYTES = 32_768
"""How many bytes of a body, or of a part of an answer, one call pays for: each so many count as a call more. Without a
valid token, answers cost nothing more: they are the contract and its pages."""
CALLERS = 10_000
"""How many callers are remembered; with more of them, those silent for longest begin anew."""

FULL_BODIES = 64
"""How many bodies of full size are held at once. Beyond that, each body must be small, so that short messages are taken
whoever sends long ones."""
SMALL_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one API process. `infra/settings/api.py` documents each, with its default."""

    body_bytes: int
    body_seconds: float
    head_seconds: float
    idle_seconds: float
    connections: int
    requests: int
    calls_per_minute: int
    stranger_calls_per_minute: int


class TooManyRequests(Refusal):
    """The caller called too often. After `retry_after_seconds`, the request counts as any other."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("too-many-requests", f"you call too often; go on in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


class Rate:
    """Counts calls by caller. Each caller has so many per minute, spread evenly but for short bursts.

    This is the generic cell rate algorithm: one number per caller, without any clean-up. Each process counts for
    itself.
    """

    def __init__(self, per_minute: int) -> None:
        self._interval = 60.0 / per_minute
        self._spent_until: LRUCache[str, float] = LRUCache(CALLERS)

    def count(self, caller: str, now: float) -> None:
        """Count a call at `now` (seconds of a clock that never goes back). Raises TooManyRequests."""
        spent_until = max(self._spent_until.get(caller, now), now)
        over = spent_until + self._interval - now - max(BURST_SECONDS, self._interval)
        # A refused call costs nothing: a caller that goes on trying is served as much as one that waits.
        if over > 1e-9:
            raise TooManyRequests(math.ceil(over))
        self._spent_until[caller] = spent_until + self._interval

    def charge(self, caller: str, size: int, now: float) -> None:
        """Count what a call turned out to cost, by its bytes. It is never refused for that; the next one may be."""
        if calls := size // CALL_BYTES:
            self._spent_until[caller] = max(self._spent_until.get(caller, now), now) + calls * self._interval


@dataclass(frozen=True, slots=True)
class _Account:
    """The caller of a request, among those counted by the same rate."""

    rate: Rate
    caller: str

    def count(self) -> None:
        self.rate.count(self.caller, asyncio.get_running_loop().time())

    def charge(self, size: int) -> None:
        if size >= CALL_BYTES:
            self.rate.charge(self.caller, size, asyncio.get_running_loop().time())


class Limiting:
    """Lets a request through once it is complete (one with a file, as it begins), while neither its caller nor all
    callers together exceed the limits.

    FastAPI's own `max_body_size` is not used: where it refuses by Content-Length, its answer is no problem document.
    """

    def __init__(self, app: ASGIApp, limits: Limits, tokens: Tokens) -> None:
        self._app = app
        self._limits = limits
        self._tokens = tokens
        self._known = Rate(limits.calls_per_minute)
        self._strangers = Rate(limits.stranger_calls_per_minute)
        self._under_way = 0
        self._buffered = 0
        self._unsent = Unsent()
        self._uploads = Uploads(limits.body_bytes, limits.body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        # Operators' requests are answered also while the process is at its limits.
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        body, closing = bytearray(), ExitStack()
        try:
            try:
                account = self._account(scope)
                account.count()
                if is_upload(scope):
                    upload = closing.enter_context(
                        self._uploads.one_more(account.caller, receive, send, empty=is_empty(scope))
                    )
                    closing.callback(lambda: account.charge(upload.size))
                    receive, send = upload.receive, upload.send
                elif scope["method"] not in ("GET", "HEAD"):
                    try:
                        await self._take_in(body, scope, receive)
                    finally:
                        account.charge(len(body))
                    receive = _given(bytes(body), receive)
                if self._under_way >= self._limits.requests:
                    raise Overloaded("as many requests as there may be are under way; try again shortly")
            except Refusal as refusal:
                scope["state"]["code"] = refusal.code  # for the log and the metrics
                response = problems.answer(refusal, scope["state"]["correlation_id"])
                if refusal.code == "body-too-slow":
                    response.headers["Connection"] = "close"
                await response(scope, receive, send)
            else:
                await self._let_through(account, scope, receive, send)
        finally:
            self._buffered -= len(body)
            closing.close()

    def _account(self, scope: Scope) -> _Account:
        try:
            return _Account(self._known, self._tokens.bearer(_header(scope, b"authorization")).subject)
        except Refusal:
            return _Account(self._strangers, network(scope))

    async def _take_in(self, body: bytearray, scope: Scope, receive: Receive) -> None:
        """Take in the body. Raises Refusal `body-too-large`, `body-too-slow` (also if the sender is gone),
        `unavailable`."""
        most = self._limits.body_bytes
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                size, more = int(_header(scope, b"content-length") or 0), True
                while more and size <= most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise TimeoutError
                    part, more = message.get("body", b""), message.get("more_body", False)
                    size = len(body) + len(part)
                    if size > SMALL_BODY and self._buffered > FULL_BODIES * most:
                        raise Overloaded("many long bodies are being taken in; try again shortly")
                    if size <= most:
                        body += part
                        self._buffered += len(part)
        except TimeoutError:
            raise Refusal("body-too-slow", "send the body faster, or less at once") from None
        if size > most:
            raise Refusal("body-too-large", f"send at most {most} bytes at once")

    async def _let_through(self, account: _Account, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. It counts as under way until its answer begins: a live stream may last for ever."""
        self._under_way += 1
        begun = False
        sending = Sending(self._unsent, account.caller, scope, send)

        async def answer(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                self._under_way -= 1
            if account.rate is self._known:
                account.charge(len(message.get("body", b"")))
            await sending(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            if not begun:
                self._under_way -= 1


def _given(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the whole body, then whatever else comes."""
    first: Message | None = {"type": "http.request", "body": body, "more_body": False}

    async def next_message() -> Any:
        nonlocal first
        message, first = first, None
        return message or await receive()

    return next_message


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for each, value in scope["headers"] if each == name), "")


def network(scope: Scope) -> str:
    """The network of a caller without a token. Whoever has one IPv6 address has 2^64 of them."""
    host = scope["client"][0] if scope["client"] else ""
    with suppress(ValueError):  # a proxy's header may hold something that is not an address
        if ":" in host:
            return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    return str(host)
