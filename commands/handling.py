"""How every command runs: load, decide, append, answer with a position. The same again is harmless."""

from __future__ import annotations

import hmac
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from domain import conversation, customer, following, order, staff
from domain.kernel import Actor, Entry, Envelope, Event, TimePrecision, kind_of, new_id
from domain.refusal import Overloaded, Refusal
from infra.gather import Gather
from infra.log import Append, Appended, Claim, ClaimHeld, Log, VersionTaken
from infra.vault import CLAIMS, SubjectErased

ClaimKind = Literal[
    "command",  # a caller's Idempotency-Key, or the id a reaction or import derived
    "channel-message",  # a gateway's id of one message
    "source-record",  # one thing that one record of an imported source tells
    "channel-thread",
    "contact-point",
    "order-number",
    "staff-handle",
    "team-name",
]

_REPEATS: frozenset[ClaimKind] = frozenset({"command", "channel-message"})
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
    "follower": following.evolve,
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


NOTHING = Loaded(None, 0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """Events for one stream, decided on exactly this state of it. `context`: where it is not the command's own."""

    stream_id: str
    before: Loaded
    events: Sequence[Event]
    context: Context | None = None

    def after(self, position: int = 0) -> Loaded:
        """The stream with these events, the last of them at `position`."""
        state, fold = self.before.state, _FOLDS[kind_of(self.stream_id)]
        for event in self.events:
            state = fold(state, event)
        return Loaded(state, self.before.version + len(self.events), position if self.events else self.before.position)


@dataclass(slots=True)
class Proposal:
    """What a command wants appended: changes of streams, the claims that go with them, and whom it is about."""

    id: str
    changes: Sequence[Change]
    claims: list[tuple[ClaimKind, str, str]] = field(default_factory=list)
    """(kind, value, the id it shall name)"""
    subject: str | None = None
    forget: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One command on its way over the desk."""

    context: Context
    work: Callable[[], Proposal]
    claim: Claim | None
    streams: Sequence[str]
    names: Sequence[tuple[ClaimKind, str]]


class _AskAgain(Exception):
    """Somebody else was first: decide anew."""


class Handling:
    """Runs commands against a log. One per process; thread-safe.

    All commands of a process go over one desk: one thread takes what waits, loads what all of it needs in one query,
    decides each, and appends all of it in one call. (A thread per command would spend most of its time waiting for
    the interpreter's lock.)
    """

    CACHED_STREAMS = 20_000

    def __init__(self, log: Log, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.log = log
        self.clock = clock
        self._mac = hmac.new(log.vault.key(CLAIMS), digestmod="sha256")
        self._streams: OrderedDict[str, Loaded] = OrderedDict()
        self._held: dict[tuple[ClaimKind, str], str | None] = {}
        self._desk: Gather[_Asked, Answer] = Gather(
            "desk", self._serve, batch=log.append_batch, queue=log.append_queue, writes=True
        )

    # -- what commands read while they decide; only within `work`

    def load(self, stream_id: str) -> Loaded:
        """The stream's present state. A cached one may be behind: the append finds out and the command runs anew."""
        if stream_id not in self._streams:
            self._fetch_streams([stream_id])
        return self._streams[stream_id]

    def named(self, *names: tuple[ClaimKind, str]) -> list[str | None]:
        """What the names are held by, in the order asked; None where free."""
        self._fetch_names([name for name in names if name not in self._held])
        return [self._held[name] for name in names]

    def claim_key(self, kind: ClaimKind, value: str) -> bytes:
        """The keyed hash under which a claim is stored; the value itself is nowhere. From any thread."""
        return self._hmac(f"{kind}\x00{value}".encode())

    def _hmac(self, text: bytes) -> bytes:
        # A copy, not hmac.digest: that one gives the interpreter's lock away, and getting it back takes 20 times as
        # long as the digest.
        mac = self._mac.copy()
        mac.update(text)
        return mac.digest()

    # -- running

    def run(
        self,
        context: Context,
        work: Callable[[], Proposal],
        *,
        body: bytes | None = None,
        streams: Sequence[str] = (),
        names: Sequence[tuple[ClaimKind, str]] = (),
    ) -> Answer:
        """Run one command: `work` loads and decides, and is called anew whenever somebody else was first.

        `streams` and `names` say what it will load, so that it is fetched along with what its neighbours need; of the
        names' holders, the first one's stream.
        `body` is what a repeat of the same command id must bring again.

        Raises Refusal: the rule's own code, `idempotency-key-reused` (the same command id with another body),
        `time-in-future`, `customer-erased`, `unavailable`, `outcome-unknown`.
        """
        claim = None
        if context.command_id is not None:
            key = self.claim_key("command", f"{context.actor.id}\x00{context.command_id}")
            claim = Claim(key, "", self._hmac(body) if body is not None else None)
        asked = _Asked(context, work, claim, streams, names)
        fenced = False
        for _ in range(_ATTEMPTS):
            try:
                return self._desk.ask(asked, self.log.deadline_seconds)
            except _AskAgain:
                continue
            except SubjectErased:
                # Once more: who wrote to an erased customer's thread is, looked at anew, a new customer.
                if fenced:
                    raise
                fenced = True
        raise Overloaded("others keep changing the same thing; try again")

    def read(self, stream_id: str) -> Loaded:
        """A stream's present state, for whoever is not deciding. Raises Overloaded."""
        return _folded(stream_id, self.log.histories([stream_id])[stream_id])

    def close(self) -> None:
        """Answer what waits; later commands are refused. The log stays open."""
        self._desk.close()

    # -- the desk: one thread, so that nothing here needs a lock

    def _serve(self, trip: Sequence[_Asked], until: float) -> list[Answer | BaseException]:
        self._held.clear()
        self._fetch(trip)
        answers: list[Answer | BaseException] = [_AskAgain()] * len(trip)
        proposals: dict[int, Proposal] = {}
        for number, asked in enumerate(trip):
            try:
                proposals[number] = asked.work()
            except Refusal as refusal:
                answers[number] = self._first_answer_or(refusal, asked)
        self.log.vault.prepare({p.subject for p in proposals.values() if p.subject})
        sealed: dict[int, Append] = {}
        taken: set[Hashable] = set()
        for number, proposal in proposals.items():
            asked = trip[number]
            if not (proposal.claims or asked.context.command_id or any(c.events for c in proposal.changes)):
                position = max((change.before.position for change in proposal.changes), default=0)
                answers[number] = Answer(proposal.id, position)
                continue
            try:
                append = self._sealed(asked, proposal)
            except Refusal as refusal:
                answers[number] = refusal
                continue
            # Two that touch the same cannot share a call; the later one is asked again and finds what the first made.
            keys = set(append.exclusive())
            if taken.isdisjoint(keys):
                sealed[number] = append
            taken |= keys
        if sealed:
            answered = self.log.append_all(list(sealed.values()), until)
            for (number, append), appended in zip(sealed.items(), answered, strict=True):
                answers[number] = self._answer(trip[number], proposals[number], append, appended)
        return answers

    def _sealed(self, asked: _Asked, proposal: Proposal) -> Append:
        now = self.clock()
        entries = [
            Entry(change.stream_id, version, event, _envelope(change.context or asked.context, now))
            for change in proposal.changes
            for version, event in enumerate(change.events, start=change.before.version + 1)
        ]
        # An erasure's own claim outlives it, so that erasing again is a repeat; all others go with their subject.
        subject = None if proposal.forget else proposal.subject
        claims = []
        if asked.claim is not None:
            claims.append(Claim(asked.claim.key, proposal.id, asked.claim.fingerprint, subject))
        elif not any(kind in _REPEATS for kind, _, _ in proposal.claims):
            # Every command has a claim that answers repeats: should the connection die between commit and answer, the
            # writer asks again, and must find what it wrote.
            claims.append(Claim(os.urandom(16), proposal.id, None, subject))
        claims += [Claim(self.claim_key(kind, value), id, None, subject) for kind, value, id in proposal.claims]
        return Append(
            events=self.log.sealed(entries),
            claims=claims,
            subjects=[subject] if subject else [],
            forget=proposal.forget,
        )

    def _answer(
        self, asked: _Asked, proposal: Proposal, append: Append, appended: Appended | BaseException
    ) -> Answer | BaseException:
        if isinstance(appended, Appended):
            done = 0
            for change in proposal.changes:
                done += len(change.events)
                self._remember(change.stream_id, change.after(appended.positions[done - 1] if change.events else 0))
            return Answer(proposal.id, appended.position)
        if isinstance(appended, ClaimHeld):
            number = appended.number - (len(append.claims) - len(proposal.claims))
            if number < 0:
                return _first_answer(asked, appended.id, appended.position, appended.fingerprint)
            if proposal.claims[number][0] in _REPEATS:
                return Answer(appended.id, appended.position, repeated=True)
        for change in proposal.changes:
            self._streams.pop(change.stream_id, None)
        return _AskAgain() if isinstance(appended, ClaimHeld | VersionTaken) else appended

    def _first_answer_or(self, refusal: Refusal, asked: _Asked) -> Answer | BaseException:
        """A repeat hears its first answer, also where the rule would say no by now."""
        if isinstance(refusal, Overloaded) or asked.claim is None:
            return refusal
        held = self.log.held([asked.claim.key]).get(asked.claim.key)
        return _first_answer(asked, *held) if held else refusal

    # -- what is fetched once for a whole trip

    def _fetch(self, trip: Sequence[_Asked]) -> None:
        self._fetch_names([name for asked in trip for name in asked.names])
        wanted = {id for asked in trip for id in asked.streams}
        for asked in trip:
            if held := next(filter(None, map(self._held.get, asked.names)), None):
                wanted.add(held)
        self._fetch_streams([id for id in wanted if id not in self._streams and kind_of(id) in _FOLDS])

    def _fetch_names(self, names: Sequence[tuple[ClaimKind, str]]) -> None:
        if names:
            keys = [self.claim_key(*name) for name in names]
            held = self.log.held(keys)
            self._held.update(
                (name, held[key][0] if key in held else None) for name, key in zip(names, keys, strict=True)
            )

    def _fetch_streams(self, stream_ids: Sequence[str]) -> None:
        if stream_ids:
            for stream_id, history in self.log.histories(stream_ids).items():
                self._remember(stream_id, _folded(stream_id, history))

    def _remember(self, stream_id: str, loaded: Loaded) -> None:
        self._streams[stream_id] = loaded
        self._streams.move_to_end(stream_id)
        if len(self._streams) > self.CACHED_STREAMS:
            self._streams.popitem(last=False)


def _folded(stream_id: str, history: Sequence[tuple[Event, int]]) -> Loaded:
    if not history or kind_of(stream_id) not in _FOLDS:
        return NOTHING
    return Change(stream_id, NOTHING, [event for event, _ in history]).after(history[-1][1])


def _first_answer(asked: _Asked, id: str, position: int, fingerprint: bytes | None) -> Answer | Refusal:
    own = asked.claim.fingerprint if asked.claim else None
    if own is not None and fingerprint is not None and own != fingerprint:
        return Refusal("idempotency-key-reused", "this command id came with another body before; draw a new id")
    return Answer(id, position, repeated=True)


def _envelope(context: Context, now: datetime) -> Envelope:
    if context.occurred_at is not None and context.occurred_at > now:
        raise Refusal("time-in-future", "occurred_at is later than now; send the time at which it happened")
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
