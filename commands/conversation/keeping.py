"""What the policy of a conversation says of a message: whether the status stays when the customer writes, and whether
what another participant says or is told counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from commands.conversation.merging import above
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor, Load
from commands.executor.read_ahead import ReadAhead
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Change
from commands.service_level.facts import whole
from domain.conversation.commands import ConversationCommand, ReceiveMessage, SendReply
from domain.conversation.decisions import decide
from domain.conversation.events import CLOSED, ConversationWithdrawn, StatusChanged
from domain.conversation.state import CONVERSATION, Conversation
from domain.kernel.event import TO_COME, Draft, Envelope, Event, Recorded
from domain.service_level.evaluation import CHOOSE_POLICY, governs
from infra.log.application import Log


@dataclass(frozen=True, slots=True)
class PoliciesSay:
    """What the policies of this conversation and of those that show it say of a message, by conversation.

    `kept`: where the status stays although the customer writes, each with the policy that says so; None: the words were
    said before the company began to wait for the customer, and are no answer to that. `aside`: where what another
    participant says or is told does not count, each with the policy that says so.
    """

    kept: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    aside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def decided(
    id: str, before: Loaded[Conversation | None], command: ConversationCommand, said: PoliciesSay, now: datetime
) -> list[Event]:
    """Decide the events of a command in one conversation. `said`: the answer of `policies_say`. Raises as
    `domain.conversation.decisions.decide`."""
    kept, aside = said.kept, said.aside
    return decide(before.state, command, now, stays=id in kept, kept_by=kept.get(id), aside_by=aside.get(id))


def policies_say(
    executor: CommandExecutor,
    id: str,
    before: Loaded[Conversation | None],
    command: ConversationCommand,
    context: Context,
    *,
    load: Load | None = None,
    drafted: Sequence[Change] = (),
) -> PoliciesSay:
    """What the policies say of a message, each conversation's own policy at the time of the message. `drafted`: changes
    of the same append, which `load` knows.

    Raises UnreadableEvent, Overloaded.
    """
    if not isinstance(command, ReceiveMessage | SendReply) or command.automatic or (state := before.state) is None:
        return PoliciesSay()
    shown = {id: state, **{each: loaded.state for each, loaded in above(load or executor.load, state).items()}}
    # Most messages are the customer's, to open conversations: no policy has to be read for them.
    still = all(each.own_status in ("open", "on_hold") for each in shown.values())
    moves = isinstance(command, ReceiveMessage) and command.reopens and not still
    of_another = command.participant is not None if isinstance(command, ReceiveMessage) else command.to is not None
    if not (moves or of_another):
        return PoliciesSay()
    policies, now = executor.policies(), executor.clock()
    at = context.counted_at(now)
    early = dict.fromkeys(_said_before_waiting(executor, shown, at, now, drafted) if moves else ())
    moves = moves and any(policy.keeps(at) for policy in policies.by_id.values())
    of_another = of_another and not all(policy.counts_participants(at) for policy in policies.by_id.values())
    if not (moves or of_another):
        return PoliciesSay(early)
    # States do not hold the policy.
    versions = {each: executor.load(CONVERSATION, each).version for each in shown}
    choosing, latest = executor.read_ahead("choices of policies", versions, partial(_read_choices, executor.log, id))
    choosing = [*choosing, *_as_recorded(drafted, now)]
    # The database's clock stamps events; an event in the log must not count as future.
    at = context.counted_at(max(now, latest))
    governing = {each: governs(choosing, policies, each, at) for each in shown}
    under = {each: (id, policies.by_id[id]) for each, id in governing.items() if id is not None}
    kept = {each: id for each, (id, policy) in under.items() if moves and policy.keeps(at)}
    aside = {each: id for each, (id, policy) in under.items() if of_another and not policy.counts_participants(at)}
    return PoliciesSay(early | kept, aside)


def _said_before_waiting(
    executor: CommandExecutor,
    shown: Mapping[str, Conversation],
    at: datetime,
    now: datetime,
    drafted: Sequence[Change],
) -> set[str]:
    """Those of the conversations that began to wait for the customer after `at`, when the customer wrote.

    Words that were said before a closing, too, reopen whatever came later (S37)."""
    waiting = {id for id, state in shown.items() if state.own_status == "waiting_on_customer"}
    if not waiting or at >= now:
        return set()
    versions = {id: executor.load(CONVERSATION, id).version for id in waiting}

    def read() -> ReadAhead[Mapping[str, list[Recorded[Event]]]]:
        later = executor.log.streams_since(waiting, at)
        last = {id: max((each.originator_version for each in later[id]), default=0) for id in waiting}
        return ReadAhead({id: max(versions[id], last[id]) for id in waiting}, later)

    later = executor.read_ahead(f"what was recorded after {at}", versions, read)
    found = set()
    for id in waiting:
        drafts = [each for each in _as_recorded(drafted, now) if each.originator_id == id]
        since = [each.event for each in (*later[id], *drafts) if each.at > at]
        statuses = [each.status for each in since if isinstance(each, StatusChanged) and each.cause != "message"]
        closed = any(isinstance(each, ConversationWithdrawn) for each in since) or not set(statuses).isdisjoint(CLOSED)
        if "waiting_on_customer" in statuses and not closed:
            found.add(id)
    return found


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
