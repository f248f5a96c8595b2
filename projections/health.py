"""The list of everything that can wait or fail quietly: `antiphon doctor`, `/readyz` and `/metrics` are made from it.

Whatever is added to an installation and may wait unseen gets a check here, and so appears in all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import psycopg

from infra.failures import error_code
from infra.health.check import Check, Reading, Sources
from infra.health.letters import DeadLettersWait, MessagesHeld
from infra.health.processes import CommandsWait, PartsRestart, ProcessesRun, TopicsAreRead, running
from infra.health.storage import BackupsAreMade, DiskHasRoom, VaultAnswers
from infra.health.subscriptions import LATE_SECONDS, LogGrows, SubscriptionsKeepUp
from infra.views.versions import is_live
from projections import timer as timers
from projections.catalogue import VIEWS
from projections.timer import TIMERS


class WatchesKeepUp(Check):
    """Timers whose due has passed and that no watch has handled yet."""

    name = "watches"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_timers_passed": "Timers of a kind whose due has passed and that were not handled yet.",
        "antiphon_timers_late_seconds": "How long ago the earliest due of those passed; 0 where none has.",
    }
    labels = ("kind",)

    def read(self, sources: Sources) -> Iterable[Reading]:
        """One reading for each kind of timer."""
        if not is_live(sources.connection, TIMERS.name, TIMERS.version):
            yield Reading("the view of timers is not live yet")
            return
        watched = any(each.what == "followers" for each in running(sources))
        for kind, (count, seconds) in timers.late(sources.connection).items():
            values = {"antiphon_timers_passed": count, "antiphon_timers_late_seconds": seconds}
            late = watched and seconds > LATE_SECONDS
            wrong = f"timers of {kind} are late by {seconds:.0f} seconds: see the log of `antiphon run followers`"
            yield Reading(f"{kind}: {count} wait", wrong if late else None, values, (kind,))


CHECKS: Sequence[Check] = (
    LogGrows(),
    SubscriptionsKeepUp([(view.name, view.version) for view in VIEWS]),
    WatchesKeepUp(),
    VaultAnswers(),
    DeadLettersWait(),
    MessagesHeld(),
    TopicsAreRead(),
    CommandsWait(),
    ProcessesRun(),
    PartsRestart(),
    BackupsAreMade(),
    DiskHasRoom(),
)
"""All checks, in the order in which doctor prints them."""


def readings(sources: Sources) -> Iterator[tuple[Check, list[Reading]]]:
    """What each check finds. A check that may not look says so, and keeps no other from looking. Raises
    psycopg.OperationalError where the database goes away."""
    for check in CHECKS:
        try:
            found = [*check.read(sources)]
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            wrong = "the login may not look at it: has `antiphon migrate` of this release run as this login?"
            found = [Reading(f"cannot be looked at: {error_code(error)}", wrong)]
        yield check, found
