"""Taking a message out: the key store withholds its texts from every reader, and the log records by whom, and why."""

from __future__ import annotations

from commands.conversation.whole_streams import whole_streams
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.removing import RemoveMessage, decide_removal, place_of_message
from domain.conversation.state import CONVERSATION
from domain.kernel.refusal import Refusal


def remove(
    executor: CommandExecutor, id: str, command: RemoveMessage, context: Context, *, expected_version: int | None = None
) -> Answer:
    """Take a message out for good. Whoever repeats it, after a crash half-way, does the rest.

    The texts are withheld before the event is appended: an event without that would be a lie. Raises Refusal
    `input-invalid` (no reason), `not-found`, `message-unknown`, `version-changed`, or as `CommandExecutor.run`.
    """
    if not context.reason:
        raise Refusal("input-invalid", "reason: say why the message is taken out; no personal text")
    body = body_of(context, command, id)
    executor.check_command_id(context, body)
    before = executor.read(CONVERSATION, id).existing("conversation")
    check_version(before, expected_version)
    version = place_of_message(executor.log.streams([id], opened=False)[id], command.message_id)
    executor.log.vault.withhold(id, version)

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        whole = whole_streams(executor, {id: before.version})[id]
        events = decide_removal(whole, command, before.state.customer_id)
        return UnitOfWork(id, [Change(id, before, events)], subject=before.state.customer_id)

    return executor.run(context, work, body=body, streams=[id])
