"""Open work as a test says it is, for use cases that are not about what views show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from commands.customer import erasing
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer


class Shown:
    """The port of `commands/open_work.py`: whoever is asked about, and however often, these ids are open."""

    def __init__(self, ids: Iterable[str] | Callable[[int], Iterable[str]] = ()) -> None:
        self._ids = ids

    def of_customer(self, customer_id: str, position: int) -> Iterable[str]:
        return self._ids(position) if callable(self._ids) else self._ids

    of_agent = of_customer

    def of_participant(self, person_id: str, position: int) -> Iterable[str]:
        return ()

    def of_author(self, staff_id: str, customer_ids: Iterable[str], position: int) -> Iterable[str]:
        return ()

    def under_hold(self, position: int) -> Iterable[str]:
        return ()


def erase(executor: CommandExecutor, customer_id: str, context: Context, open_ids: Sequence[str] = ()) -> Answer:
    """Erase a customer of whom nothing is open but this."""
    return erasing.erase(executor, customer_id, context, Shown(open_ids))
