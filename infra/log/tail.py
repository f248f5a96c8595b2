"""Reading the log as it grows: the library's subscription, made to outlive its connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

from domain.kernel.refusal import Overloaded
from infra.postgres.database import Database
from infra.postgres.listener import Listener


class Tail(ListenNotifySubscription[ApplicationRecorder]):
    """The library's subscription, woken by LISTEN; should a notification be lost, by the clock each second."""

    def __init__(
        self, recorder: ApplicationRecorder, database: Database, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._listener = Listener(database, self._has_been_notified.set)

    def _pull(self) -> None:
        try:
            super()._pull()
        except Overloaded:
            return  # the clock wakes the subscription again

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.close()
