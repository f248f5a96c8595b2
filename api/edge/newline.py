"""JSON answers end with a newline: on a terminal, what is typed next does not begin behind an answer. (Problems bring
their own: some are sent before the application is asked.)"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_JSON = b"application/json"


class Newline:
    """Ends each JSON answer with a newline, whoever wrote it. Outside of it is what answers without a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_json = False

        async def answer(message: Message) -> None:
            nonlocal is_json
            if message["type"] == "http.response.start":
                headers = message["headers"]
                is_json = any(name == b"content-type" and value.startswith(_JSON) for name, value in headers)
                if is_json:
                    message["headers"] = [
                        (name, b"%d" % (int(value) + 1)) if name == b"content-length" else (name, value)
                        for name, value in headers
                    ]
            elif is_json and not message.get("more_body"):
                message["body"] = message.get("body", b"") + b"\n"
            await send(message)

        await self._app(scope, receive, answer)
