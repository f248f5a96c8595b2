"""The use case of bottlenecks: where work waits becomes internal feedback, by a note that is an item about our own
process."""

from __future__ import annotations

from commands.conversation import handlers as conversations
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.signal import items
from domain.conversation.commands import AddNote
from domain.signal.item import MarkPassage


def report(
    executor: CommandExecutor, conversation_id: str, text: str, context: Context, theme: str | None = None
) -> Answer:
    """Note a bottleneck at a conversation that waited there, and mark the whole note as feedback about our own process
    (`colleague-note`): the answer has the item's id. Raises as `conversations.act` and `items.mark`."""
    note = AddNote(body=text)
    conversations.act(executor, conversation_id, note, context)
    passage = MarkPassage(message_id=note.note_id, start=0, end=len(text), theme=theme)
    return items.mark(executor, conversation_id, passage, context)
