"""The port through which use cases read what is open: whose conversations are not closed, whose promises not ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol


class OpenWork(Protocol):
    """Open work by whose it is, read page by page from views that hold what the log holds up to a position.

    `projections/open_work.py` implements the port; each edge hands in how it waits for the views.
    """

    def of_customer(self, customer_id: str, position: int) -> Iterable[str]:
        """The ids of the customer's open conversations and standing promises. Merged customers have their own each."""
        ...

    def of_agent(self, agent_id: str, position: int) -> Iterable[str]:
        """The ids of the open conversations that the agent has."""
        ...


def settle_all(shown: Callable[[int], Iterable[str]], settle: Callable[[str], int], position: int) -> None:
    """Settle each id that `shown` answers for a position, and ask again until `shown` answers nothing new.

    What moves while pages are read may be on none of the pages: hence again. `settle` answers the position at which
    its effect shows. Each id is settled once, so that the loop ends whatever becomes of the id meanwhile.
    """
    done: set[str] = set()
    while True:
        before = len(done)
        for id in shown(position):
            if id not in done:
                done.add(id)
                position = max(position, settle(id))
        if len(done) == before:
            return
