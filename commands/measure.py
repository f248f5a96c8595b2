"""Command handlers of measures: figures are cited, and stay what they are."""

from __future__ import annotations

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import NotFound
from domain.measure import citation as citations
from domain.measure.citation import CITATION, CiteFigures, MeasureCited


def cite(executor: CommandExecutor, command: CiteFigures, context: Context) -> Answer:
    """Keep figures as they were answered. A repeat of the command id, with the same question, finds the first figures,
    whatever they would be now. Raises Refusal as `domain.measure.citation.decide` and `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        id = command.citation_id
        before = executor.load(CITATION, id)
        return UnitOfWork(id, [Change(id, before, citations.decide(before.state, command))])

    return executor.run(context, work, body=body_of(context, command.question), streams=[command.citation_id])


def cited(executor: CommandExecutor, id: str) -> tuple[Recorded[Event], MeasureCited]:
    """A citation as it was recorded. Raises NotFound, UnreadableEvent, Overloaded."""
    recorded = executor.log.streams([id]).get(id)
    if not recorded or not isinstance(event := recorded[0].event, MeasureCited):
        raise NotFound(id)
    return recorded[0], event
