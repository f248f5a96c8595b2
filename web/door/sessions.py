"""Who is signed in: sessions in the memory of one door. The browser holds a random name, never a token."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class SignedOut(Exception):
    """Nobody is signed in, or no longer."""


class Bearer(Protocol):
    """Whoever holds the tokens of one person."""

    async def token(self) -> str:
        """A token that is valid now. Raises SignedOut where there is none any more."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `ends_at`: seconds of the monotonic clock. `over`: set once it has ended; its streams then end."""

    bearer: Bearer
    ends_at: float
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Sessions:
    """The sessions of one door, bounded in number and in time."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`most`: how many at once; with one more, the one that was unused for longest ends. `seconds`: how long one
        lasts."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def begin(self, bearer: Bearer) -> str:
        """Begin a session and give the name by which the browser knows it: 256 random bits."""
        name = secrets.token_urlsafe(32)
        self._sessions[name] = Session(bearer, self._clock() + self._seconds)
        while len(self._sessions) > self._most:
            self.end(next(iter(self._sessions)))
        return name

    def find(self, name: str | None) -> Session:
        """The session of this name. Raises SignedOut."""
        session = self._sessions.get(name) if name else None
        if name is None or session is None:
            raise SignedOut
        if session.over.is_set() or session.ends_at <= self._clock():
            self.end(name)
            raise SignedOut
        self._sessions.move_to_end(name)
        return session

    def end(self, name: str | None) -> None:
        """End the session of this name, if there is one."""
        if name and (session := self._sessions.pop(name, None)):
            session.over.set()

    def __len__(self) -> int:
        return len(self._sessions)
