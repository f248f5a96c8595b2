"""The desk's door under test: a real server before a real API, and links that sign in."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.support.serving import PLAIN, SECRET
from tests.support.waiting import wait_until
from web.door.application import Doorway
from web.door.development import Links, TokenIssuer
from web.door.provider import Client
from web.door.sessions import Sessions

HEADERS = {"X-Antiphon-Desk": "1"}
"""What the page sends along."""
ISSUER = TokenIssuer(SECRET, "antiphon", "antiphon")
LINKS = Links(SECRET)


def link(subject: str, seconds: int = 600) -> str:
    """The path of a link that signs this subject in."""
    return LINKS.path(subject, int(time.time()) + seconds)


@contextmanager
def door(
    api: str,
    sessions: Sessions | None = None,
    calls_at_once: int = 200,
    client: Callable[[str], Client] | None = None,
) -> Iterator[str]:
    """A door before this API, at the URL this gives. `client`: what a door of this origin is at a provider; then
    nobody signs in by a link."""
    from web.door.serving import served  # as late as uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own, at_provider = (None, client(origin)) if client else (ISSUER, None)
    doorway = Doorway(frozenset((origin,)), api, sessions or Sessions(100, 3600), calls_at_once, own, at_provider)
    with listening, served(doorway, listening):
        wait_until(lambda: httpx.get(f"{origin}/session", verify=PLAIN).status_code == 200, 30, "the door answers")
        yield origin


@contextmanager
def browser(origin: str, subject: str | None = None) -> Iterator[httpx.Client]:
    """What a browser does, as far as cookies and headers go: signed in, unless `subject` is None."""
    with httpx.Client(base_url=origin, headers=HEADERS, timeout=20, verify=PLAIN) as client:
        if subject:
            assert client.get(link(subject)).status_code == 303
        yield client
