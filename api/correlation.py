"""What ties one request to all it causes: a correlation id, and the caller's trace (W3C Trace Context)."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.kernel import new_id

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Correlation:
    """Takes both in where they have the right form, as the standards ask, and gives the correlation id back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("correlation-id", "")
        correlation_id = given if _CORRELATION_ID.fullmatch(given) else new_id("request")
        trace = headers.get("traceparent", "")
        state = scope.setdefault("state", {})
        state["correlation_id"] = correlation_id
        state["traceparent"] = trace if _TRACEPARENT.fullmatch(trace) else None

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Correlation-Id"] = correlation_id
            await send(message)

        await self._app(scope, receive, answer)
