"""What ties a request to everything that it causes: a correlation id, and the caller's trace (W3C Trace Context)."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from domain.kernel.ids import new_id

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
# Of a version later than 00, the fields of version 00 count, and more may follow.
_TRACEPARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?P<common>(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})"
    r"(?P<more>-.*)?"
)


class Correlation:
    """Accepts both where they are well-formed, as the standards ask, returns both, and adds both to each line that is
    logged meanwhile.

    The trace is passed on as it came: into events, and with them into messages. No trace is begun: this process exports
    no spans, and its decision on sampling would bind everybody after it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = _only(headers, "correlation-id")
        back = {"Correlation-Id": given if _CORRELATION_ID.fullmatch(given) else new_id("request")}
        ids = {"correlation_id": back["Correlation-Id"]}
        trace = _TRACEPARENT.fullmatch(_only(headers, "traceparent"))
        if trace and not (trace["version"] == "00" and trace["more"]):
            back["Traceparent"] = f"00-{trace['common']}"
            ids["trace_id"] = trace["trace"]
        # Each request runs in a task of its own, and so in a context of its own.
        bind_contextvars(**ids)
        state = scope.setdefault("state", {})
        state["correlation_id"] = back["Correlation-Id"]
        state["traceparent"] = back.get("Traceparent")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(back)
            await send(message)

        await self._app(scope, receive, answer)


def _only(headers: Headers, name: str) -> str:
    """The header's value; nothing where it is there twice, of which neither counts."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ""
