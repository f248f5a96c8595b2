"""Whether what the customer writes leaves a conversation as it stands: the policy that it goes by then says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from commands.clock_facts import whole
from commands.context import Context
from commands.handling import Handling
from commands.merging import above
from commands.proposal import Change
from commands.states import Loaded
from domain.conversation_commands import Command, ReceiveMessage, decide
from domain.kernel import AnyEntry, Entry, Envelope, Event
from domain.sla import governs

_TO_COME = 2**62
"""A position after all that the log has."""


def decided(id: str, before: Loaded, command: Command, kept: Collection[str], now: datetime) -> list[Event]:
    """What the command makes happen in one conversation. Raises as `domain.conversation_commands.decide`."""
    if isinstance(command, ReceiveMessage) and id in kept:
        command = command.model_copy(update={"reopens": False})
    return decide(before.state, command, now)


def kept_as_they_stand(
    handling: Handling,
    id: str,
    before: Loaded,
    command: Command,
    context: Context,
    *,
    load: Callable[[str], Loaded] | None = None,
    drafted: Sequence[Change] = (),
) -> set[str]:
    """Which stay as they stand although the customer wrote, of a conversation and those at which it is shown: each by
    the policy that it goes by when the words are said. `drafted`: what goes into the log along with them, and `load`
    knows.

    Raises UnreadableEvent, Overloaded.
    """
    if not isinstance(command, ReceiveMessage) or not command.reopens or before.state is None:
        return set()
    shown = {id: before, **above(load or handling.load, before)}
    # Most words come to what is open; these have no look at any policy.
    if all(each.state.own_status in ("open", "on_hold") for each in shown.values()):
        return set()
    rules, now = handling.rules(), handling.clock()
    at = context.occurred_at or now
    if not any(policy.keeps(at) for policy in rules.policies.values()):
        return set()
    # Which policy that is, states do not know. What is in the log already, by the database's clock, is not to come.
    entries = [entry for stream in whole(handling.log, [id]).values() for entry in stream]
    entries += _entries(drafted, now)
    at = context.occurred_at or max(now, *(entry.at for entry in entries))
    governing = {each: governs(entries, rules, each, at) for each in shown}
    return {each for each, policy in governing.items() if policy and policy.keeps(at)}


def _entries(drafted: Sequence[Change], now: datetime) -> Iterator[AnyEntry]:
    """As they will be in the log."""
    position = _TO_COME
    for change in drafted:
        assert change.context is not None
        envelope = Envelope(
            event_id="", actor=change.context.actor, recorded_at=now, occurred_at=change.context.occurred_at
        )
        for version, event in enumerate(change.events, start=change.before.version + 1):
            yield Entry(change.stream_id, version, event, envelope, position)
            position += 1
