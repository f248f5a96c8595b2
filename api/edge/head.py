"""HEAD: answered as GET is, without the body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Passes HEAD on as GET, and nothing of the body back. A live stream ends once its head is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        as_get = {**scope, "method": "GET"}
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def received() -> Message:
            # Whoever sends a body without end learns from this that nobody reads on.
            return {"type": "http.disconnect"} if answered else await receive()

        try:
            await self._app(as_get, received, answer)
        finally:
            if "route" in as_get:
                scope["route"] = as_get["route"]  # for the log and the metrics
