"""Leaders broken on purpose: under the same faults, the checker must catch each of them.

Those that use two transactions stop between them when armed, where there is something to lose,
so that a death surely hits what lies open there.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.event import Event, Recorded
from infra.postgres.database import Connection
from infra.subscriptions.group import Group
from infra.subscriptions.lease import Lease
from infra.subscriptions.pages import LogPage, wanted
from infra.subscriptions.subscription import LeaseHolder
from tests.support.child import stop_when_armed


class PositionFirst(LeaseHolder):
    """Moves the position in a transaction of its own, then takes the rows in: a death in between loses a page."""

    def _advance(self, lease: Lease, page: LogPage) -> None:
        items = wanted(page.items, self._topics)
        with self._database.connection() as connection:
            lease.move(connection, page.last)
        if items:
            stop_when_armed()
        with self._database.connection() as connection, connection.transaction():
            self._take(items, connection)
        lease.position = page.last


class PositionLast(LeaseHolder):
    """Takes the rows in, then moves the position in a transaction of its own: a death in between takes them twice."""

    def _advance(self, lease: Lease, page: LogPage) -> None:
        items = wanted(page.items, self._topics)
        with self._database.connection() as connection, connection.transaction():
            self._take(items, connection)
        if items:
            stop_when_armed()
        with self._database.connection() as connection:
            lease.move(connection, page.last)
        lease.position = page.last


class PositionFirstTogether(Group):
    """The same of a group."""

    def _advance(self, lease_holders: Sequence[LeaseHolder], page: LogPage) -> Sequence[LeaseHolder]:
        with self._database.connection() as connection:
            move_all(lease_holders, page, connection)
        if page.items:
            stop_when_armed()
        with self._database.connection() as connection, connection.transaction():
            take_all(lease_holders, page, connection)
        moved_all(lease_holders, page)
        return []


class PositionLastTogether(Group):
    """The same of a group."""

    def _advance(self, lease_holders: Sequence[LeaseHolder], page: LogPage) -> Sequence[LeaseHolder]:
        with self._database.connection() as connection, connection.transaction():
            take_all(lease_holders, page, connection)
        if page.items:
            stop_when_armed()
        with self._database.connection() as connection:
            move_all(lease_holders, page, connection)
        moved_all(lease_holders, page)
        return []


def move_all(lease_holders: Sequence[LeaseHolder], page: LogPage, connection: Connection) -> None:
    """What a group does at the beginning of its transaction."""
    Lease.move_all([each.lease for each in lease_holders if each.lease], connection, page.last)()


def take_all(lease_holders: Sequence[LeaseHolder], page: LogPage, connection: Connection) -> None:
    """What a group does in the middle of its transaction."""
    for each in lease_holders:
        each.begin(each.plain(page) or (), connection)()


def moved_all(lease_holders: Sequence[LeaseHolder], page: LogPage) -> None:
    """What a group does after its transaction."""
    for each in lease_holders:
        each.moved(page.last)


class _Unfenced(Lease):
    def move(self, connection: Connection, position: int) -> None:
        connection.execute(
            "UPDATE antiphon.followers SET position = %s WHERE (name, version) = (%s, %s)",
            (position, self.name, self.version),
        )


class NoEpoch(LeaseHolder):
    """Moves the position whoever leads by now."""

    def _begin(self, lease: Lease, quarantined_streams: set[str], requests: Sequence[Recorded[Event]]) -> None:
        unfenced = _Unfenced(lease.name, lease.version, lease.seconds, lease.epoch, lease.position)
        super()._begin(unfenced, quarantined_streams, requests)


class NoEpochTogether(Group):
    """A group of these, each in a transaction of its own: in one for all, what one view takes twice undoes all."""

    def _advance(self, lease_holders: Sequence[LeaseHolder], page: LogPage) -> Sequence[LeaseHolder]:
        for each in lease_holders:
            if each.lease:
                each._advance(each.lease, page)
        return []
