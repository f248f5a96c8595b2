"""Subscriptions that stand at the same position travel together: one page, one transaction, one commit for all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue

from domain.kernel.event import Recorded
from infra.postgres.database import Database
from infra.subscriptions.lease import Lease
from infra.subscriptions.pages import LogPage, Pages
from infra.subscriptions.subscription import LeaseHolder

_UNFLUSHED = "SET LOCAL synchronous_commit = off"
"""A commit of views need not wait for the disk. A server that dies may lose the last of these commits, each as a whole:
then a position is not the one that its lease knows, and the page is taken again."""


class Group:
    """Moves the lease holders of a process that keep up with the log. For one thread, but for `join`.

    Whoever is behind, fails or has quarantined events leaves the group, and takes its steps by itself. So the group
    never has to decide what to do about an error.
    """

    MOST_EVENTS = 100
    """How many events a page has at most that a group takes. A larger page means catching up. Then each lease holder
    works by itself: many transactions use the server's other cores, and each of them ends within its deadline."""

    def __init__(
        self, lease_holders: Iterable[LeaseHolder], pages: Pages, database: Database, holder: str, seconds: float
    ) -> None:
        """`database` is the projector's; `holder` names this process; the leases last `seconds` at a time."""
        self._members = list(lease_holders)
        self._joining: SimpleQueue[LeaseHolder] = SimpleQueue()
        self._pages = pages
        self._database = database
        self._holder = holder
        self._seconds = seconds
        self._renew_at = 0.0

    def join(self, lease_holder: LeaseHolder) -> None:
        """Take in a lease holder that has come to the log's end by itself. From any thread."""
        self._joining.put(lease_holder)

    def members(self) -> list[LeaseHolder]:
        """All members, those that joined just now among them."""
        try:
            while True:
                joined = self._joining.get_nowait()
                self._pages.forget(joined)
                self._members.append(joined)
        except Empty:
            return self._members

    def step(self) -> tuple[bool, Sequence[LeaseHolder]]:
        """Take the next page with all members that lead. Answers whether somebody moved, and who has left.

        Whoever has left must be stepped by itself until its `step` answers False, and may join again then. Raises
        Overloaded.
        """
        free = self._with_free_lease()
        # Where one cannot be taken with the others, each is by itself.
        together = free and _succeeds(lambda: LeaseHolder.lead_all(free))
        left = [] if together else [each for each in free if not _succeeds(each.lead)]
        leading = [each for each in self._members if each.position is not None and each not in left]
        front = max((each.position or 0 for each in leading), default=0)
        behind = [each for each in leading if each.position != front]
        page = self._pages.after(front, reader=self) if leading and not behind else None
        if behind:
            self._pages.forget(self)  # no member may wait for the group, which waits for the member
            left += [each for each in behind if not self._comes_to(front, each)]
        elif page is not None:
            left += leading if len(page.items) > self.MOST_EVENTS else self._advance(leading, page)
        else:
            left += self._renew(leading, front)
            left += [each for each in leading if each not in left and not _succeeds(each.report_end)]
        self._members = [each for each in self._members if each not in left]
        if len(left) >= len(leading):
            self._pages.forget(self)
        return bool(behind or page), left

    def _with_free_lease(self) -> Sequence[LeaseHolder]:
        """The members that stand by and may take their lease now."""
        standby = [each for each in self.members() if each.position is None]
        if not standby:
            return []
        with self._database.connection() as connection:
            free = Lease.free_among(connection, [each.key for each in standby], self._holder)
        return [each for each in standby if each.key in free]

    def _comes_to(self, front: int, lease_holder: LeaseHolder) -> bool:
        """Bring a member to the front by one step of its own; False if it is further behind, or fails."""
        if front - (lease_holder.position or 0) > self.MOST_EVENTS:
            return False
        came = _succeeds(lambda: lease_holder.step(upto=front)) and lease_holder.position == front
        self._pages.forget(lease_holder)
        return came

    def _advance(self, lease_holders: Sequence[LeaseHolder], page: LogPage) -> Sequence[LeaseHolder]:
        """Take a page, all or nothing. Answers who has to take it by itself."""
        items = {each: each.plain(page) for each in lease_holders}
        together = [each for each in lease_holders if items[each] is not None]
        # What is wiped must not come back, not even until the page is taken again.
        wipes = any(isinstance(item, Recorded) and item.event.wipes for item in page.items)
        try:
            # In a pipeline: two round trips for all, one for what is read and one for what is written.
            with (
                self._database.connection() as connection,
                connection.pipeline() as pipeline,
                connection.transaction(),
            ):
                if not wipes:
                    connection.execute(_UNFLUSHED)
                check = Lease.move_all([each.lease for each in together if each.lease], connection, page.last)
                begun = [each.begin(items[each] or (), connection) for each in together]
                pipeline.sync()
                check()
                for take in begun:
                    take()
        except Exception:
            # Whose error it was is found out where each is by itself. Nor is it known here whether the commit came.
            for each in together:
                each.let_go()
            return lease_holders
        for each in together:
            each.moved(page.last)
        self._renew_at = time.monotonic() + self._seconds / 3
        return [each for each in lease_holders if items[each] is None]

    def _renew(self, lease_holders: Sequence[LeaseHolder], position: int) -> Sequence[LeaseHolder]:
        if not lease_holders or time.monotonic() < self._renew_at:
            return []
        return self._advance(lease_holders, LogPage.of([], position))


def _succeeds(work: Callable[[], object]) -> bool:
    """Whether the work is done without an error. One that is by itself meets the same error again, and reports it."""
    try:
        work()
    except Exception:
        return False
    return True
