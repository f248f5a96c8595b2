"""The port through which use cases read open work: conversations that are not closed, promises that have not ended;
and where somebody took part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol


class OpenWork(Protocol):
    """Open work by its owner, read page by page from views that have reached a position.

    `projections/open_work.py` implements the port; each edge hands in how it waits for the views.
    """

    def of_customer(self, customer_id: str, position: int) -> Iterable[str]:
        """The ids of the customer's open conversations and standing promises. Merged customers have their own each."""
        ...

    def of_agent(self, agent_id: str, position: int) -> Iterable[str]:
        """The ids of the agent's open conversations."""
        ...

    def of_participant(self, person_id: str, position: int) -> Iterable[str]:
        """The ids of the conversations, open or not, of other customers in which this person said or was told
        something."""
        ...

    def of_author(self, staff_id: str, customer_ids: Iterable[str], position: int) -> Iterable[str]:
        """The ids of those conversations of these customers, open or not, in which this staff member did something."""
        ...

    def under_hold(self, position: int) -> Iterable[str]:
        """The ids of the customers of whom, or of one of whose conversations, a legal hold stands."""
        ...


def settle_all(shown: Callable[[int], Iterable[str]], settle: Callable[[str], int], position: int) -> int:
    """Settle each id that `shown` answers for a position, and ask again until `shown` answers nothing new.

    A row that moves while pages are read may be on none of the pages, hence the repetition. `settle` answers the
    position at which its effect shows. Each id is settled once, so that the loop ends whatever happens to the id
    meanwhile. Answers the position at which all of these effects show; 0 where nothing was settled.
    """
    done: set[str] = set()
    settled = 0
    while True:
        before = len(done)
        for id in shown(position):
            if id not in done:
                done.add(id)
                settled = max(settled, settle(id))
                position = max(position, settled)
        if len(done) == before:
            return settled
