"""A process that runs all views, to be killed, stopped and resumed. `main` is its inside, `HostProcess` its
handle."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any, Literal

import infra.subscriptions.host
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, Database
from infra.subscriptions.group import Group
from infra.subscriptions.host import Host
from infra.subscriptions.lease import subscription_statuses
from infra.views.projector import Projector
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.catalogue import VIEWS
from tests.support import broken
from tests.support.child import Child, stop_when_armed, work_until_told
from tests.support.companies import opened_log
from tests.support.next_inbox import NEXT_INBOX
from tests.support.sharded import SHARDED
from tests.support.waiting import wait_until

Release = Literal["this", "next", "sharded"]
"""Which release's views: all there are, the next version of the inbox, or those that may be split, in three shards."""

_VIEWS: dict[str, tuple[AnyView, ...]] = {"this": VIEWS, "next": (NEXT_INBOX,), "sharded": SHARDED}

Phase = Literal["copying", "taken", "between"]
"""Where it stops when armed. Inside a page's transaction: half-way through sending rows, or with all of them written.
Between two transactions, where there are two: see tests/support/broken.py."""


class HostProcess(Child):
    """A child that follows the log with all views.

    `broken` names a class of tests/support/broken.py to lead in place of the right one.
    """

    def __init__(
        self,
        urls: Urls,
        *,
        lease_seconds: float = 1.0,
        page_size: int = 50,
        phase: Phase = "taken",
        broken: str = "",
        release: Release = "this",
    ) -> None:
        arguments = [urls.database_url, urls.vault_url, str(lease_seconds), str(page_size), phase, broken, release]
        super().__init__("tests.support.host_process", *arguments)

    def leads(self, projector: Database) -> set[str]:
        """The followers it leads by now, also where its lease has run out and nobody took over."""
        with projector.connection() as connection:
            return {each.name for each in subscription_statuses(connection) if f":{self.pid}:" in (each.holder or "")}

    def wait_until_leading(self, projector: Database, names: Set[str], seconds: float) -> None:
        """It comes to lead exactly these followers. Raises AssertionError, which says who leads the others."""
        try:
            wait_until(lambda: self.leads(projector) == names, seconds, "it leads")
        except AssertionError as error:
            raise AssertionError(f"{error}; {_led_by_others(f':{self.pid}:', projector)}") from None


_LED_BY_OTHERS = """
SELECT f.name || ' at ' || f.position || ' by ' || coalesce(f.holder, 'nobody') || ' until ' || f.lease_until
    || coalesce(', locked by a session that is ' || concat_ws(' ', s.state, s.wait_event, 'since', s.state_change), '')
FROM antiphon.followers AS f
LEFT JOIN pg_locks AS l ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = f.xmax
LEFT JOIN pg_stat_activity AS s USING (pid)
WHERE strpos(coalesce(f.holder, ''), %s) = 0 ORDER BY f.name
"""


def _led_by_others(process: str, projector: Database) -> str:
    with projector.connection() as connection, connection.transaction():
        connection.execute("SET LOCAL ROLE NONE")  # only the login is shown what its sessions do
        return "; ".join(row for (row,) in connection.execute(_LED_BY_OTHERS, (process,)))


class _StopsHalfway(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        for number, row in enumerate(super().__iter__()):
            if number == len(self) // 2:
                stop_when_armed()
            yield row


class _StoppingTable(Table[Any]):
    def copy(self, connection: Connection, rows: Sequence[tuple[Any, int]]) -> None:
        super().copy(connection, _StopsHalfway(rows))


class _Stopping(Projector[Any]):
    def __init__(self, view: AnyView, phase: str, shard: int) -> None:
        super().__init__(view, shard=shard)
        self._phase = phase
        if phase == "copying":
            self.table = _StoppingTable(view)

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        take = super().begin(recorded_events, connection)

        def take_and_stop() -> None:
            take()
            if self._phase == "taken":
                stop_when_armed()

        return take_and_stop


def main() -> None:
    """Follow until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("lease_seconds", type=float)
    parser.add_argument("page_size", type=int)
    parser.add_argument("phase")
    parser.add_argument("broken")
    parser.add_argument("release")
    given = parser.parse_args()
    if given.broken:
        setattr(infra.subscriptions.host, "LeaseHolder", getattr(broken, given.broken))  # noqa: B010
        setattr(infra.subscriptions.host, "Group", getattr(broken, f"{given.broken}Together"))  # noqa: B010
    if given.phase == "copying":
        Group.MOST_EVENTS = 0  # only who is alone copies
    urls = Urls(given.database_url, given.vault_url)
    projector = Database(given.database_url, "projector")
    views = _VIEWS[given.release]
    subscriptions = [_Stopping(view, given.phase, shard) for view in views for shard in range(view.shards)]
    lease, page_size = given.lease_seconds, given.page_size
    with (
        opened_log(urls) as log,
        Host(log, projector, subscriptions, lease_seconds=lease, poll_seconds=min(1, lease / 4), page_size=page_size),
    ):
        work_until_told()
    projector.close()
