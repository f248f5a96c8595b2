"""What the door has to know when a browser comes back from the provider. The browser itself keeps it, sealed."""

from __future__ import annotations

import json
import re

from cryptography.fernet import Fernet, InvalidToken

from web.door.provider import Attempt

SECONDS = 600
"""How long signing in may take."""
_SCREEN = re.compile(r"/([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?")


class WaysBack:
    """Seals attempts under a key of this process: however many begin, the door holds none of them."""

    def __init__(self) -> None:
        self._fernet = Fernet(Fernet.generate_key())

    def seal(self, attempt: Attempt, screen: str) -> str:
        """An attempt, for a cookie. `screen`: the path of the desk that the person was at."""
        kept = [attempt.state, attempt.nonce, attempt.verifier, screen]
        return self._fernet.encrypt(json.dumps(kept).encode()).decode()

    def open(self, cookie: str | None, state: str | None) -> tuple[Attempt, str] | None:
        """The attempt with this state, and the screen; None where the browser began none, or too long ago."""
        try:
            kept = json.loads(self._fernet.decrypt(cookie or "", ttl=SECONDS))
        except InvalidToken:
            return None
        attempt = Attempt(*kept[:3])
        return (attempt, kept[3]) if state == attempt.state else None


def screen_of(path: str | None) -> str:
    """A path of the desk; the inbox where it is none, such as another host's."""
    return path if path and len(path) <= 500 and _SCREEN.fullmatch(path) else "/"
