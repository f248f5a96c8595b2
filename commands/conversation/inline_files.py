"""Files that come within a delivery are kept in the content store, as uploads are, and named by the message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from commands.executor.executor import CommandExecutor
from commands.kept_in_command import keep_all_in_command
from domain.conversation.as_sent import SentFile
from domain.conversation.commands import OpenConversation, ReceiveMessage
from domain.conversation.inline_files import DeliveredAttachment, FileParts, encoded
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event
from domain.kernel.text import readable

M = TypeVar("M", ReceiveMessage, OpenConversation)


def with_files(
    executor: CommandExecutor, command: M, sent: Sequence[SentFile], files: Mapping[int, FileParts], owner_id: str
) -> tuple[M, dict[str, list[Event]]]:
    """The command of a message, whose attachments name the files that came with it; and by content id, the events
    that record them. A file that the store does not take stays beside the message, as it was sent: nothing is lost.

    `sent`: the attachments as they were sent. `files`: those that came, by number. `owner_id`: who sent them. Part of
    other commands. Raises ReadAheadNeeded, Refusal `customer-erased`.
    """
    if not files:
        return command, {}
    attachments, notes, recorded = list(command.attachments), list(command.adjusted), dict[str, list[Event]]()
    for number, kept in zip(files, keep_all_in_command(executor, owner_id, list(files.values())), strict=True):
        if kept is None:
            each = sent[number]
            within = each.content if isinstance(each, DeliveredAttachment) else None
            text = readable(within or encoded(files[number])) or None
            notes.append(Adjusted(field=f"attachments.{number}.content", how="dropped", kept=text))
            continue
        content_id, events = kept
        recorded.setdefault(content_id, events)
        known = attachments[number]
        size = files[number].size if known.size is None else known.size
        attachments[number] = known.model_copy(update={"content_id": content_id, "size": size})
    update = {"attachments": tuple(attachments), "adjusted": tuple(notes)}
    return command.model_copy(update=update), recorded
