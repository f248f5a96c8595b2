"""Callers as bad as callers can be: bytes sent by hand, as slowly and as wrongly as one likes."""

from __future__ import annotations

import json
import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

SECONDS = 20
"""How long anything may take."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document it is."""
        assert self.headers["content-type"] == "application/problem+json", self
        problem: dict[str, Any] = json.loads(self.body)
        return problem


class Raw:
    """One connection to the API."""

    def __init__(self, url: str, receive_buffer: int | None = None) -> None:
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(SECONDS)
        parts = urlsplit(url)
        self._socket.connect((parts.hostname, parts.port))
        self._unread = b""

    def send(self, data: str | bytes) -> None:
        """Send this, unless the API has hung up."""
        with suppress(ConnectionError):
            self._socket.sendall(data.encode() if isinstance(data, str) else data)

    def answer(self) -> Answer:
        """The next answer. Raises AssertionError where the API hangs up instead."""
        while (end := self._unread.find(b"\r\n\r\n")) < 0:
            self._more()
        first, *lines = self._unread[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        whole = end + 4 + int(headers["content-length"])
        while len(self._unread) < whole:
            self._more()
        body, self._unread = self._unread[end + 4 : whole], self._unread[whole:]
        return Answer(int(first.split()[1]), headers, body)

    def closed(self) -> bool:
        """Whether the API hangs up, saying no more."""
        with suppress(ConnectionError):
            return not self._unread and not self._socket.recv(65536)
        return True

    def drip(self, data: bytes, pause: float) -> Answer:
        """The answer that comes while this is sent byte by byte."""
        self.dripped_until_closed(data, pause)
        return self.answer()

    def dripped_until_closed(self, data: bytes, pause: float) -> bool:
        """Send this byte by byte. Whether the API hung up meanwhile; what it said before is kept."""
        self._socket.settimeout(pause)
        try:
            for byte in data:
                self._socket.send(bytes([byte]))
                try:
                    if not (more := self._socket.recv(65536)):
                        return True
                    self._unread += more
                except TimeoutError:
                    continue
        except ConnectionError:
            return True
        finally:
            self._socket.settimeout(SECONDS)
        return False

    def flooded_until_closed(self, data: bytes, times: int) -> bool:
        """Send this again and again and read nothing. Whether the API hangs up."""
        hung_up = select.poll()
        hung_up.register(self._socket, 0)  # only errors and hang-ups
        until = time.monotonic() + SECONDS
        try:
            for _ in range(times):
                self._socket.sendall(data)
            # Behind what nobody reads, a hang-up does not come through; it is answered to what is sent after it.
            while time.monotonic() < until:
                self._socket.sendall(b"\r\n")
                if hung_up.poll(50):
                    return True
            return False
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> None:
        more = self._socket.recv(65536)
        assert more, f"the API hung up after {self._unread!r}"
        self._unread += more

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
