"""Files that come within a delivery are kept in the content store, as uploads are, and named by the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from commands.executor.executor import CommandExecutor
from commands.kept_in_command import keep_all_in_command
from domain.conversation.as_sent import SentFile
from domain.conversation.commands import OpenConversation, ReceiveMessage
from domain.conversation.inline_files import DeliveredAttachment, files_in
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event
from domain.kernel.text import readable

M = TypeVar("M", ReceiveMessage, OpenConversation)


def with_files(
    executor: CommandExecutor, command: M, sent: Sequence[SentFile], owner_id: str
) -> tuple[M, dict[str, list[Event]]]:
    """The command of a message, whose attachments name the files that came within it; and by content id, the events
    that record them. A file that the store does not take stays beside the message, as it was sent: nothing is lost.

    `sent`: the attachments as they were sent. `owner_id`: who sent them. Part of other commands. Raises
    ReadAheadNeeded, Refusal `customer-erased`.
    """
    files = files_in(sent)
    if not files:
        return command, {}
    attachments, notes, recorded = list(command.attachments), list(command.adjusted), dict[str, list[Event]]()
    for number, kept in zip(files, keep_all_in_command(executor, owner_id, list(files.values())), strict=True):
        if kept is None:
            each = sent[number]
            assert isinstance(each, DeliveredAttachment)
            text = readable(each.content or "") or None
            notes.append(Adjusted(field=f"attachments.{number}.content", how="dropped", kept=text))
            continue
        content_id, events = kept
        recorded.setdefault(content_id, events)
        known = attachments[number]
        size = len(files[number]) if known.size is None else known.size
        attachments[number] = known.model_copy(update={"content_id": content_id, "size": size})
    update = {"attachments": tuple(attachments), "adjusted": tuple(notes)}
    return command.model_copy(update=update), recorded
