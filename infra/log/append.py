"""One append, its outcome, and how both are passed to `antiphon.append` (infra/postgres/migrations/log)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.kernel.refusal import OutcomeUnknown
from infra.keys.vault import SubjectErased


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """A unique key written with an append. A later append with the same key gets `id`, and adds nothing.

    `fingerprint`, if given, is the HMAC of the request's body. When `subject` is erased, the key is deleted. A key with
    a fingerprint is kept for repeats of the request, and only loses the fingerprint.
    """

    key: bytes
    id: str
    fingerprint: bytes | None = None
    subject: str | None = None


class UniqueKeyTaken(Exception):
    """A unique key is taken: nothing was added. `number` says which key; the other fields are what it stands for."""

    def __init__(self, number: int, id: str, position: int, fingerprint: bytes | None) -> None:
        super().__init__(f"unique key {number} is taken by {id} at {position}")
        self.number = number
        self.id = id
        self.position = position
        self.fingerprint = fingerprint


class VersionTaken(IntegrityError):
    """Another command appended to the stream first: load the stream again and decide again."""


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events and unique keys: all of it goes in, or nothing. `release`: keys that are free from then on,
    unless `unique_keys` has them anew. `unchanged`: streams that get no event, and still have these versions; else
    VersionTaken."""

    events: Sequence[StoredEvent]
    unique_keys: Sequence[UniqueKey] = ()
    subjects: Sequence[str] = ()
    forget: Sequence[str] = ()
    release: Sequence[bytes] = ()
    unchanged: Sequence[tuple[str, int]] = ()

    @property
    def bytes(self) -> int:
        """The size of the append, roughly."""
        return sum(len(event.state) for event in self.events)

    def exclusive(self) -> Iterator[Hashable]:
        """What no two appends of one server-side call may share."""
        for event in self.events:
            yield event.originator_id, event.originator_version
        # The function looks at what was there before the call, so that a neighbour's event would go unseen.
        for stream_id, version in self.unchanged:
            yield stream_id, version + 1
        for unique_key in self.unique_keys:
            yield unique_key.key
        yield from set(self.release) - {unique_key.key for unique_key in self.unique_keys}
        # An append after an erasure must be refused by its tombstone, which only the next call sees.
        yield from self.subjects
        yield from self.forget


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an append went: `position` of its last event (of the log's end, if it had none), `positions` of all."""

    position: int
    positions: range


def appending(stored_events: Sequence[StoredEvent], **kwargs: Any) -> Append | None:
    """Turn a call of the library's `save` into an Append; its further fields may come along. None: the call brings
    nothing.

    Raises VersionTaken.
    """
    append = Append(stored_events, **{name: kwargs.get(name, ()) for name in Append.__slots__ if name != "events"})
    if not append.events and not append.unique_keys:
        return None
    keys = list(append.exclusive())
    if len(keys) != len(set(keys)):
        raise VersionTaken("the same place in a stream, or the same unique key, twice in one append")
    return append


_PARAMETERS = (
    "int[]", "int[]", "text[]", "bigint[]", "text[]", "bytea[]",
    "int[]", "bytea[]", "text[]", "bytea[]", "text[]",
    "int[]", "text[]", "int[]", "text[]",
)  # fmt: skip
CALL = (
    "SELECT command, outcome, claim, id, position, fingerprint FROM antiphon.append("  # noqa: S608
    + ", ".join(f"%b::{kind}" for kind in _PARAMETERS)
    + ")"
)


def arguments(appends: Sequence[Append]) -> list[Any]:
    """The arguments of the server-side function."""
    events = [(number, event) for number, append in enumerate(appends) for event in append.events]
    unique_keys = [(number, unique_key) for number, append in enumerate(appends) for unique_key in append.unique_keys]
    # After all unique keys, whose numbers count in the answer.
    released = [(number, key) for number, append in enumerate(appends) for key in append.release]
    nothing = [None] * len(released)
    subjects = [(number, subject) for number, append in enumerate(appends) for subject in append.subjects]
    ends = accumulate(len(append.events) for append in appends)
    # After all events, whose numbers make their positions.
    places = [(number, id, version + 1) for number, append in enumerate(appends) for id, version in append.unchanged]
    no_events = [None] * len(places)
    return [
        [end if append.events else 0 for append, end in zip(appends, ends, strict=True)],
        [number for number, _ in events] + [number for number, _, _ in places],
        [str(event.originator_id) for _, event in events] + [id for _, id, _ in places],
        [event.originator_version for _, event in events] + [version for _, _, version in places],
        [event.topic for _, event in events] + no_events,
        [event.state for _, event in events] + no_events,
        [number for number, _ in unique_keys] + [number for number, _ in released],
        [unique_key.key for _, unique_key in unique_keys] + [key for _, key in released],
        [unique_key.id for _, unique_key in unique_keys] + nothing,
        [unique_key.fingerprint for _, unique_key in unique_keys] + nothing,
        [unique_key.subject for _, unique_key in unique_keys] + nothing,
        [number for number, _ in subjects],
        [subject for _, subject in subjects],
        [number for number, append in enumerate(appends) for _ in append.forget],
        [subject for append in appends for subject in append.forget],
    ]


def answers(
    appends: Sequence[Append], rows: Sequence[tuple[Any, ...]], lost: bool = False
) -> list[Appended | BaseException]:
    """The outcome of each append, from the function's rows. `lost`: the appends were sent before, without an answer."""
    first_key = [0]
    for append in appends:
        first_key.append(first_key[-1] + len(append.unique_keys))
    found: list[Appended | BaseException] = [OutcomeUnknown()] * len(appends)
    for command, outcome, claim, id, position, fingerprint in rows:
        match outcome:
            case "appended":
                after = position + 1
                found[command] = Appended(position, range(after - len(appends[command].events), after))
            case "repeated":
                found[command] = UniqueKeyTaken(claim - first_key[command], id, position, fingerprint)
            # An append that was sent before may have met itself: its own events, or, if it has unique keys, the place
            # where those went with their subject since.
            case "conflict" if appends[command].unique_keys or not lost:
                found[command] = VersionTaken(f"{id} went on meanwhile")
            case "erased" if not lost:
                found[command] = SubjectErased(id)
    return found
