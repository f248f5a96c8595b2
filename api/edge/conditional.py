"""Conditional reads: entity tags, and 304 where the caller has what a read would answer (RFC 9110, 13)."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OF_THE_BODY = ("content-length", "content-type")


def digest(body: bytes) -> str:
    """What a document shows, as 16 hexadecimal digits. The position is left out: it rises with events of anybody."""
    return hashlib.sha256(body[body.index(b",") :]).hexdigest()[:16]


class Conditional:
    """Answers 304 without a body where `If-None-Match` names the ETag of what would be answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = b"if-none-match" in (name for name, _ in scope["headers"]) if scope["type"] == "http" else False
        if not asked or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        held = _tags(Headers(scope=scope).getlist("if-none-match"))
        unchanged = False

        async def answer(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag", "").removeprefix("W/")
                if unchanged := bool(tag) and not held.isdisjoint({tag, "*"}):
                    for name in _OF_THE_BODY:
                        del headers[name]
                    message = {**message, "status": 304}
            elif unchanged:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, answer)


def _tags(fields: list[str]) -> frozenset[str]:
    """The tags that the caller holds; a weak one counts as the strong one. Ours have no commas in them."""
    return frozenset(tag.strip().removeprefix("W/") for field in fields for tag in field.split(","))
