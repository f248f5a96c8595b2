"""The check of files that come in by an ICAP server (RFC 3507), such as a virus scanner's. Each file is sent as the
body of an HTTP answer that the server may change (RESPMOD): what it leaves as it is has passed."""

from __future__ import annotations

import hashlib
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from infra.content.check import Verdict
from infra.content.media_type import HEAD, media_type

PORT, TLS_PORT = 1344, 11344
_AT_ONCE = 64 * 1024
_LONGEST_HEAD = 64 * 1024
_FINDINGS = ("x-infection-found", "x-violations-found", "x-virus-id", "x-blocked")
"""Headers by which servers say what they found. No standard names them; a change of the file says it, too."""


class IcapFailed(Exception):
    """The server was not reached, did not answer in time, or answered otherwise than the protocol has it."""


class IcapCheck:
    """Asks the server about one file at a time; from any thread. The memory used does not depend on a file's size."""

    def __init__(self, url: str, seconds: float) -> None:
        """`url`: `icap://host[:port]/service`, or `icaps` for TLS. `seconds`: how long the check of one file may take.
        Raises ValueError where it is none."""
        parts = urlsplit(url)
        if parts.scheme not in ("icap", "icaps") or not parts.hostname or not parts.path.strip("/"):
            raise ValueError("name an ICAP service as icap://host:1344/service, or icaps://… for TLS")
        self._tls = parts.scheme == "icaps"
        self._address = (parts.hostname, parts.port or (TLS_PORT if self._tls else PORT))
        self._service = f"{parts.scheme}://{parts.hostname}:{self._address[1]}{parts.path}"
        self._seconds = seconds

    def verdict(self, parts: Iterable[bytes], size: int) -> Verdict:
        """The verdict on a file of `size` bytes: `quarantined` where the server changes it or says what it found,
        `unchecked` where no such answer comes in time. Raises as `parts`."""
        file, answer = _File(parts, size), _Answer()
        try:
            self._ask(self._respmod(file), answer)
        except IcapFailed:
            return "unchecked"
        if answer.status not in (200, 204):
            return "unchecked"
        unchanged = answer.status == 204 or (file.ended and answer.body.digest() == file.sum.digest())
        return "passed" if unchanged and not answer.found else "quarantined"

    def is_there(self) -> bool:
        """Whether the server answers, and has the service."""
        answer = _Answer()
        try:
            self._ask(iter([self._head("OPTIONS", "null-body=0")]), answer)
        except IcapFailed:
            return False
        return answer.status == 200

    def _respmod(self, file: _File) -> Iterator[bytes]:
        parts = file.parts()
        first = next(parts, b"")
        asked = b"GET /file HTTP/1.1\r\nHost: antiphon\r\n\r\n"
        # Servers choose by type and length what they look at.
        described = f"Content-Type: {media_type(first[:HEAD])}\r\nContent-Length: {file.size}\r\n"
        answered = f"HTTP/1.1 200 OK\r\n{described}\r\n".encode()
        at, body = len(asked), len(asked) + len(answered)
        yield self._head("RESPMOD", f"req-hdr=0, res-hdr={at}, res-body={body}", "Allow: 204\r\n") + asked + answered
        if first:
            yield _chunk(first)
        yield from (_chunk(part) for part in parts if part)
        yield b"0\r\n\r\n"

    def _head(self, method: str, encapsulated: str, more: str = "") -> bytes:
        lines = f"Host: {self._address[0]}\r\nConnection: close\r\n{more}Encapsulated: {encapsulated}\r\n"
        return f"{method} {self._service} ICAP/1.0\r\n{lines}\r\n".encode()

    def _ask(self, request: Iterator[bytes], answer: _Answer) -> None:
        """Send the request and read the answer, both at once: a server may answer while it reads. Raises IcapFailed,
        and as `request`."""
        until = time.monotonic() + self._seconds
        with self._connected(until) as connection:
            # Not select(): it takes no descriptor beyond 1,023.
            ready = select.poll()
            outgoing = memoryview(next(request, b""))
            while True:
                moved = 0
                if outgoing:
                    try:
                        moved = connection.send(outgoing)
                        outgoing = outgoing[moved:] or memoryview(next(request, b""))
                    except _NOT_NOW:
                        pass
                    except ConnectionError:
                        # A server that has closed its end knows enough: its answer may be there.
                        outgoing = memoryview(b"")
                try:
                    received = connection.recv(_AT_ONCE)
                    moved += answer.take(received)
                except _NOT_NOW:
                    pass
                except OSError as error:
                    raise IcapFailed("the connection broke off") from error
                if answer.ended:
                    return
                ready.register(connection, select.POLLIN | (select.POLLOUT if outgoing else 0))
                left = until - time.monotonic()
                if left <= 0 or (not moved and not ready.poll(left * 1_000)):
                    raise IcapFailed("no answer in time")

    def _connected(self, until: float) -> socket.socket:
        left = max(until - time.monotonic(), 0.001)
        try:
            connection = socket.create_connection(self._address, timeout=left)
            if self._tls:
                context = ssl.create_default_context()
                try:
                    connection = context.wrap_socket(connection, server_hostname=self._address[0])
                except BaseException:
                    connection.close()
                    raise
        except OSError as error:
            raise IcapFailed("the server was not reached") from error
        connection.setblocking(False)
        return connection


_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def _chunk(part: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(part), part)


def _length(said: str, base: int) -> int:
    length = int(said, base)
    if length < 0:
        raise ValueError(said)
    return length


class _File:
    """What goes by as a file is sent: its sum, and whether it has gone to its end."""

    def __init__(self, parts: Iterable[bytes], size: int) -> None:
        self._parts, self.size = parts, size
        self.sum, self.ended = hashlib.sha256(), False

    def parts(self) -> Iterator[bytes]:
        for part in self._parts:
            self.sum.update(part)
            yield part
        self.ended = True


class _Answer:
    """An answer, as far as it has come: its status, whether it says that something was found, and its body's sum."""

    def __init__(self) -> None:
        self.status, self.found, self.ended = 0, False, False
        self.body = hashlib.sha256()
        self._held, self._left, self._has_body = bytearray(), 0, True
        self._next: Callable[[], bool] = self._read_head

    def take(self, received: bytes) -> int:
        """Take what has come; answers how much that is. Raises IcapFailed."""
        if not received:
            raise IcapFailed("the connection ended before the answer did")
        self._held += received
        try:
            while not self.ended and self._next():
                pass
        except ValueError as error:
            raise IcapFailed("this is no answer of an ICAP server") from error
        if len(self._held) > _LONGEST_HEAD + _AT_ONCE:
            raise IcapFailed("the answer has a head without end")
        return len(received)

    def _read_head(self) -> bool:
        head, end, _ = self._held.partition(b"\r\n\r\n")
        if not end:
            return False
        del self._held[: len(head) + len(end)]
        first, *lines = head.decode("latin-1").split("\r\n")
        protocol, status = first.split()[:2]
        if not protocol.startswith("ICAP/"):
            raise ValueError(protocol)
        self.status = int(status)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.found = any(name in headers for name in _FINDINGS)
        # As in "res-hdr=0, res-body=137": the last one says where the heads of what was answered end.
        last, _, at = headers.get("encapsulated", "null-body=0").rpartition(",")[2].strip().partition("=")
        self._left = _length(at, 10)
        self._next = self._skip_heads
        self.ended = self.status != 200 or (last == "null-body" and self._left == 0)
        self._has_body = last != "null-body"
        return True

    def _skip_heads(self) -> bool:
        skipped = min(self._left, len(self._held))
        del self._held[:skipped]
        self._left -= skipped
        if self._left:
            return False
        self._next, self.ended = self._read_length, not self._has_body
        return True

    def _read_length(self) -> bool:
        line, end, _ = self._held.partition(b"\r\n")
        if not end:
            return False
        del self._held[: len(line) + len(end)]
        self._left = _length(line.partition(b";")[0].decode("latin-1"), 16)
        self._next, self.ended = self._read_chunk, self._left == 0
        return True

    def _read_chunk(self) -> bool:
        taken = self._held[: self._left]
        self.body.update(taken)
        del self._held[: len(taken)]
        self._left -= len(taken)
        if self._left or len(self._held) < 2:
            return False
        del self._held[:2]
        self._next = self._read_length
        return True
