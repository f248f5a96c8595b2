"""The command batcher: loads, decides and appends once for all commands of a process that wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError

from commands.executor.context import Context
from commands.executor.read_ahead import ReadAhead, ReadAheadNeeded
from commands.executor.state_cache import StateCache
from commands.executor.unit_of_work import REPEATS, Answer, KeyKind, UnitOfWork
from commands.service_level.policy_cache import PolicyCache
from domain.kernel.refusal import InputInvalid, NotText, Overloaded, Refusal
from domain.service_level.versioned_policies import VersionedPolicies
from infra.batching import Batcher
from infra.log.append import Append, Appended, UniqueKey, UniqueKeyTaken, VersionTaken
from infra.log.application import Log

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """One command that waits for its batch."""

    context: Context
    work: Callable[[], UnitOfWork]
    unique_key: UniqueKey | None
    streams: Sequence[str]
    names: Mapping[tuple[KeyKind, str], bytes]
    """each with its hashed key"""
    read_ahead: Mapping[str, ReadAhead[Any]] = field(default_factory=dict)  # Any: the command knows the type


class DecideAgain(Exception):
    """Another command changed the same stream or key first: decide anew."""


class CommandBatcher:
    """One thread takes all waiting commands, loads what they need with one query, decides each, and appends with one
    call. (A thread per command would spend most of its time waiting for the interpreter's lock.)
    """

    def __init__(
        self, log: Log, clock: Callable[[], datetime], hashed_key: Callable[[KeyKind, str], bytes], zone: str
    ) -> None:
        """`zone`: the company's, in which a day is a local date."""
        self._log = log
        self._clock = clock
        self._hashed_key = hashed_key
        self.state_cache = StateCache(log)
        self._policy_cache = PolicyCache(log, zone)
        self._policies: VersionedPolicies | None = None
        self.read_ahead: Mapping[str, ReadAhead[Any]] = {}  # Any: the command knows the type
        """what was read for the command that is deciding, by name"""
        self._keys: dict[tuple[KeyKind, str], bytes] = {}
        self._holders: dict[tuple[KeyKind, str], str | None] = {}
        self._contents: dict[tuple[KeyKind, str], bytes | None] = {}
        self._batcher: Batcher[PendingCommand, Answer] = Batcher(
            "commands", self._serve, batch_size=log.append_batch, queue=log.append_queue
        )

    def ask(self, pending: PendingCommand, seconds: float) -> Answer:
        """Answer one command. Raises DecideAgain if another command was first, else as `CommandExecutor.run`."""
        return self._batcher.ask(pending, seconds)

    def named(self, names: Sequence[tuple[KeyKind, str]]) -> list[str | None]:
        """The ids that these names stand for, for a command that is deciding; None for a free name."""
        self._fetch_names({name: self._hashed_key(*name) for name in names if name not in self._holders})
        return [self._holders[name] for name in names]

    def brings_otherwise(self, name: tuple[KeyKind, str], content: bytes) -> bool:
        """As `CommandExecutor.brings_otherwise`, for a command that is deciding."""
        return self.first_content(name) not in (None, content)

    def first_content(self, name: tuple[KeyKind, str]) -> bytes | None:
        """As `CommandExecutor.first_content`, for a command that is deciding."""
        self.named([name])
        return self._contents.get(name)

    def policies(self) -> VersionedPolicies:
        """The policies and calendars as of this batch, for a command that is deciding. Raises UnreadableEvent,
        Overloaded."""
        if self._policies is None:
            self._policies = self._policy_cache.policies()
        return self._policies

    def waiting(self) -> tuple[int, float]:
        """How many commands wait for their answer, and for how many seconds the oldest has."""
        return self._batcher.waiting()

    def close(self) -> None:
        """Answer what waits; later commands are refused."""
        self._batcher.close()

    # -- from here on in one thread, so that nothing needs a lock

    def _serve(self, batch: Sequence[PendingCommand], until: float) -> list[Answer | BaseException]:
        self._keys.clear()
        self._holders.clear()
        self._contents.clear()
        self._policies = None
        self.state_cache.begin_batch()
        self._fetch(batch)
        answers: list[Answer | BaseException] = [DecideAgain()] * len(batch)
        units = self._units(batch, until, answers)
        for number, answer in enumerate(answers):
            if isinstance(answer, ReadAheadNeeded):
                # Its caller reads, or keeps a file, while the others are appended.
                self._batcher.answer_now(number, answer)
        appends = self._appends(batch, units, until, answers)
        going = self._batcher.hand_over(appends)
        if going:
            appended = self._log.append_all([appends[number] for number in going], until)
            for number, each in zip(going, appended, strict=True):
                answers[number] = self._answer(batch[number], units[number], appends[number], each)
        return answers

    def _units(
        self, batch: Sequence[PendingCommand], until: float, answers: list[Answer | BaseException]
    ) -> dict[int, UnitOfWork]:
        """Decide each command. A command that needs no append is answered at once. Two units of work with a stream or
        key in common cannot go together: the later command is decided anew, on what the first one made."""
        outcomes: dict[int, UnitOfWork | Exception] = {}
        behind: dict[int, set[str]] = {}
        for number, pending in enumerate(batch):
            outcomes[number] = outcome = self._decided(pending, until)
            if isinstance(outcome, Exception) or outcome.changes_nothing():
                behind[number] = self.state_cache.behind()
        # These append nothing, so no version conflict would show that their state was old: load it again.
        self.state_cache.fetch({stream for streams in behind.values() for stream in streams}, again=True)
        outcomes |= {number: self._decided(batch[number], until) for number, streams in behind.items() if streams}

        answers_before = self._first_answers(batch, outcomes)
        chosen: dict[int, UnitOfWork] = {}
        touched: set[Hashable] = set()
        for number, outcome in outcomes.items():
            unique_key = batch[number].unique_key
            if isinstance(outcome, Exception):
                answers[number] = answers_before.get(number, outcome)
            elif not (outcome.unique_keys or unique_key or any(change.events for change in outcome.changes)):
                position = max((change.before.position for change in outcome.changes), default=0)
                answers[number] = Answer(outcome.id, position)
            else:
                touches = outcome.touches() | ({unique_key.key} if unique_key else set())
                if touched.isdisjoint(touches):
                    chosen[number] = outcome
                touched |= touches
        return chosen

    def _decided(self, pending: PendingCommand, until: float) -> UnitOfWork | Exception:
        self.state_cache.begin_work()
        self.read_ahead = pending.read_ahead
        if time.monotonic() > until:
            return Overloaded("the database does not answer in time; try again shortly")
        try:
            return pending.work()
        except ValidationError as error:
            return InputInvalid(error)
        except Exception as error:  # concerns this command only
            return error

    def _first_answers(
        self, batch: Sequence[PendingCommand], outcomes: Mapping[int, UnitOfWork | BaseException]
    ) -> dict[int, Answer | Exception]:
        """A repeat gets its first answer, also where the decision would be a refusal by now."""
        refused = {
            number: unique_key.key
            for number, outcome in outcomes.items()
            if isinstance(outcome, Refusal)
            and not isinstance(outcome, Overloaded)
            and (unique_key := batch[number].unique_key)
        }
        holders = self._log.taken(list(refused.values())) if refused else {}
        return {
            number: _first_answer(batch[number], *holders[key]) for number, key in refused.items() if key in holders
        }

    def _appends(
        self,
        batch: Sequence[PendingCommand],
        units: dict[int, UnitOfWork],
        until: float,
        answers: list[Answer | BaseException],
    ) -> dict[int, Append]:
        """The appends, sealed. A command whose texts cannot be sealed is answered with the reason."""
        to_seal = {
            person
            for number, unit in units.items()
            if batch[number].context.reason or unit.has_personal_text()
            for person in unit.people
        }
        # Half of the time: when the key store is away, commands that need no key are still served in time.
        keyless = self._log.vault.prepare(to_seal, (until - time.monotonic()) / 2)
        refused = {
            number: keyless[person] for number, unit in units.items() for person in unit.people if person in keyless
        }
        for number, why in (refused | self._first_answers(batch, refused)).items():
            answers[number] = why
        numbers = [number for number in units if number not in refused]
        now = self._clock()
        # Step by step over all commands, as the mapper does.
        unique_keys = _each(numbers, lambda number: self._unique_keys(batch[number], units[number]), answers)
        drafts = _each(unique_keys, lambda number: units[number].drafts(batch[number].context, now), answers)
        try:
            stored = iter(self._log.sealed([draft for each in drafts.values() for draft in each]))
            sealed = {number: list(islice(stored, len(each))) for number, each in drafts.items()}
        except Exception:  # concerns one of the commands
            sealed = _each(drafts, lambda number: self._log.sealed(drafts[number]), answers)
        appends = {}
        for number, events in sealed.items():
            unit = units[number]
            release = [self._keys.get(name) or self._hashed_key(*name) for name in unit.release]
            unchanged = [(id, loaded.version) for id, loaded in unit.unchanged.items()]
            appends[number] = Append(events, unique_keys[number], unit.people, unit.forget, release, unchanged)
        return appends

    def _unique_keys(self, pending: PendingCommand, unit: UnitOfWork) -> list[UniqueKey]:
        unique_keys = []
        if pending.unique_key is not None:
            # With the fingerprint, anybody could test guesses at the request for ever: so an erasure deletes it, of the
            # person whose words the request has.
            by_content = pending.unique_key.fingerprint is not None or pending.context.came_otherwise
            whose = unit.speaker if by_content else None
            unique_keys.append(UniqueKey(pending.unique_key.key, unit.id, pending.unique_key.fingerprint, whose))
        elif not any(kind in REPEATS for kind, _, _ in unit.unique_keys):
            # Every command has a unique key that answers repeats: if the connection dies between commit and answer, the
            # writer sends the append again, and must find what it wrote.
            unique_keys.append(UniqueKey(os.urandom(16), unit.id, None, unit.speaker))
        for kind, value, id in unit.unique_keys:
            key = self._keys.get((kind, value)) or self._hashed_key(kind, value)
            content = unit.contents.get((kind, value))
            unique_keys.append(UniqueKey(key, id, content, unit.owner(kind, value, id)))
        return unique_keys

    def _answer(
        self, pending: PendingCommand, unit: UnitOfWork, append: Append, appended: Appended | BaseException
    ) -> Answer | BaseException:
        if isinstance(appended, Appended):
            position = appended.positions.start - 1
            for change in unit.changes:
                position += len(change.events)
                self.state_cache.advance(change.stream_id, change.before, change.events, position)
            return Answer(unit.id, appended.position, adjusted=unit.adjusted)
        if isinstance(appended, UniqueKeyTaken):
            number = appended.number - (len(append.unique_keys) - len(unit.unique_keys))
            if number < 0:
                return _first_answer(pending, appended.id, appended.position, appended.fingerprint)
            kind, value, _ = unit.unique_keys[number]
            contents = {appended.fingerprint, unit.contents.get((kind, value))} - {None}
            if kind in REPEATS and len(contents) < 2:
                return Answer(appended.id, appended.position, repeated=True)
        self.state_cache.forget([*(change.stream_id for change in unit.changes), *unit.unchanged])
        return DecideAgain() if isinstance(appended, UniqueKeyTaken | VersionTaken) else appended

    # -- fetched once for a whole batch

    def _fetch(self, batch: Sequence[PendingCommand]) -> None:
        self._fetch_names({name: key for pending in batch for name, key in pending.names.items()})
        wanted = {id for pending in batch for id in pending.streams}
        for pending in batch:
            wanted.update(filter(None, map(self._holders.get, pending.names)))
        self.state_cache.fetch(wanted)

    def _fetch_names(self, keys: Mapping[tuple[KeyKind, str], bytes]) -> None:
        if keys:
            holders = self._log.taken(list(keys.values()))
            self._holders.update((name, holders[key][0] if key in holders else None) for name, key in keys.items())
            self._contents.update((name, holders[key][2]) for name, key in keys.items() if key in holders)
            self._keys |= keys


def _first_answer(pending: PendingCommand, id: str, position: int, fingerprint: bytes | None) -> Answer | Refusal:
    return (pending.unique_key and reused(pending.unique_key, fingerprint)) or Answer(id, position, repeated=True)


def reused(unique_key: UniqueKey, fingerprint: bytes | None) -> Refusal | None:
    """The refusal of a command id that is taken by a command with another body (`fingerprint`: of the first); None
    if the bodies are the same, as far as is known."""
    if None in (unique_key.fingerprint, fingerprint) or unique_key.fingerprint == fingerprint:
        return None
    return Refusal("idempotency-key-reused", "this command id came with another body before; draw a new id")


def _each(numbers: Iterable[int], do: Callable[[int], T], answers: list[Answer | BaseException]) -> dict[int, T]:
    """Do something for each command of a batch. An error becomes the answer of its command alone."""
    done = {}
    for number in numbers:
        try:
            done[number] = do(number)
        except ValueError:
            answers[number] = NotText()
        except Exception as error:
            answers[number] = error
    return done
