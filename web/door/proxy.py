"""A signed-in person's calls, handed to the API with their token, and the answers handed back as they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

import httpx
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from web.door.problems import problem
from web.door.provider import ProviderAway
from web.door.sessions import Session, SignedOut

PREFIX = b"/api"
ASKED = frozenset(
    (
        "accept", "accept-encoding", "accept-language", "at-least", "content-length", "content-type", "correlation-id",
        "idempotency-key", "if-match", "if-none-match", "last-event-id", "range", "traceparent",
    )
)  # fmt: skip
"""The headers that go on to the API. Cookies do not, nor a token of the browser's."""
KEPT_BACK = frozenset(
    (
        "connection", "keep-alive", "proxy-authenticate", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade",
        "access-control-allow-origin", "content-security-policy", "server", "date",
    )
)  # fmt: skip
"""The headers of an answer that are of one connection, or the door's to say."""
NOT_FOR_PEOPLE = (b"/docs", b"/openapi.json", b"/livez", b"/readyz", b"/metrics")
"""What the API shows without a token, or to its own machine, where the door may run: none of it through the door."""
CONNECT_SECONDS = 5.0
SILENT_SECONDS = 120.0
"""How long the API may say nothing; live streams have a heartbeat every 15 seconds."""


class Proxy:
    """The way from the door to one API."""

    def __init__(self, api: str, at_once: int) -> None:
        """`api`: its URL. `at_once`: how many calls, live streams among them, at most."""
        self._api = httpx.URL(api)
        self._free = at_once
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=30)
        timeout = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False, follow_redirects=False)

    async def close(self) -> None:
        """Close the connections to the API."""
        await self._client.aclose()

    async def __call__(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one call on, and its answer back."""
        path = scope["raw_path"][len(PREFIX) :]
        # The API decodes the path before it looks for a route: what is refused is refused in any spelling.
        read = unquote_to_bytes(path)
        own = scope["raw_path"].startswith(PREFIX + b"/")
        if not own or b"//" in read or b".." in read or b"\\" in read or read.startswith(NOT_FOR_PEOPLE):
            await problem(404, "not-found", "there is no such route")(scope, receive, send)
            return
        if self._free <= 0:
            await problem(503, "unavailable", "the desk serves many people just now; try again")(scope, receive, send)
            return
        self._free -= 1
        try:
            await self._hand_on(session, path, scope, receive, send)
        finally:
            self._free += 1

    async def _hand_on(self, session: Session, path: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            token = await session.bearer.token()
        except SignedOut:
            await problem(401, "token-missing", "sign in")(scope, receive, send)
            return
        except ProviderAway:
            await problem(503, "unavailable", "the provider of sign-ins does not answer; try again")(
                scope, receive, send
            )
            return
        headers = [(name, value) for name, value in request.headers.items() if name in ASKED]
        headers.append(("authorization", f"Bearer {token}"))
        query = scope["query_string"]
        asked = self._client.build_request(
            request.method,
            self._api.copy_with(raw_path=self._api.raw_path.rstrip(b"/") + path + (b"?" + query if query else b"")),
            headers=headers,
            content=_body(receive) if _has_body(request) else None,
        )
        begun = False
        try:
            answer = await self._client.send(asked, stream=True)
            try:
                begun = True
                if answer.status_code == HTTPStatus.UNAUTHORIZED:
                    session.over.set()  # the token is valid, so it is the person: they left, or were erased
                await _pass_on(answer, receive, send, watch=not _has_body(request), session=session)
            finally:
                await answer.aclose()
        except httpx.TransportError:
            # An answer that began is cut, so that the browser sees it is not whole.
            if not begun:
                await problem(503, "unavailable", "the API does not answer; try again")(scope, receive, send)
            else:
                raise


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    """The body of a request, as it comes: it is never held in whole."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise httpx.WriteError("the browser left")
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _pass_on(answer: httpx.Response, receive: Receive, send: Send, watch: bool, session: Session) -> None:
    """Hand an answer back, piece by piece: a browser that reads slowly slows the API down, and fills nothing here.

    `watch`: end as soon as the browser has left, which a live stream would notice at its next heartbeat only. A live
    stream also ends with its session: nobody who is signed out goes on seeing what comes.
    """
    headers = [(name, value) for name, value in answer.headers.raw if name.lower().decode() not in KEPT_BACK]
    start: Message = {"type": "http.response.start", "status": answer.status_code, "headers": headers}
    end: Message = {"type": "http.response.body", "body": b"", "more_body": False}

    async def pieces() -> None:
        await send(start)
        async for piece in answer.aiter_raw():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send(end)

    if not watch:
        await pieces()
        return
    live = answer.headers.get("content-type", "").startswith("text/event-stream")
    handing = asyncio.ensure_future(pieces())
    leaving = asyncio.ensure_future(_left(receive))
    over = [asyncio.ensure_future(session.over.wait())] if live else []
    seconds = max(0.0, session.ends_at - time.monotonic()) if live else None
    try:
        await asyncio.wait((handing, leaving, *over), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        there = not leaving.done()
    finally:
        for each in (handing, leaving, *over):
            if not each.done():
                each.cancel()
                with suppress(asyncio.CancelledError):
                    await each
    if not handing.cancelled():
        handing.result()
    elif there:
        await send(end)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
