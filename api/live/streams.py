"""The live streams of one process: their number, the rate of their queries, and their end."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import anyio
import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from api.live.live_queries import LiveQueries
from domain.kernel.refusal import Overloaded, Refusal
from infra.subscriptions.read_your_writes import ReadYourWrites

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 10.0
"""How long a client may leave sent data unread, once the buffers in between are full."""

POLLS_PER_SECOND = 200
"""About how many queries per second the streams of a process make together: the more different resources are streamed,
the longer changes are gathered."""

_LOGGER = structlog.get_logger("live")


class Streams:
    """Counts and paces streams. For one event loop."""

    def __init__(self, most: int, most_per_caller: int, queries: LiveQueries) -> None:
        self.most = most
        self.most_per_caller = most_per_caller
        self.closed = False
        self.queries = queries
        self._of_caller: Counter[str] = Counter()
        self._watched: Counter[str] = Counter()
        self._waits: set[anyio.CancelScope] = set()

    @contextmanager
    def counted(self, caller_id: str) -> Iterator[None]:
        """Within: one stream more. Raises Overloaded, Refusal `too-many-requests`."""
        if self.closed or self._of_caller.total() >= self.most:
            raise Overloaded("this process has as many streams as it can; try again, or read without a stream")
        if self._of_caller[caller_id] >= self.most_per_caller:
            raise Refusal("too-many-requests", f"you have {self.most_per_caller} streams open; close one first")
        self._of_caller[caller_id] += 1
        try:
            yield
        finally:
            self._of_caller -= Counter([caller_id])

    @contextmanager
    def watching(self, what: str) -> Iterator[None]:
        """Within: a stream shows this resource."""
        self._watched[what] += 1
        try:
            yield
        finally:
            self._watched -= Counter([what])

    async def coalesce(self) -> None:
        """Wait a little, so that several changes become one event."""
        await self.wait(len(self._watched) / POLLS_PER_SECOND)

    async def wait(
        self,
        seconds: float,
        positions: ReadYourWrites | None = None,
        known: Mapping[tuple[str, int], int] | None = None,
    ) -> None:
        """Wait until a view has passed its position in `known`, at most `seconds`; not at all once closed."""
        if self.closed:
            return
        with anyio.move_on_after(seconds) as scope:
            self._waits.add(scope)
            try:
                if positions and known:
                    await positions.beyond(known)
                else:
                    await anyio.sleep(seconds)
            finally:
                self._waits.discard(scope)

    def close(self) -> None:
        """End all streams soon."""
        self.closed = True
        for scope in self._waits:
            scope.cancel()


class LiveStream(EventSourceResponse):
    """The events of a stream as they are sent, with heartbeats. A client that does not read is cut off."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(
            events,
            headers=headers,
            ping=HEARTBEAT_SECONDS,
            ping_message_factory=lambda: ServerSentEvent(comment="", sep="\n"),
            send_timeout=SEND_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            _LOGGER.info("live-client-cut-off")
            scope["extensions"]["antiphon"]["cut_off"]()
            while (await receive())["type"] != "http.disconnect":
                pass
