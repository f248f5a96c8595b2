"""Merging conversations, undoing a merge, and events of a part that reach the conversation that shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from commands.conversation.returning import returning
from commands.customer.links import check_may_merge, shown_as
from commands.customer.relying import releasing, relying
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor, Load
from commands.executor.state_cache import Loaded, check_version
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.commands import ConversationCommand, ReceiveMessage
from domain.conversation.merging import (
    MergeInto,
    RecordReliance,
    Separate,
    Side,
    check_mergeable,
    decide_merge,
    decide_separation,
    heard,
)
from domain.conversation.state import CONVERSATION, Conversation, joined
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal


def merge(
    executor: CommandExecutor, id: str, command: MergeInto, context: Context, *, expected_version: int | None = None
) -> Answer:
    """Merge a conversation into another one of the same customer. `expected_version`: of the part.

    Raises Refusal `forbidden`, `not-found`, `customers-differ`, `version-changed`, or as `decide_merge` and
    `CommandExecutor.run`.
    """

    check_may_merge(context)

    def work() -> UnitOfWork:
        before = {each: executor.existing(CONVERSATION, each) for each in (id, command.into)}
        part, target = (Side(each, before[each].state) for each in (id, command.into))
        check_mergeable(part, target)
        if len({shown_as(executor.load, side.state.customer_id) for side in (part, target)}) > 1:
            raise Refusal("customers-differ", "they are of two customers; if it is one person, merge these first")
        check_version(before[id], expected_version)
        merged = Merged(part, target.id)
        unit = unit_of_work(executor.load, id, part.state.customer_id, before, decide_merge(part, target), merged)
        return replace(unit, changes=[*unit.changes, *relying(executor.load, _whose(part), _whose(target))])

    body = body_of(context, command, id)
    return executor.run(context, work, body=body, streams=[id, command.into])


def separate(
    executor: CommandExecutor, id: str, command: Separate, context: Context, *, expected_version: int | None = None
) -> Answer:
    """Separate a conversation from its target, with all that came in since, as if it had never been merged.

    Raises Refusal `forbidden`, `not-found`, `not-merged`, `version-changed`, or as `CommandExecutor.run`.
    """

    check_may_merge(context)

    def work() -> UnitOfWork:
        before = {id: executor.existing(CONVERSATION, id)}
        check_version(before[id], expected_version)
        before |= above(executor.load, before[id].state)
        part, *others = (Side(each, loaded.state) for each, loaded in before.items())
        unit = unit_of_work(executor.load, id, part.state.customer_id, before, decide_separation(part, others))
        return replace(unit, changes=[*unit.changes, *releasing(executor.load, _whose(part), _whose(others[0]))])

    return executor.run(context, work, body=body_of(context, command, id), streams=[id])


def record_reliance(executor: CommandExecutor, id: str, command: RecordReliance, context: Context) -> Answer:
    """Have the customers' merges know whether this conversation's merge relies on them. Raises Refusal `not-found`,
    `customer-erased`, or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = {each: executor.existing(CONVERSATION, each) for each in (id, command.into)}
        part, target = (Side(each, before[each].state) for each in (id, command.into))
        sides = relying if part.state.merged_into == command.into else releasing
        customers = sides(executor.load, _whose(part), _whose(target))
        return UnitOfWork(id, [Change(id, before[id], []), *customers], subject=part.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, id), streams=[id, command.into])


def _whose(side: Side) -> tuple[str, str]:
    return side.id, side.state.customer_id


def above(load: Load, part: Conversation) -> dict[str, Loaded[Conversation]]:
    """The conversations that show this one, the nearest first; none for a conversation that is shown by itself."""
    found: dict[str, Loaded[Conversation]] = {}
    while (into := part.merged_into) is not None:
        found[into] = shown = load(CONVERSATION, into).existing("conversation")
        part = shown.state
    return found


def changes(
    load: Load,
    id: str,
    before: Loaded[Conversation | None],
    command: ConversationCommand,
    events: Sequence[Event],
    kept: Collection[str] = (),
    aside: Collection[str] = (),
) -> list[Change]:
    """The events of one conversation, with those of the conversations that show it. `kept`: which keep their status.
    `aside`: in which words of another participant do not count."""
    reopens = not isinstance(command, ReceiveMessage) or command.reopens
    affected = [Change(id, before, events)]
    if before.state is not None and events:
        part = Side(id, before.state)
        for each, loaded in above(load, before.state).items():
            side = Side(each, loaded.state)
            opens = reopens and each not in kept
            affected.append(Change(each, loaded, heard(part, side, events, reopens=opens, aside=each in aside)))
    return list(returning(load, affected))


@dataclass(frozen=True, slots=True)
class Merged:
    """A conversation becomes a part of another, `into`. `opening`: it, and those of its parts, that have the other open
    again; none by a merge, but by the undo of a split."""

    part: Side
    into: str
    opening: Collection[str] = ()


def unit_of_work(
    load: Load,
    id: str,
    customer_id: str,
    before: Mapping[str, Loaded[Conversation | None]],
    events: Mapping[str, Sequence[Event]],
    merged: Merged | None = None,
) -> UnitOfWork:
    """One unit of work for several conversations of a customer; its id is that of the first, `id`."""
    changed = [Change(each, before[each], decided) for each, decided in events.items()]
    after = {change.stream_id: change.after().state for change in changed}
    if merged is not None:
        target = after[merged.into]
        assert isinstance(target, Conversation)
        after[merged.into] = joined(target, merged.part.state, merged.part.id, opening=merged.opening)
    return UnitOfWork(id, list(returning(load, changed, after)), subject=customer_id)
