"""What is told with a day only stands where it was told: after what the conversation holds of that day by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from commands.conversation.merging import above
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.state_cache import Loaded
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.event import Event, Recorded
from domain.kernel.time import day_of, end_of_day, is_possible


def as_told(executor: CommandExecutor, id: str, before: Loaded[Conversation], context: Context) -> Context:
    """The context of words in a conversation: where it names no exact time, the earliest of that day at which all that
    was recorded before has happened. So the answer to a question that was asked at ten follows the question, and its
    clocks do not begin at midnight.

    Raises ReadAheadNeeded, UnreadableEvent, Overloaded.
    """
    begins = context.day_begins or context.occurred_at
    if begins is None or context.time_precision == "exact" or not is_possible(begins):
        return context
    shown = {id, *before.state.parts, *above(executor.load, before.state)}
    versions = {each: executor.load(CONVERSATION, each).version for each in shown}

    def read() -> ReadAhead[Mapping[str, list[Recorded[Event]]]]:
        # What happened on that day was not recorded before it began.
        since = executor.log.streams_since(shown, begins - timedelta(microseconds=1))
        last = {each: max((event.originator_version for event in since[each]), default=0) for each in shown}
        return ReadAhead({each: max(versions[each], last[each]) for each in shown}, since)

    since = executor.read_ahead(f"what was recorded since {begins}", versions, read)
    ends = end_of_day(day_of(begins, executor.zone), executor.zone)
    known = (recorded.at for events in since.values() for recorded in events)
    latest = max((at for at in known if at <= ends), default=begins)
    return replace(context, occurred_at=max(begins, latest), day_begins=None)
