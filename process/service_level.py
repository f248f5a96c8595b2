"""Evaluates clocks when something happened in their conversation, when they are due, and when policies change, and
records what it detects. The only clock is the database's.

The view says where to look. The command evaluates from the log. Several watches are as good as one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level.clocks import all_evaluated_by, evaluate, record_all_evaluated
from commands.service_level.facts import ClockFacts
from domain.kernel.event import Actor, Event, Recorded
from domain.kernel.refusal import NotFound, OutcomeUnknown, Overloaded
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from infra.postgres.database import Database
from infra.subscriptions.quarantine import error_code
from process.watch import Watch
from projections.service_level import clocks as sla_clocks
from projections.service_level.clocks import SLA_CLOCKS, ClocksRow

_WATCH = Actor(id="system-sla-watch", kind="system")


_BEGINNING = 0, datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Anew:
    """A new evaluation of all clocks, page by page: by the policies up to a position, as of an instant, once the view
    has reached `after`. `stopped`: also clocks that have stopped."""

    up_to: int
    as_of: datetime
    after: int
    stopped: bool
    cursor: str | None = None


class SlaWatch(Watch):
    """Looks when the next clock is due and when the log goes on."""

    name = "sla-watch"
    AT_ONCE = 4
    ANEW = 100
    """How many clocks are evaluated anew before the watch polls again for what is due."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        """`database` is a reader's; the caller closes it."""
        super().__init__(executor, database, poll_seconds=poll_seconds)
        self._facts = ClockFacts(executor.log)
        self._asked: dict[tuple[str, int, bool, datetime | None], float] = {}
        self._evaluated: tuple[int, datetime] | None = None
        """by which policies all clocks were evaluated, and as of when"""
        self._anew: _Anew | None = None

    def poll(self) -> float:
        """Detect all that is due by now. Answers after how many seconds more is due, as far as the view knows.

        Raises Overloaded, OutcomeUnknown: what was recorded by then stays, and the next poll finds the rest.
        """
        rules = self._facts.rules()
        if not rules:
            return self.MOST_SECONDS
        end, now = self._executor.log.position(), self._executor.log.now()
        self._as_rules_change(rules, end, now)
        anew = self._evaluate_again()
        with self._database.connection() as connection:
            behind = self._reached(connection, SLA_CLOCKS) < end
            page = sla_clocks.to_evaluate(connection, now, limit=self.PAGE)
            ahead = sla_clocks.next_evaluation(connection, now)
        self._see(page.rows)
        while page.cursor:
            with self._database.connection() as connection:
                page = sla_clocks.to_evaluate(connection, now, cursor=page.cursor, limit=self.PAGE)
            self._see(page.rows)
        since = time.monotonic() - self.MOST_SECONDS
        self._asked = {key: at for key, at in self._asked.items() if at > since}
        changes = [at for at in _changes(rules) if at > now]
        # A clock that is due at an instant is missed only after that instant.
        dues = [ahead + timedelta(milliseconds=1)] if ahead else []
        wait = min(((at - now).total_seconds() for at in (*dues, *changes)), default=self.MOST_SECONDS)
        return min(wait, anew, self.BEHIND_SECONDS if behind else self.MOST_SECONDS)

    def _as_rules_change(self, rules: list[Recorded[Event]], end: int, now: datetime) -> None:
        """Begin a new evaluation if policies were recorded or came into force since the last one."""
        if self._evaluated is None:
            self._evaluated = all_evaluated_by(self._executor) or _BEGINNING
        up_to, as_of = (self._anew.up_to, self._anew.as_of) if self._anew else self._evaluated
        last = rules[-1].position
        if last > up_to or any(as_of < at <= now for at in _changes(rules)):
            new = (each for each in rules if each.position > self._evaluated[0])
            self._anew = _Anew(last, now, end, any(map(_reaches_what_has_stopped, new)))
            self._asked.clear()

    def _evaluate_again(self) -> float:
        """Evaluate one page of what changed policies may have changed. Answers after how many seconds to go on."""
        if self._anew is None:
            return self.MOST_SECONDS
        with self._database.connection() as connection:
            if self._reached(connection, SLA_CLOCKS) < self._anew.after:
                return self.BEHIND_SECONDS
            page = sla_clocks.to_evaluate_again(
                connection, stopped=self._anew.stopped, cursor=self._anew.cursor, limit=self.ANEW
            )
        self._see(page.rows, again=True)
        if page.cursor:
            self._anew = replace(self._anew, cursor=page.cursor)
            return 0.0
        evaluated = self._anew.up_to, self._anew.as_of
        record_all_evaluated(self._executor, *evaluated, Context(_WATCH))
        self._evaluated, self._anew = evaluated, None
        return self.MOST_SECONDS

    def _see(self, rows: Iterable[ClocksRow], *, again: bool = False) -> None:
        for found in [self._askers.submit(self._one, each, again) for each in rows]:
            found.result()

    def _one(self, row: ClocksRow, again: bool) -> None:
        key = row.conversation_id, row.version, row.unseen, row.next_at
        # A row that the view has not brought up to date yet is met again at every look.
        if not again and time.monotonic() < self._asked.get(key, -math.inf) + self.MOST_SECONDS:
            return
        try:
            evaluate(self._executor, self._facts, row.conversation_id, Context(_WATCH))
        except (Overloaded, OutcomeUnknown):
            raise
        except NotFound:
            pass
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it.
            self._logger.warning("clocks-not-seen", conversation=row.conversation_id, error=error_code(error))
        if not again:  # else it may be due only after that
            self._asked[key] = time.monotonic()


def _changes(rules: Iterable[Recorded[Event]]) -> Iterator[datetime]:
    """The instants at which other policies come into force."""
    for entry in rules:
        if isinstance(entry.event, sla_policy.PolicyEdited | calendar_versions.CalendarEdited):
            yield entry.event.effective_from


def _reaches_what_has_stopped(rule: Recorded[Event]) -> bool:
    """Whether it changes the past. (A new policy holds from the beginning. No clock goes by a new calendar yet.)"""
    return isinstance(
        rule.event, sla_policy.PolicyWritten | sla_policy.PolicyCorrected | calendar_versions.CalendarCorrected
    )
