"""The record of each request: one line in the log and a count, without a word of what was sent or answered."""

from __future__ import annotations

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import problems
from api.edge.metrics import Metrics
from domain.kernel.refusal import Refusal
from infra.log.mapper import UnreadableEvent

_LOGGER = structlog.get_logger("api")

UNMATCHED = "(none)"
"""The route of a request without a route; its path is the caller's own text."""

PROBES = ("/livez", "/readyz", "/metrics")
"""Paths that machines ask for every few seconds: counted, not logged."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Observing:
    """Logs and counts requests, and answers unexpected errors with 500 `internal-error`."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        seconds = 0.0
        live = False

        async def answer(message: Message) -> None:
            nonlocal status, seconds, live
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
                if live := _is_stream(message):
                    self._metrics.live.inc()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            # Not passed on: further up it would be logged with its message, which may quote what was sent.
            where = {"why": error.code, "where": error.what_to_do} if isinstance(error, UnreadableEvent) else {}
            _LOGGER.error("request-failed", exc_info=error, **where)
            state = scope["state"]
            state["code"] = "internal-error"
            if not status:
                failed = Refusal(
                    "internal-error",
                    "report it, with the correlation id; a command may be repeated with the same Idempotency-Key",
                )
                await problems.answer(failed, state["correlation_id"])(scope, receive, answer)
        finally:
            if live:
                self._metrics.live.dec()
            self._keep(scope, status, seconds, time.perf_counter() - began)

    def _keep(self, scope: Scope, status: int, seconds: float, whole: float) -> None:
        state = scope["state"]
        route = scope.get("route")
        path = getattr(route, "path", UNMATCHED)
        method = scope["method"] if scope["method"] in METHODS else UNMATCHED
        code = state.get("code")
        self._metrics.request(method, path, status, seconds)
        if route is not None and method not in ("GET", "HEAD", "OPTIONS", UNMATCHED):
            self._metrics.command(route.name, code or ("done" if status < 400 else "refused"))
        if path not in PROBES:
            caller = state.get("caller")
            _LOGGER.info(
                "request",
                method=method,
                route=path,
                status=status,
                code=code,
                ms=round(1000 * whole, 1),
                caller=caller.id if caller else None,
            )


def _is_stream(message: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in message["headers"])
