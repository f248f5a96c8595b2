"""Leaders broken on purpose: under the same faults, the checker must catch each of them."""

from __future__ import annotations

import threading

from infra.postgres.database import Connection
from infra.subscriptions.lease import Lease
from infra.subscriptions.pages import LogPage, wanted
from infra.subscriptions.subscription import LeaseHolder

_never = threading.Event()
_GAP_SECONDS = 0.02
"""What lies open between two transactions is made wide, so that ten deaths surely hit it."""


class PositionFirst(LeaseHolder):
    """Moves the position in a transaction of its own, then takes the rows in: a death in between loses a page."""

    def _advance(self, lease: Lease, page: LogPage) -> None:
        items = wanted(page.items, self._topics)
        with self._database.connection() as connection:
            lease.move(connection, page.last)
        _never.wait(_GAP_SECONDS)
        with self._database.connection() as connection, connection.transaction():
            self._take(items, connection)
        lease.position = page.last


class PositionLast(LeaseHolder):
    """Takes the rows in, then moves the position in a transaction of its own: a death in between takes them twice."""

    def _advance(self, lease: Lease, page: LogPage) -> None:
        items = wanted(page.items, self._topics)
        with self._database.connection() as connection, connection.transaction():
            self._take(items, connection)
        _never.wait(_GAP_SECONDS)
        with self._database.connection() as connection:
            lease.move(connection, page.last)
        lease.position = page.last


class _Unfenced(Lease):
    def move(self, connection: Connection, position: int) -> None:
        connection.execute(
            "UPDATE antiphon.followers SET position = %s WHERE (name, version) = (%s, %s)",
            (position, self.name, self.version),
        )


class NoEpoch(LeaseHolder):
    """Moves the position whoever leads by now."""

    def _take_lease(self) -> Lease | None:
        lease = super()._take_lease()
        return lease and _Unfenced(lease.name, lease.version, lease.seconds, lease.epoch, lease.position)
