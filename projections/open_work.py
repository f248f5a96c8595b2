"""Open work for use cases (`commands/open_work.py`), read in pages from views that have reached a position."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from infra.postgres.database import Database
from infra.views.selection import Selection
from infra.views.view import AnyView
from projections import hold as legal_holds
from projections import promise as promises
from projections.conversation import history, inbox
from projections.conversation.inbox_filter import Filter

R = TypeVar("R")

PAGE = 500
"""How many rows to read at a time."""

Reached = Callable[[Collection[AnyView], int], None]
"""Waits until views have reached a position. Raises Refusal where they do not in time."""


class OpenWorkInViews:
    """Open work, as the inbox and the ledger of promises show it."""

    def __init__(self, database: Database, reached: Reached, *, page_size: int = PAGE) -> None:
        self._database = database
        self._reached = reached
        self._page_size = page_size

    def of_customer(self, customer_id: str, position: int) -> Iterator[str]:
        """The ids of the customer's open conversations, then of the customer's standing promises."""
        self._reached((inbox.INBOX, promises.PROMISES), position)
        for item in self._rows(inbox.OPEN_OF_CUSTOMER, id=customer_id):
            yield item.conversation_id
        for promise in self._rows(promises.STANDING_OF_CUSTOMER, id=customer_id):
            yield promise.promise_id

    def of_agent(self, agent_id: str, position: int) -> Iterator[str]:
        """The ids of the agent's open conversations."""
        self._reached((inbox.INBOX,), position)
        for item in self._rows(inbox.ITEMS, **Filter(agent_id=[agent_id]).parameters()):
            yield item.conversation_id

    def of_participant(self, person_id: str, position: int) -> Iterator[str]:
        """The ids of the conversations of others in which this person said or was told something."""
        self._reached((history.HISTORY,), position)
        seen: set[str] = set()
        for line in self._rows(history.OF_PARTICIPANT, id=person_id):
            if line.conversation_id not in seen:
                seen.add(line.conversation_id)
                yield line.conversation_id

    def of_author(self, staff_id: str, customer_ids: Iterable[str], position: int) -> Iterator[str]:
        """The ids of those conversations of these customers in which this staff member did something."""
        self._reached((history.HISTORY,), position)
        seen: set[str] = set()
        for customer_id in customer_ids:
            for line in self._rows(history.OF_AUTHOR, id=customer_id, author_id=staff_id):
                if line.conversation_id not in seen:
                    seen.add(line.conversation_id)
                    yield line.conversation_id

    def under_hold(self, position: int) -> Iterator[str]:
        """The ids of the customers of whom, or of one of whose conversations, a legal hold stands."""
        self._reached((legal_holds.LEGAL_HOLDS,), position)
        for hold in self._rows(legal_holds.ALL, ended=False):
            yield hold.customer_id

    def _rows(self, selection: Selection[R], **parameters: object) -> Iterator[R]:
        cursor = None
        while True:
            # One connection per page: the caller may take any time over the rows.
            with self._database.connection() as connection:
                page = selection.read(connection, cursor=cursor, limit=self._page_size, **parameters)
            yield from page.rows
            if (cursor := page.cursor) is None:
                return
