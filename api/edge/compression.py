"""Compression of answers (gzip), for callers that accept it.

For all others, the framework would put two more calls into the way of every message, to add one header to long answers.
`_uncompressed` adds it. Bench row `history-page`.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.uploads import is_file

SMALLEST_BYTES = 2_000
"""Shorter answers are sent as they are: little would be saved."""

LEVEL = 3
"""Of 1 to 9. Level 9 takes 20 times as long for a page of 500 rows, and makes it a seventh shorter."""

_WITHOUT = (204, 206, 304)
"""The statuses of answers that are never compressed."""

_REFUSED = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)", re.IGNORECASE)


class Compression(GZipMiddleware):
    """The framework's, but that `gzip;q=0` does not count as accepting. It leaves event streams as they are."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, SMALLEST_BYTES, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        # A file is sent as it is: a range is of the file itself.
        if scope["type"] != "http" or is_file(scope):
            await self.app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        if "gzip" not in accepted or _REFUSED.search(accepted):
            await self.app(scope, receive, self._uncompressed(send))
        else:
            await super().__call__(scope, receive, send)

    def _uncompressed(self, send: Send) -> Send:
        """Sends an answer as it is; a long one says that it differs for who accepts compression."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and self._would_compress(message):
                MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
            await send(message)

        return answer

    def _would_compress(self, start: Message) -> bool:
        headers = dict(start["headers"])
        size = headers.get(b"content-length")
        if start["status"] in _WITHOUT or b"content-encoding" in headers or (size and int(size) < SMALLEST_BYTES):
            return False
        kind = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        return {kind, f"{kind.partition('/')[0]}/*"}.isdisjoint(self.exclude_content_types)
