"""What ties a request to everything that it causes: a correlation id, and the caller's trace (W3C Trace Context)."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders, State
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.kernel.ids import new_id

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_DRAWN = re.compile(r"(?:request-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)
"""The forms of ids that are drawn at random: a UUID, and a trace id. No word fits in."""
# Of a version later than 00, the fields of version 00 count, and more may follow.
_TRACEPARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?P<common>(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})"
    r"(?P<more>-.*)?"
)


class Correlation:
    """Accepts both where they are well-formed, as the standards ask, returns both, and adds both to each line that is
    logged meanwhile.

    An id in another form may hold words. So it is kept as it came only from staff, whom `known` finds; from anybody
    else, a keyed hash of it takes its place.

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
        back: dict[str, str] = {}
        ids = {"correlation_id": given if _DRAWN.fullmatch(given) else new_id("request")}
        trace = _TRACEPARENT.fullmatch(_only(headers, "traceparent"))
        if trace and not (trace["version"] == "00" and trace["more"]):
            back["Traceparent"] = f"00-{trace['common']}"
            ids["trace_id"] = trace["trace"]
        # Each request runs in a task of its own, and so in a context of its own.
        bind_contextvars(**ids)
        state = scope.setdefault("state", {})
        state["correlation_id"] = ids["correlation_id"]
        state["correlation_as_sent"] = given if _CORRELATION_ID.fullmatch(given) else None
        state["traceparent"] = back.get("Traceparent")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(back | {"Correlation-Id": state["correlation_id"]})
            await send(message)

        await self._app(scope, receive, answer)


def _only(headers: Headers, name: str) -> str:
    """The header's value; nothing where it is there twice, of which neither counts."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ""


def known(executor: CommandExecutor, state: State, actor: Actor) -> None:
    """Keep the correlation id that came with a request, now that its caller is known."""
    given: str | None = state.correlation_as_sent
    if given is None or _DRAWN.fullmatch(given):
        return
    state.correlation_id = given if actor.kind == "agent" else f"request-{kept_instead_of(executor, given)}"
    bind_contextvars(correlation_id=state.correlation_id)


def kept_instead_of(executor: CommandExecutor, sent: str) -> str:
    """What is kept of an id that a caller made up: its keyed hash."""
    return executor.fingerprint("id of a caller", sent).hex()[:32]
