"""Clocks are looked at when something happened in their conversation, when they are due, and when the rules change;
what there is to notice becomes events. The only clock is the database's.

The view says where to look; what is true is judged from the log, by the command. Several watches are as good as one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from datetime import datetime

from commands.clock_facts import ClockFacts
from commands.clocks import look
from commands.context import Context
from commands.handling import Handling
from domain import calendar_versions, sla_policy
from domain.kernel import Actor, AnyEntry
from domain.refusal import NotFound, OutcomeUnknown, Overloaded
from infra.lease import positions
from infra.parking import error_code
from infra.postgres import Database
from process.watch import Watch
from projections import sla_clocks
from projections.sla_clocks import SLA_CLOCKS, Clocks

_WATCH = Actor(id="system-sla-watch", kind="system")


class SlaWatch(Watch):
    """Looks when the next clock is due and when the log goes on."""

    name = "sla-watch"
    AT_ONCE = 4

    def __init__(self, handling: Handling, database: Database, *, poll_seconds: float = 1.0) -> None:
        """`database` is a reader's; the caller closes it."""
        super().__init__(handling, database, poll_seconds=poll_seconds)
        self._facts = ClockFacts(handling.log)
        self._asked: dict[tuple[str, int, bool, datetime | None], float] = {}
        self._rules = 0
        self._looked_at: datetime | None = None

    def look(self) -> float:
        """Notice all there is by now; answers for how many seconds there is no more, as far as the view knows.

        Raises Overloaded, OutcomeUnknown: then what was noticed is, and the rest is found next time.
        """
        rules = self._facts.rules()
        if not rules:
            return self.MOST_SECONDS
        end, now = self._handling.log.position(), self._handling.log.now()
        self._as_rules_change(rules, now)
        cursor, wait = None, self.MOST_SECONDS
        while True:
            with self._database.connection() as connection:
                behind = positions(connection).get((SLA_CLOCKS.name, SLA_CLOCKS.version), 0) < end
                page = sla_clocks.to_look_at(connection, cursor=cursor, limit=self.PAGE)
            due = [each for each in page.rows if each.unseen or (each.next_at is not None and each.next_at < now)]
            self._see(due)
            cursor = page.cursor
            if len(due) < len(page.rows):
                ahead = page.rows[len(due)].next_at
                assert ahead is not None
                # What is due at an instant is missed after it.
                wait = max((ahead - now).total_seconds(), 0.0) + 0.001
                break
            if cursor is None:
                break
        self._looked_at = now
        since = time.monotonic() - self.MOST_SECONDS
        self._asked = {key: at for key, at in self._asked.items() if at > since}
        changes = [(at - now).total_seconds() for at in _changes(rules) if at > now]
        return min(wait, *changes, self.BEHIND_SECONDS if behind else self.MOST_SECONDS)

    def _as_rules_change(self, rules: list[AnyEntry], now: datetime) -> None:
        """Judge anew what other rules may have changed: at first, all that runs, since it is not known what was judged
        by which; after a correction, what has stopped, too."""
        last = rules[-1].position or 0
        begun = any(self._looked_at is None or self._looked_at < at <= now for at in _changes(rules))
        if last > self._rules or begun:
            new = [each for each in rules if (each.position or 0) > self._rules]
            corrected = any(isinstance(each.event, sla_policy.Corrected | calendar_versions.Corrected) for each in new)
            for page in self._to_judge_anew(stopped=corrected):
                self._see(page, again=True)
        self._rules = last

    def _to_judge_anew(self, *, stopped: bool) -> Iterator[Iterable[Clocks]]:
        cursor = None
        while True:
            with self._database.connection() as connection:
                page = sla_clocks.to_judge_anew(connection, stopped=stopped, cursor=cursor, limit=self.PAGE)
            yield page.rows
            cursor = page.cursor
            if cursor is None:
                return

    def _see(self, rows: Iterable[Clocks], *, again: bool = False) -> None:
        for found in [self._askers.submit(self._one, each, again) for each in rows]:
            found.result()

    def _one(self, row: Clocks, again: bool) -> None:
        key = row.conversation_id, row.version, row.unseen, row.next_at
        # A row that the view has not brought up to date yet is met again at every look.
        if not again and time.monotonic() < self._asked.get(key, -math.inf) + self.MOST_SECONDS:
            return
        try:
            look(self._handling, self._facts, row.conversation_id, Context(_WATCH))
        except (Overloaded, OutcomeUnknown):
            raise
        except NotFound:
            pass
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it.
            self._logger.warning("clocks-not-seen", conversation=row.conversation_id, error=error_code(error))
        if not again:  # else it may be due only after that
            self._asked[key] = time.monotonic()


def _changes(rules: Iterable[AnyEntry]) -> Iterator[datetime]:
    """The instants from which on other rules hold."""
    for entry in rules:
        if isinstance(entry.event, sla_policy.Edited | calendar_versions.Edited):
            yield entry.event.effective_from
