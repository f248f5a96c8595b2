"""How every command runs: load, decide, append, answer with a position. The same again is harmless."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from domain import conversation, customer, order, staff
from domain.kernel import Actor, Entry, Envelope, Event, TimePrecision, kind_of, new_id
from domain.refusal import Overloaded, Refusal
from infra.log import Claim, ClaimHeld, Log, VersionTaken
from infra.vault import CLAIMS, SubjectErased

ClaimKind = Literal[
    "command",  # a caller's Idempotency-Key, or the id a reaction or import derived
    "channel-message",  # a gateway's id of one message
    "source-record",  # one record of an imported source
    "channel-thread",
    "contact-point",
    "order-number",
    "staff-handle",
    "team-name",
]

_REPEATS: frozenset[ClaimKind] = frozenset({"command", "channel-message", "source-record"})
"""Who comes again with one of these repeats itself and gets the first answer. The other kinds are names: whoever finds
one held decides anew, about the thing it names."""

_ATTEMPTS = 50
"""How often a command is decided anew when others get ahead of it. Each time at least one of them succeeded."""

_FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "conversation": conversation.evolve,
    "customer": customer.evolve,
    "order": order.evolve,
    "staff": staff.evolve_staff,
    "team": staff.evolve_team,
}


@dataclass(frozen=True, slots=True)
class Context:
    """Around a command: who, when it happened (gateways and imports only, never in the future), on whose authority.

    `command_id` makes the command repeatable: it is claimed for its actor, and the same id with another `body` is
    refused. Times are aware; `reason` must not hold personal text, because envelopes are not sealed.
    """

    actor: Actor
    command_id: str | None = None
    occurred_at: datetime | None = None
    time_precision: TimePrecision = "exact"
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command was about and the position a reader has to reach to see it. `repeated`: an earlier answer."""

    id: str
    position: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream folded: its state (None where it has no events), its version, and the position of its last event."""

    state: Any
    version: int
    position: int


_NOTHING = Loaded(None, 0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """Events for one stream, decided on exactly this state of it."""

    stream_id: str
    before: Loaded
    events: Sequence[Event]


@dataclass(slots=True)
class Proposal:
    """What a command wants appended: changes of streams, the claims that go with them, and whom it is about."""

    id: str
    changes: Sequence[Change]
    claims: list[tuple[ClaimKind, str, str]] = field(default_factory=list)
    """(kind, value, the id it shall name)"""
    subject: str | None = None
    forget: Sequence[str] = ()


class Handling:
    """Runs commands against a log. One per process; thread-safe."""

    CACHED_STREAMS = 20_000

    def __init__(self, log: Log, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.log = log
        self.clock = clock
        self._claims_key = log.vault.key(CLAIMS)
        self._cache: OrderedDict[str, Loaded] = OrderedDict()
        self._cache_lock = threading.Lock()

    # -- what commands read while they decide

    def load(self, stream_id: str) -> Loaded:
        """The stream's present state. A cached one may be behind: the append finds out and the command runs anew."""
        return self.load_all([stream_id])[stream_id]

    def load_all(self, stream_ids: Iterable[str]) -> dict[str, Loaded]:
        """Several streams in one trip."""
        loaded = {}
        missing = []
        with self._cache_lock:
            for stream_id in stream_ids:
                if (cached := self._cache.get(stream_id)) is not None:
                    self._cache.move_to_end(stream_id)
                    loaded[stream_id] = cached
                else:
                    missing.append(stream_id)
        if missing:
            for stream_id, entries in self.log.streams(missing).items():
                state, fold = None, _FOLDS[kind_of(stream_id)]
                for entry in entries:
                    state = fold(state, entry.event)
                loaded[stream_id] = Loaded(state, len(entries), entries[-1].position or 0) if entries else _NOTHING
                self._remember(stream_id, loaded[stream_id])
        return loaded

    def named(self, *names: tuple[ClaimKind, str]) -> list[str | None]:
        """What the names are held by, in the order asked; None where free."""
        keys = [self.claim_key(kind, value) for kind, value in names]
        held = self.log.held(keys)
        return [held[key][0] if key in held else None for key in keys]

    def claim_key(self, kind: ClaimKind, value: str) -> bytes:
        """The keyed hash under which a claim is stored; the value itself is nowhere."""
        return hmac.digest(self._claims_key, f"{kind}\x00{value}".encode(), hashlib.sha256)

    # -- running

    def run(self, context: Context, work: Callable[[], Proposal], body: bytes | None = None) -> Answer:
        """Run one command: `work` loads and decides, and is called anew whenever somebody else was first.

        Raises Refusal: the rule's own code, `idempotency-key-reused` (the same command id with another body),
        `time-in-future`, `customer-erased`, `unavailable`, `outcome-unknown`.
        """
        if context.occurred_at is not None and context.occurred_at > self.clock():
            raise Refusal("time-in-future", "occurred_at is later than now; send the time at which it happened")
        # Without a command id of its own a command still has a claim: should the connection die between commit and
        # answer, the writer asks again, and must find what it wrote.
        name = f"{context.actor.id}\x00{context.command_id or new_id('command')}"
        command = Claim(
            key=self.claim_key("command", name),
            id="",
            fingerprint=hmac.digest(self._claims_key, body, hashlib.sha256) if body is not None else None,
        )
        fenced = False
        for _ in range(_ATTEMPTS):
            try:
                proposal = work()
            except Refusal as refusal:
                # A repeat hears its first answer, also where the rule would say no by now.
                held = self.log.held([command.key]) if context.command_id else {}
                if command.key not in held or isinstance(refusal, Overloaded):
                    raise
                return self._first_answer(command, *held[command.key])
            try:
                return self._append(context, proposal, command)
            except ClaimHeld as held_claim:
                if held_claim.number == 0:
                    return self._first_answer(command, held_claim.id, held_claim.position, held_claim.fingerprint)
                if proposal.claims[held_claim.number - 1][0] in _REPEATS:
                    return Answer(held_claim.id, held_claim.position, repeated=True)
            except VersionTaken:
                pass
            except SubjectErased:
                # Once more: who wrote to an erased customer's thread is, looked at anew, a new customer.
                if fenced:
                    raise
                fenced = True
            self._forget(change.stream_id for change in proposal.changes)
        raise Overloaded("others keep changing the same thing; try again")

    def _first_answer(self, command: Claim, id: str, position: int, fingerprint: bytes | None) -> Answer:
        if command.fingerprint is not None and fingerprint is not None and command.fingerprint != fingerprint:
            raise Refusal(
                "idempotency-key-reused",
                "this command id came with another body before; draw a new id",
            )
        return Answer(id, position, repeated=True)

    def _append(self, context: Context, proposal: Proposal, command: Claim) -> Answer:
        if not any(change.events for change in proposal.changes) and not proposal.claims and context.command_id is None:
            return Answer(proposal.id, max((change.before.position for change in proposal.changes), default=0))
        entries = [
            Entry(change.stream_id, change.before.version + number, event, _envelope(context))
            for change in proposal.changes
            for number, event in enumerate(change.events, start=1)
        ]
        # An erasure's own claim outlives it, so that erasing again is a repeat; all others go with their subject.
        subject = None if proposal.forget else proposal.subject
        appended = self.log.append(
            entries,
            claims=[
                Claim(command.key, proposal.id, command.fingerprint, subject),
                *(Claim(self.claim_key(kind, value), id, None, subject) for kind, value, id in proposal.claims),
            ],
            subjects=[subject] if subject else [],
            forget=proposal.forget,
        )
        positions = iter(appended.positions)
        for change in proposal.changes:
            state, position = change.before.state, change.before.position
            for event in change.events:
                state, position = _FOLDS[kind_of(change.stream_id)](state, event), next(positions)
            self._remember(change.stream_id, Loaded(state, change.before.version + len(change.events), position))
        return Answer(proposal.id, appended.position)

    # -- the cache of folded states: it may be behind, never wrong

    def _remember(self, stream_id: str, loaded: Loaded) -> None:
        with self._cache_lock:
            known = self._cache.get(stream_id)
            if known is None or known.version < loaded.version:
                self._cache[stream_id] = loaded
                self._cache.move_to_end(stream_id)
            if len(self._cache) > self.CACHED_STREAMS:
                self._cache.popitem(last=False)

    def _forget(self, stream_ids: Iterable[str]) -> None:
        with self._cache_lock:
            for stream_id in stream_ids:
                self._cache.pop(stream_id, None)


def _envelope(context: Context) -> Envelope:
    return Envelope(
        event_id=new_id("event"),
        actor=context.actor,
        occurred_at=context.occurred_at.astimezone(UTC) if context.occurred_at else None,
        time_precision=context.time_precision,
        on_behalf_of=context.on_behalf_of,
        reason=context.reason,
        client=context.client,
        command_id=context.command_id,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        traceparent=context.traceparent,
    )
