"""uvicorn as the API needs it: it stops while streams are open, and cuts off whoever does not read."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STOP_SECONDS = 5
"""How long requests under way may take to end when the server stops."""


class Protocol(HttpToolsProtocol):
    """One connection. Its requests can cut it off: closing waits until all was read, and with some clients for ever."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {"antiphon": {"cut_off": self.transport.abort}}


class Server(uvicorn.Server):
    """One API server. uvicorn waits for every response to end, and streams end when they are told."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        """`options` are uvicorn's."""
        settings = {"http": Protocol, "log_config": None, "access_log": False, "server_header": False}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=STOP_SECONDS, **settings | options))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, within STOP_SECONDS and a little."""
        self._app.state.parts.streams.close()
        await super().shutdown(sockets)
