"""The door as a server in this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from infra.settings.api import ApiSettings
from infra.settings.desk import DeskSettings
from infra.settings.settings import Settings
from web.door.application import Door, Doorway
from web.door.development import TokenIssuer
from web.door.provider import Client
from web.door.sessions import Sessions

STOP_SECONDS = 2
"""How long calls under way may take when the door stops; browsers open their streams anew."""


def issuer(settings: Settings) -> TokenIssuer | None:
    """What makes tokens for development; None where the secret for tokens was not made here, or others listen."""
    key = settings.tokens.read_key(settings.own_home) if settings.makes_token_secret else None
    if key is None or isinstance(key, Path):
        return None
    return TokenIssuer(key, settings.tokens.issuer, settings.tokens.audience)


def client(desk: DeskSettings) -> Client | None:
    """The door as its provider knows it; None where none is set."""
    if desk.oidc_issuer is None or desk.oidc_client_id is None:
        return None
    secret = desk.oidc_client_secret
    return Client(
        desk.oidc_issuer,
        desk.oidc_client_id,
        secret.get_secret_value() if secret else None,
        f"{desk.origin}/signed-in",
        desk.oidc_scope,
        desk.oidc_resource,
    )


def origins(settings: Settings, port: int) -> frozenset[str]:
    """The origins by which browsers know a door that listens at this port."""
    if settings.desk.origin:
        return frozenset((settings.desk.origin,))
    names = {"127.0.0.1", "localhost", _bracketed(settings.desk.host)} - {"0.0.0.0", "[::]"}  # noqa: S104
    return frozenset(f"http://{name}:{port}" for name in names)


def api_url(settings: ApiSettings) -> str:
    """The API's URL, for callers on this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{_bracketed(here)}:{settings.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def door(settings: Settings, address: socket.socket) -> Iterator[threading.Thread]:
    """Within: the door listens at this address, in a thread that ends only if it fails."""
    desk = settings.desk
    doorway = Doorway(
        origins(settings, address.getsockname()[1]),
        desk.api_url or api_url(settings.api),
        Sessions(desk.sessions, desk.session_hours * 3600),
        desk.calls_at_once,
        issuer(settings),
        client(settings.desk),
    )
    with served(doorway, address) as thread:
        yield thread


@contextmanager
def served(doorway: Doorway, address: socket.socket) -> Iterator[threading.Thread]:
    """The same, of a door that is described."""
    config = uvicorn.Config(
        Door(doorway).application(),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([address],), name="door", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(timeout=3 * STOP_SECONDS)
