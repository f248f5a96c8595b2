"""Keeping the status: whether the conversation's policy leaves the status as it is when the customer writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from commands.conversation.merging import above
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor, Load
from commands.executor.read_ahead import ReadAhead
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Change
from commands.service_level.facts import whole
from domain.conversation.commands import ConversationCommand, ReceiveMessage
from domain.conversation.decisions import decide
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.event import TO_COME, Draft, Envelope, Event, Recorded
from domain.service_level.evaluation import CHOOSE_POLICY, governs
from infra.log.application import Log


def decided(
    id: str, before: Loaded[Conversation | None], command: ConversationCommand, kept: Mapping[str, str], now: datetime
) -> list[Event]:
    """Decide the events of a command in one conversation. `kept`: the answer of `policies_that_keep`. Raises as
    `domain.conversation.decisions.decide`."""
    return decide(before.state, command, now, kept_by=kept.get(id))


def policies_that_keep(
    executor: CommandExecutor,
    id: str,
    before: Loaded[Conversation | None],
    command: ConversationCommand,
    context: Context,
    *,
    load: Load | None = None,
    drafted: Sequence[Change] = (),
) -> dict[str, str]:
    """The policies that keep the status although the customer writes, by conversation: this one and those that show it.

    Each conversation goes by its own policy at the time of the message. `drafted`: changes of the same append, which
    `load` knows.

    Raises UnreadableEvent, Overloaded.
    """
    if not isinstance(command, ReceiveMessage) or not command.reopens or (state := before.state) is None:
        return {}
    shown = {id: state, **{each: loaded.state for each, loaded in above(load or executor.load, state).items()}}
    # Most messages come to open conversations: no policy has to be read for them.
    if all(each.own_status in ("open", "on_hold") for each in shown.values()):
        return {}
    policies, now = executor.policies(), executor.clock()
    at = context.counted_at(now)
    if not any(policy.keeps(at) for policy in policies.by_id.values()):
        return {}
    # States do not hold the policy.
    versions = {each: executor.load(CONVERSATION, each).version for each in shown}
    choosing, latest = executor.read_ahead("choices of policies", versions, partial(_read_choices, executor.log, id))
    choosing = [*choosing, *_as_recorded(drafted, now)]
    # The database's clock stamps events; an event in the log must not count as future.
    at = context.counted_at(max(now, latest))
    governing = {each: governs(choosing, policies, each, at) for each in shown}
    return {each: policy for each, policy in governing.items() if policy and policies.by_id[policy].keeps(at)}


def _read_choices(log: Log, id: str) -> ReadAhead[tuple[Sequence[Recorded[Event]], datetime]]:
    """The events on which the policies of a conversation and of all conversations ever merged with it depend, and the
    latest instant of those events."""
    streams = whole(log, [id])
    events = [recorded for stream in streams.values() for recorded in stream]
    choosing = [recorded for recorded in events if isinstance(recorded.event, CHOOSE_POLICY)]
    latest = max((recorded.at for recorded in events), default=datetime.min.replace(tzinfo=UTC))
    return ReadAhead({each: len(stream) for each, stream in streams.items()}, (choosing, latest))


def _as_recorded(drafted: Sequence[Change], now: datetime) -> Iterator[Recorded[Event]]:
    """The drafts as they will be recorded."""
    position = TO_COME
    for change in drafted:
        assert change.context is not None
        envelope = Envelope(event_id="", actor=change.context.actor, occurred_at=change.context.counted_at(now))
        for version, event in enumerate(change.events, start=change.before.version + 1):
            yield Draft(change.stream_id, version, event, envelope).recorded(position, now)
            position += 1
