"""Subscriptions to the stored rows of the log, instead of its events."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from infra.postgres.database import Connection


@runtime_checkable
class Covering(Protocol):
    """A subscription to the stored rows, whether or not this release can read them."""

    def cover(self, position: int, connection: Connection) -> None:
        """Take in all rows up to this position, in the host's transaction, which moves the position as well."""
