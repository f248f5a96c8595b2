"""Compression of answers (gzip), for callers that accept it."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.edge.uploads import is_file

SMALLEST_BYTES = 2_000
"""Shorter answers are sent as they are: little would be saved."""

LEVEL = 3
"""Of 1 to 9. Level 9 takes 20 times as long for a page of 500 rows, and makes it a seventh shorter."""

_REFUSED = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)", re.IGNORECASE)


class Compression(GZipMiddleware):
    """The framework's, but that `gzip;q=0` does not count as accepting. It leaves event streams as they are."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, SMALLEST_BYTES, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        refused = scope["type"] == "http" and _REFUSED.search(Headers(scope=scope).get("accept-encoding", ""))
        # A file is sent as it is: a range is of the file itself.
        if refused or (scope["type"] == "http" and is_file(scope)):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
