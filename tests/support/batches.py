"""Commands that come at the same time: in one batch of a command executor, or from another process just before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, UnitOfWork
from infra.log.append import Append, Appended
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT
from tests.support.waiting import wait_until

Ask = Callable[[], Answer]


class WatchedLog(MemoryLog):
    """Keeps what goes into one append, and lets something happen just before."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime.now(UTC))
        self.deadline_seconds = 5.0
        self.calls: list[Sequence[Append]] = []
        self.meanwhile: list[Callable[[], object]] = []

    def append_all(self, appends: Sequence[Append], until: float) -> list[Appended | BaseException]:
        happens, self.meanwhile = self.meanwhile, []
        for each in happens:
            each()
        self.calls.append(appends)
        return super().append_all(appends, until)


def together(executor: CommandExecutor, asks: Sequence[Ask]) -> list[Answer | BaseException]:
    """Ask all of it in one batch, in this order, and what became of each. Raises AssertionError where they were not in
    one batch."""
    outcomes: list[Any] = [None] * len(asks)
    batcher, sizes = executor._batcher._batcher, []
    serve = batcher._serve

    def counted(batch: Sequence[Any], until: float) -> Sequence[Any]:
        sizes.append(len(batch))
        return serve(batch, until)

    entered, go = threading.Event(), threading.Event()

    def hold_the_batch() -> UnitOfWork:
        entered.set()
        wait_until(go.is_set, 10, "the test lets it go on")
        return UnitOfWork("nothing", [])

    def ask(number: int) -> None:
        try:
            outcomes[number] = asks[number]()
        except BaseException as error:
            outcomes[number] = error

    batcher._serve = counted
    threads = [threading.Thread(target=executor.run, args=(AGENT, hold_the_batch))]
    threads[0].start()
    wait_until(entered.is_set, 10, "the test lets it go on")
    for number in range(len(asks)):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        wait_until(lambda number=number: len(batcher._waiting) == number + 1, 10, "one more waits for the batch")  # type: ignore[misc]
    go.set()
    for thread in threads:
        thread.join(20)
    batcher._serve = serve
    assert len(asks) in sizes
    return outcomes
