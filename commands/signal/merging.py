"""Merging signals and undoing that; and evidence in which merged signals are one."""

from __future__ import annotations

from collections.abc import Sequence

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.signal.evidence import SignalEvidence
from domain.signal.commands import MergeSignal, SeparateSignal
from domain.signal.decisions import check_theirs
from domain.signal.evidence import Contribution, Evidence
from domain.signal.merging import decide_merge, decide_separation, not_merged, together
from domain.signal.state import SIGNAL
from domain.survey import Reachable


class MergedEvidence:
    """Evidence in which a signal has what was said of its parts, too. Each person counts once."""

    def __init__(self, evidence: SignalEvidence, executor: CommandExecutor) -> None:
        self._evidence = evidence
        self._executor = executor

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        """What the signal and its parts rest on. Raises as `CommandExecutor.read`."""
        found = (self._evidence.evidence(each, month) for each in self._whole(signal_id))
        return together(each for each in found if each is not None)

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        """Every item of the signal and its parts. Raises as `CommandExecutor.read`."""
        found = [one for each in self._whole(signal_id) for one in self._evidence.contributors(each)]
        return list({each.item_id: each for each in found}.values())

    def reachable(self, product_area: str, signal_ids: Sequence[str] | None = None) -> Sequence[Reachable]:
        """As of the evidence. Raises as it."""
        return self._evidence.reachable(product_area, signal_ids)

    def _whole(self, signal_id: str) -> list[str]:
        state = self._executor.read(SIGNAL, signal_id).state
        return [signal_id, *(state.parts if state else ())]


def merge(executor: CommandExecutor, signal_id: str, command: MergeSignal, context: Context) -> Answer:
    """Merge a signal into another one. Raises Refusal `not-found`, `forbidden` (of another team), or as
    `domain.signal.merging.decide_merge` and `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        part, target = (executor.existing(SIGNAL, each) for each in (signal_id, command.into))
        for each in (part, target):
            check_theirs(context.actor, each.state)
        decided = decide_merge(part.state, target.state)
        changes = [Change(id, {signal_id: part}.get(id, target), events) for id, events in decided.items()]
        return UnitOfWork(signal_id, changes)

    body = body_of(context, command, signal_id)
    return executor.run(context, work, body=body, streams=[signal_id, command.into])


def separate(executor: CommandExecutor, signal_id: str, command: SeparateSignal, context: Context) -> Answer:
    """Undo a merge: the signal stands as it stood before; what happened to the other one since stays there.

    Raises Refusal `not-found`, `forbidden` (of another team), `not-merged`, or as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        part = executor.existing(SIGNAL, signal_id)
        if part.state.merged_into is None:
            raise not_merged()
        target = executor.existing(SIGNAL, part.state.merged_into)
        check_theirs(context.actor, target.state)
        decided = decide_separation(part.state, target.state)
        changes = [Change(id, {signal_id: part}.get(id, target), events) for id, events in decided.items()]
        return UnitOfWork(signal_id, changes)

    return executor.run(context, work, body=body_of(context, command, signal_id), streams=[signal_id])
