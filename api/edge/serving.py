"""uvicorn, adapted: it stops while streams are open, and no connection holds it up."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.edge.connections import Connection
from api.edge.limits import Limits

STOP_SECONDS = 5
"""How long requests under way may take when the server stops."""


class Server(uvicorn.Server):
    """One API server. uvicorn waits for every response to end; open streams are told to end."""

    def __init__(self, app: FastAPI, limits: Limits, **options: Any) -> None:
        """`options` are uvicorn's."""
        settings: dict[str, Any] = {
            "http": partial(Connection, limits=limits),
            "ws": "none",
            "timeout_keep_alive": limits.idle_seconds,
            "timeout_graceful_shutdown": STOP_SECONDS,
            "log_config": None,
            "access_log": False,
            "server_header": False,
        }
        super().__init__(uvicorn.Config(app, **settings | options))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, within STOP_SECONDS and a little."""
        self._app.state.parts.streams.close()
        await super().shutdown(sockets)
