"""The command executor: load, decide, append, answer with a position. A repeat is harmless."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar, overload

from commands.executor.batcher import CommandBatcher, DecideAgain, PendingCommand, reused
from commands.executor.context import Context, written
from commands.executor.linked_streams import Streams, completed, lacking, linked_streams
from commands.executor.read_ahead import ReadAhead, ReadAheadNeeded, needed
from commands.executor.state_cache import NOTHING, Loaded, folded
from commands.executor.unit_of_work import Answer, KeyKind, UnitOfWork
from domain.catalogue import STREAMS
from domain.channel import ServedChannels
from domain.customer.contact_point import Comparing
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotText, Overloaded
from domain.kernel.stream import Stream
from domain.service_level.versioned_policies import VersionedPolicies
from infra.content.store import ContentStore
from infra.keys.vault import UNIQUE_KEYS, SubjectErased
from infra.log.append import UniqueKey
from infra.log.application import Log

S = TypeVar("S")
T = TypeVar("T")
E = TypeVar("E", bound=Event)


class Load(Protocol):
    """How to load a stream's state: `CommandExecutor.load` within a decision, `CommandExecutor.read` elsewhere."""

    def __call__(self, stream: Stream[S, E], stream_id: str, /) -> Loaded[S | None]: ...


AMID_ERASURE = 3
"""How many times a command is decided anew because its customer was erased."""


class CommandExecutor:
    """Runs commands against a log. One per process; thread-safe.

    All commands of a process go through one command batcher (`commands/executor/batcher.py`).
    """

    def __init__(
        self,
        log: Log,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: str = "UTC",
        comparing: Comparing | None = None,
        content: ContentStore | None = None,
        channels: ServedChannels | None = None,
    ) -> None:
        """`zone`: the company's, in which a day begins and ends where somebody gives a date without a time.
        `comparing`: how the company's contact points are compared. `content`: where files of people are kept; None
        where no files are. `channels`: over which messages of the company go."""
        self.log = log
        self.clock = clock
        self.zone = zone
        self.comparing = comparing or Comparing()
        self.content = content
        self.channels = channels or ServedChannels()
        self._mac = hmac.new(log.vault.key(UNIQUE_KEYS), digestmod="sha256")
        self._batcher = CommandBatcher(log, clock, self.hashed_key, zone)

    # -- what commands read while they decide; only within `work`

    def load(self, stream: Stream[S, E], stream_id: str) -> Loaded[S | None]:
        """The stream's present state, as far as this process knows it; nothing where the id is of another kind. If the
        state is old, `work` is called anew: a version conflict shows that, or, where nothing is appended, a second
        load."""
        # Without this check of the kind, a command would write its events to whatever stream the caller names.
        if kind_of(stream_id) != stream.kind:
            return NOTHING
        loaded: Loaded[S | None] = self._batcher.state_cache.load(stream_id)
        if stream.others is None or not lacking(stream, loaded):
            return loaded
        named = stream.others.named

        def read() -> ReadAhead[Streams]:
            streams = linked_streams(self.log, [stream_id], named)
            return ReadAhead({id: len(stream) for id, stream in streams.items()}, streams)

        streams = self.read_ahead(f"streams linked with {stream_id}", {stream_id: loaded.version}, read)
        whole = completed(stream, stream_id, loaded, streams)
        self._batcher.state_cache.keep(stream_id, whole)
        return whole

    def existing(self, stream: Stream[S, E], stream_id: str) -> Loaded[S]:
        """The state of a stream whose id a caller named. The stream exists and is of this kind, or it raises Refusal
        `not-found`."""
        return self.load(stream, stream_id).existing(stream.kind)

    def named(self, *names: tuple[KeyKind, str]) -> list[str | None]:
        """The ids that the names stand for, in the order asked; None for a free name."""
        return self._batcher.named(names)

    def brings_otherwise(self, name: tuple[KeyKind, str], content: bytes) -> bool:
        """Whether the name is taken by something of another content. `content`: a fingerprint. False where the first
        content is not known: a former release took it, or its customer was erased."""
        return self._batcher.brings_otherwise(name, content)

    def first_content(self, name: tuple[KeyKind, str]) -> bytes | None:
        """The fingerprint with which the name was taken, where it is known."""
        return self._batcher.first_content(name)

    def policies(self) -> VersionedPolicies:
        """The policies and calendars there are. Raises UnreadableEvent, Overloaded."""
        return self._batcher.policies()

    def read_ahead(self, what: str, versions: Mapping[str, int], read: Callable[[], ReadAhead[T]]) -> T:
        """What `read` answers, read before the command's turn under the name `what`; at least these versions of the
        streams. For a command that is deciding. Raises ReadAheadNeeded, which `run` sees to."""
        return needed(self._batcher.read_ahead, what, versions, read)

    def hashed_key(self, kind: KeyKind, value: str) -> bytes:
        """The keyed hash under which a unique key is stored; its value is stored nowhere. From any thread.

        Raises Refusal `input-invalid`.
        """
        try:
            return self._hmac(f"{kind}\x00{value}".encode())
        except UnicodeEncodeError:
            raise NotText() from None

    def fingerprint(self, *parts: object) -> bytes:
        """The keyed hash of a content, to tell it from another one, also in later releases. Raises Refusal
        `input-invalid`."""
        try:
            return self._hmac(b"\x00".join(map(written, parts)))
        except ValueError:
            raise NotText() from None

    def _hmac(self, text: bytes) -> bytes:
        # A copy, not hmac.digest: hmac.digest releases the interpreter's lock, and getting the lock back takes 20 times
        # as long as the digest.
        mac = self._mac.copy()
        mac.update(text)
        return mac.digest()

    # -- running

    def run(
        self,
        context: Context,
        work: Callable[[], UnitOfWork],
        *,
        body: bytes | None = None,
        streams: Sequence[str] = (),
        names: Sequence[tuple[KeyKind, str]] = (),
        read_ahead: Mapping[str, ReadAhead[Any]] | None = None,  # Any: the command knows the type
    ) -> Answer:
        """Run one command: `work` loads and decides, and is called anew whenever another command was first.

        `streams` and `names` say what `work` will load, so that it is fetched together with what the other commands of
        the batch need. Of the names that are taken, the streams are fetched, too.
        `read_ahead`: what was read already, as of `read_ahead`.
        `body` is what a repeat of the same command id must bring again (`body_of`).

        Raises Refusal: the rule's own code, `input-invalid`, `idempotency-key-reused` (the same command id with another
        body), TimeAhead, `time-not-yours`, `customer-erased`, `unavailable`, `outcome-unknown`, `not-storable`,
        or an UnreadableEvent's.
        """
        unique_key = self._command_key(context, body)
        hashed = {name: self.hashed_key(*name) for name in names}
        pending = PendingCommand(context, work, unique_key, streams, hashed, read_ahead or {})
        until = time.monotonic() + self.log.deadline_seconds
        erased_meanwhile = 0
        while (left := until - time.monotonic()) > 0:
            try:
                return self._batcher.ask(pending, left)
            except DecideAgain:
                continue  # each time, one of the others succeeded
            except ReadAheadNeeded as more:
                began = time.monotonic()
                pending = replace(pending, read_ahead={**pending.read_ahead, more.what: more.read()})
                # What was slow to read, or did not answer, is no reason to refuse: the decision goes without it.
                until += time.monotonic() - began
            except SubjectErased:
                # Whoever writes to an erased customer's thread becomes a new customer when the command is decided anew.
                # That decision may still fall between the end of the key and the event that deletes the unique keys.
                if erased_meanwhile == AMID_ERASURE:
                    raise
                erased_meanwhile += 1
        raise Overloaded("others keep changing the same thing; try again")

    def check_command_id(self, context: Context, body: bytes | None) -> Answer | None:
        """Check a command id before doing what cannot be undone, ahead of the command itself. Answers the first answer,
        if this is a repeat. Raises Refusal `idempotency-key-reused`, `input-invalid`, `unavailable`."""
        unique_key = self._command_key(context, body)
        holder = self.log.taken([unique_key.key]).get(unique_key.key) if unique_key else None
        if unique_key is None or holder is None:
            return None
        id, position, fingerprint = holder
        if why := reused(unique_key, fingerprint):
            raise why
        return Answer(id, position, repeated=True)

    def _command_key(self, context: Context, body: bytes | None) -> UniqueKey | None:
        if context.command_id is None:
            return None
        name = f"{context.actor.id}\x00{context.command_id}"
        fingerprint = self._hmac(body) if body is not None else None
        if context.came_otherwise and fingerprint is not None:
            return UniqueKey(self.hashed_key("command", f"{name}\x00{fingerprint.hex()}"), "")
        return UniqueKey(self.hashed_key("command", name), "", fingerprint)

    @overload
    def read(self, stream: Stream[S, E], stream_id: str, /) -> Loaded[S | None]: ...

    @overload
    # Any: the id alone does not tell the type of the state.
    def read(self, stream_id: str, /) -> Loaded[Any]: ...

    # Any: as above.
    def read(self, stream: Stream[S, E] | str, stream_id: str | None = None, /) -> Loaded[Any]:
        """A stream's present state, outside of a decision: as `load`, or of whatever kind the id names. Raises
        UnreadableEvent, Overloaded."""
        if isinstance(stream, str):
            stream_id = stream
        elif stream_id is None or kind_of(stream_id) != stream.kind:
            return NOTHING
        loaded = folded(stream_id, self.log.histories([stream_id])[stream_id])
        of_kind = STREAMS.get(kind_of(stream_id))
        if of_kind is None or of_kind.others is None or not lacking(of_kind, loaded):
            return loaded
        return completed(of_kind, stream_id, loaded, linked_streams(self.log, [stream_id], of_kind.others.named))

    def find(self, kind: KeyKind, value: str) -> str | None:
        """The id that a name stands for, outside of a decision; None if the name is free. Raises Overloaded."""
        key = self.hashed_key(kind, value)
        holders = self.log.taken([key]).get(key)
        return holders[0] if holders else None

    def find_all(self, names: Sequence[tuple[KeyKind, str]]) -> list[str | None]:
        """The same for several names, in the order asked. Raises Overloaded."""
        keys = [self.hashed_key(*name) for name in names]
        holders = self.log.taken(keys)
        return [holders[key][0] if key in holders else None for key in keys]

    def waiting(self) -> tuple[int, float]:
        """How many commands wait for their answer, and for how many seconds the oldest has."""
        return self._batcher.waiting()

    def close(self) -> None:
        """Answer what waits; later commands are refused. The log stays open."""
        self._batcher.close()
