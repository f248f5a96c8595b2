"""The sender of webhooks in a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.wiring.composition import Antiphon
from consumers.webhooks.sender import Sender
from infra.webhooks.posting import Poster

LOOK_UP_SECONDS = 30.0
"""How long looking up a name may take, which no timeout ends."""


@contextmanager
def webhooks(parts: Antiphon) -> Iterator[None]:
    """Within: what happens is posted to webhooks. Several processes may do so; each post is made by one of them."""
    given, subscriptions = parts.settings.webhooks, parts.settings.subscriptions
    with (
        parts.database("projector") as database,
        Sender(
            parts.executor,
            database,
            Poster(private=given.private, seconds=given.seconds),
            schedule=given.schedule,
            claim_seconds=2 * (given.seconds + LOOK_UP_SECONDS),
            kept_days=given.kept_days,
            lease_seconds=subscriptions.lease_seconds,
            poll_seconds=subscriptions.poll_seconds,
            page_size=subscriptions.page_size,
        ),
    ):
        yield
