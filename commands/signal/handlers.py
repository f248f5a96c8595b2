"""Command handlers of routed signals: what the team that has a signal answers."""

from __future__ import annotations

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.legible import check_legible
from domain.conversation.state import CONVERSATION
from domain.signal.commands import AskBack, DetectLaunchOverdue, HandOnSignal, SignalCommand
from domain.signal.decisions import check_theirs, decide
from domain.signal.state import SIGNAL
from domain.staff import TEAM


def act(executor: CommandExecutor, signal_id: str, command: SignalCommand, context: Context) -> Answer:
    """Run a command on a signal: acknowledge it, ask back, plan, ship, decline it, hand it on.

    Raises Refusal `not-found` (also a team, or a conversation), `forbidden` (of another team), or as
    `domain.signal.decisions.decide` and `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        before = executor.existing(SIGNAL, signal_id)
        check_theirs(context.actor, before.state)
        check_legible(context, command)
        if isinstance(command, HandOnSignal):
            executor.existing(TEAM, command.team_id)
        if isinstance(command, AskBack):
            for each in command.conversation_ids:
                executor.existing(CONVERSATION, each)
        events = decide(before.state, command, context.counted_at(executor.clock()))
        return UnitOfWork(signal_id, [Change(signal_id, before, events)])

    streams = [signal_id, *(command.conversation_ids if isinstance(command, AskBack) else ())]
    return executor.run(context, work, body=body_of(context, command, signal_id), streams=streams)


def detect_overdue(executor: CommandExecutor, signal_id: str, command: DetectLaunchOverdue, context: Context) -> Answer:
    """Record that the date of a signal's launch passed. The signal's stream decides whether that is so.

    The time of the detection does not count for a repeat: two detections of the same date are one. Raises as `act`.
    """

    def work() -> UnitOfWork:
        before = executor.existing(SIGNAL, signal_id)
        events = decide(before.state, command, context.counted_at(executor.clock()))
        return UnitOfWork(signal_id, [Change(signal_id, before, events)])

    return executor.run(context, work, body=body_of(context, signal_id, command.due_at), streams=[signal_id])
