"""A verdict on one answer: the answer is looked up where the customer sees the answer."""

from __future__ import annotations

from commands.conversation.merging import above
from commands.conversation.whole_streams import whole_streams
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import Loaded
from domain.conversation.commands import ConversationCommand, JudgeAnswer
from domain.conversation.events import MessageSent
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.refusal import Refusal


def check_answer_there(
    executor: CommandExecutor, id: str, before: Loaded[Conversation], command: ConversationCommand
) -> None:
    """Check that the answer which a verdict names went to the customer: in this conversation, in one that shows this
    one, or in a part of these. Part of other commands.

    Raises Refusal `message-unknown`, ReadAheadNeeded.
    """
    if not isinstance(command, JudgeAnswer) or command.message_id is None:
        return
    versions: dict[str, int] = {}
    for each, loaded in {id: before, **above(executor.load, before.state)}.items():
        shown = {each: loaded, **{part: executor.existing(CONVERSATION, part) for part in loaded.state.parts}}
        if any(command.message_id == one.state.last_answer_id for one in shown.values()):
            return
        versions |= {one: found.version for one, found in shown.items()}
    # States hold the last answer only.
    for stream in whole_streams(executor, versions).values():
        for event in (recorded.event for recorded in stream):
            match event:
                case MessageSent(message_id=command.message_id, participant_id=None):
                    return
    raise Refusal("message-unknown", "the conversation has no answer of this id; look at its history for the id")
