"""Cross-origin calls (CORS): which web pages of other origins may call the API from a browser."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

SENT = (
    "At-Least", "Authorization", "Content-Type", "Correlation-Id", "Idempotency-Key", "If-Match", "If-None-Match",
    "Last-Event-ID", "Look-Purpose", "traceparent",
)  # fmt: skip
"""The headers that pages may send."""

SHOWN = ("Correlation-Id", "ETag", "Position", "Retry-After", "Traceparent")
"""The headers of answers that pages may read."""


def cross_origin(origins: Sequence[str]) -> list[Middleware]:
    """What lets pages of exactly these origins call; nothing without any.

    Without credentials: a browser adds no cookie by itself, and so no page acts with a token that the page does not
    have.
    """
    if not origins:
        return []
    methods = ("GET", "HEAD", "POST", "PUT")
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=methods,
            allow_headers=SENT,
            expose_headers=SHOWN,
            allow_credentials=False,
        )
    ]
