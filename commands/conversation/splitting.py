"""Splitting a message off into a conversation of its own, and undoing a split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from commands.conversation.merging import Merged, unit_of_work
from commands.conversation.whole_streams import whole_streams
from commands.customer.handlers import check_theirs
from commands.customer.links import check_may_merge
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, check_version
from commands.executor.unit_of_work import Answer, UnitOfWork
from commands.legible import check_legible
from domain.conversation.splitting import (
    SplitMessage,
    UndoSplit,
    WholeConversation,
    decide_split,
    decide_undo,
    not_split,
    opens_again,
)
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.ids import new_id
from domain.order.state import ORDER


def split(
    executor: CommandExecutor, id: str, command: SplitMessage, context: Context, *, expected_version: int | None = None
) -> Answer:
    """Split a message off into a new conversation of the same customer; answers the new id.

    Raises Refusal `forbidden`, `not-found`, `not-theirs`, `version-changed`, or as `decide_split` and
    `CommandExecutor.run`.
    """
    check_may_merge(context)
    into = new_id("conversation")
    ordered = [command.order_id] if command.order_id is not None else []

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        for order_id in ordered:
            check_theirs(executor, ORDER, order_id, before.state.customer_id)
        check_version(before, expected_version)
        check_legible(context, command)
        events = decide_split(_whole(executor, {id: before})[id], command, into)
        return replace(
            unit_of_work(executor.load, id, before.state.customer_id, {id: before, into: NOTHING}, events), id=into
        )

    return executor.run(context, work, body=body_of(context, command, id), streams=[id, *ordered])


def undo_split(
    executor: CommandExecutor, id: str, command: UndoSplit, context: Context, *, expected_version: int | None = None
) -> Answer:
    """Undo a split: the message returns to its conversation, as if it had never been split off. The conversation that
    it began, with what was said there since, becomes a part of that conversation.

    Raises Refusal `forbidden`, `not-found`, `version-changed`, or as `decide_undo` and `CommandExecutor.run`.
    """
    check_may_merge(context)

    def work() -> UnitOfWork:
        before = executor.existing(CONVERSATION, id)
        check_version(before, expected_version)
        back_to = before.state.split_from
        if back_to is None:
            raise not_split()
        source = executor.existing(CONVERSATION, back_to)
        both = _whole(executor, {id: before, back_to: source})
        events = decide_undo(both[id], both[back_to])
        opening = {*before.state.reopened, *([id] if opens_again(both[id]) else [])}
        merged = Merged(both[id].side, back_to, opening)
        return unit_of_work(executor.load, id, before.state.customer_id, {id: before, back_to: source}, events, merged)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def _whole(executor: CommandExecutor, loaded: Mapping[str, Loaded[Conversation]]) -> dict[str, WholeConversation]:
    streams = whole_streams(executor, {id: each.version for id, each in loaded.items()})
    return {id: WholeConversation(id, each.state, streams[id]) for id, each in loaded.items()}
