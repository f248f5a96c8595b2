"""Handles the timers of clocks: evaluates the clocks of a conversation or a signal after an event, at a due, and when
policies change, and records what is detected. The command evaluates from the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level.clocks import all_evaluated_by, evaluate, record_all_evaluated
from commands.service_level.evaluated_together import evaluate_together
from commands.service_level.facts import ClockFacts
from domain.kernel.event import Actor, Event, Recorded
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from infra.postgres.database import Connection, Database
from infra.subscriptions.lease import positions
from infra.views.view import AnyView
from process.watch import BEHIND_SECONDS, MOST_SECONDS, TimerHandler
from projections import timer as timers
from projections.service_level import clocks as sla_clocks
from projections.service_level.clocks import SLA_CLOCKS
from projections.timer import TIMERS, TimerRow

_WATCH = Actor(id="system-sla-watch", kind="system")

_BEGINNING = 0, datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _NewEvaluation:
    """An evaluation of all clocks, page by page: by the policies up to a position, as of an instant, once the view has
    reached `after`. `stopped`: also stopped clocks. `signals`: those of signals, which follow those of
    conversations."""

    up_to: int
    as_of: datetime
    after: int
    stopped: bool
    cursor: str | None = None
    signals: bool = False


class ClockTimers(TimerHandler):
    """Handles clock timers: evaluates the clocks of conversations and signals that are due; and, when policies change,
    of all of them, page by page. Without any policy, timers are left alone."""

    kind = "clocks"
    name = "sla-watch"
    AT_ONCE = 4
    failed = "clocks-not-seen"
    noun = "conversation"
    ignores = frozenset({"not-found"})
    EVALUATED_PER_POLL = 100
    """How many clocks to evaluate anew between two polls."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        super().__init__(executor, database)
        self._facts = ClockFacts(executor.log, executor.zone)
        self._evaluated: tuple[int, datetime] | None = None
        """the policies by which all clocks were evaluated last (a log position), and as of when"""
        self._new_evaluation: _NewEvaluation | None = None

    def prepare(self, now: datetime, end: int, handle: Callable[[Iterable[TimerRow]], None]) -> float | None:
        """Evaluate one page of the clocks that changed policies may concern."""
        policy_events = self._facts.policy_events()
        if not policy_events:
            return None
        self._begin_anew(policy_events, end, now)
        changes = ((at - now).total_seconds() for at in _changes(policy_events) if at > now)
        return min(self._evaluate_again(handle), *changes, MOST_SECONDS)

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Evaluate the clocks of a conversation or a signal, and record what is new. Raises NotFound, or as
        `evaluate`."""
        evaluate(self.executor, self._facts, timer.id, Context(_WATCH))

    def evaluate_together(self, conversation_ids: Iterable[str]) -> set[str]:
        """Evaluate the clocks of many conversations at once. Answers those that are evaluated; `handle` does the
        others. Raises as of the same name."""
        return evaluate_together(self.executor, self._facts, conversation_ids, Context(_WATCH))

    def _begin_anew(self, policy_events: list[Recorded[Event]], end: int, now: datetime) -> None:
        """Begin a new evaluation if policies were recorded or came into force since the last one."""
        if self._evaluated is None:
            self._evaluated = all_evaluated_by(self.executor) or _BEGINNING
        up_to, as_of = (
            (self._new_evaluation.up_to, self._new_evaluation.as_of) if self._new_evaluation else self._evaluated
        )
        last = policy_events[-1].position
        if last > up_to or any(as_of < at <= now for at in _changes(policy_events)):
            new = (each for each in policy_events if each.position > self._evaluated[0])
            self._new_evaluation = _NewEvaluation(last, now, end, any(map(_changes_the_past, new)))
            self.basis = last, now

    def _evaluate_again(self, handle: Callable[[Iterable[TimerRow]], None]) -> float:
        """Evaluate one page of the clocks that changed policies may concern. Answers the seconds until the next
        page."""
        if self._new_evaluation is None:
            return MOST_SECONDS
        with self.database.connection() as connection:
            view: AnyView = TIMERS if self._new_evaluation.signals else SLA_CLOCKS
            if positions(connection).get((view.name, view.version), 0) < self._new_evaluation.after:
                return BEHIND_SECONDS
            ids, cursor = self._page(connection, self._new_evaluation)
        together = set[str]() if self._new_evaluation.signals else self.evaluate_together(ids)
        handle(TimerRow("clocks", each) for each in ids if each not in together)
        if cursor or not self._new_evaluation.signals:
            self._new_evaluation = replace(
                self._new_evaluation, cursor=cursor, signals=self._new_evaluation.signals or not cursor
            )
            return 0.0
        evaluated = self._new_evaluation.up_to, self._new_evaluation.as_of
        record_all_evaluated(self.executor, *evaluated, Context(_WATCH))
        self._evaluated, self._new_evaluation = evaluated, None
        return MOST_SECONDS

    def _page(self, connection: Connection, evaluation: _NewEvaluation) -> tuple[list[str], str | None]:
        """The next page of what is to be evaluated anew, and where the page after it begins."""
        if evaluation.signals:
            signals = timers.of_signals(connection, cursor=evaluation.cursor, limit=self.EVALUATED_PER_POLL)
            return [each.id for each in signals.rows], signals.cursor
        page = sla_clocks.to_evaluate_again(
            connection, stopped=evaluation.stopped, cursor=evaluation.cursor, limit=self.EVALUATED_PER_POLL
        )
        return [each.conversation_id for each in page.rows], page.cursor


def _changes(policy_events: Iterable[Recorded[Event]]) -> Iterator[datetime]:
    """The instants at which other policies come into force."""
    for recorded in policy_events:
        if isinstance(recorded.event, sla_policy.PolicyEdited | calendar_versions.CalendarEdited):
            yield recorded.event.effective_from
        elif isinstance(recorded.event, sla_policy.PolicyWritten) and recorded.event.chosen_from is not None:
            yield recorded.event.chosen_from


def _changes_the_past(recorded: Recorded[Event]) -> bool:
    """Whether the event changes the past. (A new policy may be a correction. No clock uses a new calendar yet.)"""
    return isinstance(
        recorded.event, sla_policy.PolicyWritten | sla_policy.PolicyCorrected | calendar_versions.CalendarCorrected
    )
