"""One connection: how long it may be silent, and how much it may send before a complete request head.

uvicorn has only one of these limits: the time between two requests.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import Any, Literal

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.edge import problems
from api.edge.limits import Limits
from api.edge.unsent import HeldBytes, Unsent
from domain.kernel.ids import new_id
from domain.kernel.refusal import Overloaded, Refusal

HEAD_BYTES = 65_536
"""The most bytes of a head; of what comes without a complete head, or without more body: around chunks."""

GRACE_SECONDS = 2.0
"""How much longer than a body's reader the connection waits: the reader answers why it ends."""

_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)

_turns = itertools.count()
"""A clock: the loop's time stands still while the loop accepts connections, so that all would be equally old."""


class Connection(HttpToolsProtocol):
    """A connection that either serves a complete request, or waits for its peer for a limited time."""

    def __init__(self, *, limits: Limits, **options: Any) -> None:
        """`options` are uvicorn's."""
        super().__init__(**options)
        self._limits = limits
        self._expects: Literal["head", "body", "nothing"] = "head"
        self._unframed = 0
        self._head_bytes = 0
        self._refused: Refusal | None = None
        self._serving: RequestResponseCycle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing_timer: asyncio.TimerHandle | None = None
        self._owes: tuple[Unsent, str] | None = None
        self._held: HeldBytes | None = None
        self.since = next(_turns)

    @property
    def waits(self) -> bool:
        """Whether it is the peer's turn."""
        return self._answered or self._expects == "body" or self.transport.is_closing()

    @property
    def _answered(self) -> bool:
        """Whether no request of the peer is being served."""
        return getattr(self.cycle, "response_complete", True)  # there is no cycle before the first request

    # -- begin and end

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection. If there are too many, close the one whose peer has had the turn for longest."""
        super().connection_made(transport)
        self._expect("head", self._limits.head_seconds)
        if len(self.connections) > self._limits.connections:
            others = [each for each in self.connections if isinstance(each, Connection) and each is not self]
            # Those that never sent a request go first: a client that did may send another at any moment.
            waiting = sorted((each for each in others if each.waits), key=lambda each: (bool(each.cycle), each.since))
            if waiting:
                waiting[0].transport.abort()
                self.connections.discard(waiting[0])
            else:
                self._refuse(Overloaded("as many connections as there may be are in use; try again shortly"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the connection."""
        self._stop_timer()
        # uvicorn notifies only the last of several pipelined requests, not the one that is being served.
        if self._serving:
            self._serving.disconnected = True
            self._serving.message_event.set()
        self.pipeline.clear()
        self.resume_writing()
        super().connection_lost(exc)

    # -- input

    def data_received(self, data: bytes) -> None:
        """Take in data."""
        if self._expects != "body":
            data = _without_upgrade(data)
        self._unframed += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unframed > HEAD_BYTES:
            self._refuse(_too_large())
        elif self._expects == "nothing" and self._answered and not self.timeout_keep_alive_task:
            # Such as blank lines, which uvicorn takes for the beginning of a request, and waits.
            self._expect("head", self._limits.head_seconds)

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._head_bytes = 0
        # The close waits until all input is read, with some clients for ever.
        self.scope["extensions"] = {"antiphon": {"cut_off": self.transport.abort, "owes": self._owe}}
        self._expect("head", self._limits.head_seconds)

    def on_url(self, url: bytes) -> None:
        """Take in a part of the target."""
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header. A field after the chunks of a body comes too late to be a header (RFC 9110, 6.5.1)."""
        if self._expects != "body":
            self._head_bytes += len(name) + len(value) + len(": \r\n")
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that the head is complete; a body may follow. Raises Refusal, which ends the parsing."""
        # A whole head may come at once, with a body behind it, so that what came without a head says nothing.
        self._refused = self._fault()
        if self._refused:
            raise self._refused
        self._unframed = 0
        self._expect("body", self._limits.body_seconds + GRACE_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that a part of the body came."""
        self._unframed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._unframed = 0
        self._stop_timer()
        self._expects = "nothing"
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._serving = cycle
        super()._start_asgi_task(cycle, app)

    def _fault(self) -> Refusal | None:
        """What is wrong with a complete head."""
        if self._head_bytes > HEAD_BYTES:
            return _too_large()
        hosts = sum(name == b"host" for name, _ in self.headers)
        # A proxy may have decided by another one than we (RFC 9112, 3.2). HTTP/1.0 knew no such header.
        if hosts > 1 or (hosts < 1 and self.parser.get_http_version() != "1.0"):
            return Refusal("request-malformed", "send one Host header")
        return None

    # -- output

    def on_response_complete(self) -> None:
        """Note that the answer is sent: it is the peer's turn."""
        self.since = next(_turns)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer input that is not HTTP, or a head that was refused."""
        self._refuse(self._refused or Refusal("request-malformed", "this is no HTTP/1.1 request"))

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that was silent for long, without waiting for unread output."""
        self.transport.abort()

    def pause_writing(self) -> None:
        """Note that the peer does not read."""
        super().pause_writing()
        if self._owes:
            self._held = HeldBytes(*self._owes)
            self._held.set(self.transport.get_write_buffer_size())
        self._writing_timer = self.loop.call_later(self._limits.idle_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Note that the peer reads again."""
        super().resume_writing()
        if self._held:
            self._held.set(0)
        if self._writing_timer:
            self._writing_timer.cancel()

    def _owe(self, unsent: Unsent, caller: str) -> None:
        """Note for whom the next bytes are."""
        self._owes = unsent, caller

    def _refuse(self, refusal: Refusal) -> None:
        """Send a refusal, unless an answer is being sent, and close."""
        if self._answered:
            answer = problems.answer(refusal, new_id("request"))
            headers = (b"%s: %s\r\n" % each for each in [*answer.raw_headers, (b"connection", b"close")])
            self.transport.write(b"".join([STATUS_LINE[answer.status_code], *headers, b"\r\n", bytes(answer.body)]))
        self.transport.close()

    # -- time

    def _expect(self, what: Literal["head", "body"], seconds: float) -> None:
        self._stop_timer()
        self._expects = what
        self.since = next(_turns)
        self._timer = self.loop.call_later(seconds, self._too_slow, what, seconds)

    def _too_slow(self, what: Literal["head", "body"], seconds: float) -> None:
        if self.flow.read_paused:  # it is our side that does not read
            self._expect(what, seconds)
        else:
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def _too_large() -> Refusal:
    return Refusal("headers-too-large", f"send fewer or shorter headers, {HEAD_BYTES} bytes at most")


def _without_upgrade(data: bytes) -> bytes:
    """The head without a request to change the protocol, which Java's client always sends. The parser would take the
    body for the new protocol's first bytes."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest if b"pgrade" in head.lower() else data
