"""Sources: each reads a file and yields its records, sound or not, with their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import BinaryIO, Protocol

from pydantic import ValidationError

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import KeyKind
from commands.importing import SourceRecord, TakenIn, take_in
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a record: its first line (from 1), how much of the file is read after it, and its text.

    Bytes that are not UTF-8 are in `raw` as lone surrogates, so that the record can be written as it came.
    """

    line: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is not imported. `code` is stable (`docs/errors.md`)."""

    place: Place
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """A sound record. `names` are its unique keys: if all are taken, the record is imported already. Records of one
    `lane` are imported one after the other; a record without a lane is imported before everything that follows it.
    `take_in`: takes the record in, as history or not. `record`: what the names are of, which may be told otherwise by
    now."""

    place: Place
    lane: str | None
    names: Sequence[tuple[KeyKind, str]]
    take_in: Callable[[CommandExecutor, bool], TakenIn]
    record: SourceRecord | None = None


class Source(Protocol):
    """One format of file."""

    @property
    def name(self) -> str:
        """The name on the command line and in the records' unique keys: never changed."""

    @property
    def is_history(self) -> bool:
        """Whether its records are over, unless somebody says otherwise."""

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """All records of a file, in order; records dated after `now` are rejected. A date is in the zone of `now`.
        Raises Refusal `file-unrecognised`."""


class Unsound(Exception):
    """The record cannot be imported, and why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


TakeIn = Callable[[CommandExecutor, SourceRecord], TakenIn]


def read_one(place: Place, read: Callable[[], SourceRecord], take_in: TakeIn = take_in) -> ImportRecord | Reject:
    """The record that `read` makes, or a reject. Its lane is the customer, as far as the source identifies them."""

    def ready() -> ImportRecord:
        record = read()
        lane = record.contacts[0].value if record.contacts else record.id

        def take(executor: CommandExecutor, history: bool) -> TakenIn:
            return take_in(executor, replace(record, history=history))

        return ImportRecord(place, lane, record.names, take, record)

    return attempt(place, ready)


def attempt(place: Place, make: Callable[[], ImportRecord]) -> ImportRecord | Reject:
    """The record that `make` makes, or the reject with the reason."""
    try:
        refuse_undecodable(place.raw)
        return make()
    except Unsound as unsound:
        return Reject(place, unsound.code, unsound.why)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False))
        return Reject(place, "value-invalid", "; ".join(wrong))


def refuse_undecodable(raw: str) -> None:
    """Check that a text can be decoded. Raises Unsound `nul-byte`, `not-utf8`."""
    if "\x00" in raw:
        raise Unsound("nul-byte", "there is a NUL byte in it")
    if not raw.isascii() and any("\ud800" <= character <= "\udfff" for character in raw):
        raise Unsound("not-utf8", "there are bytes in it that are not UTF-8")


def head(file: BinaryIO) -> bytes:
    """The first megabyte of a file; the file is at its beginning again afterwards."""
    begins = file.read(1_000_000)
    file.seek(0)
    return begins


def unrecognised(name: str, expected: str) -> Refusal:
    """The refusal of a whole file that is not of this source."""
    return Refusal("file-unrecognised", f"this is no file for `import {name}`; in such a file, {expected}")


def day(text: str, now: datetime, *formats: str) -> datetime:
    """The start of the day written in one of the formats, in the zone of `now`. Raises Unsound `date-impossible`."""
    for each in formats:
        try:
            found = datetime.strptime(text, each).date()  # noqa: DTZ007
        except ValueError:
            continue
        if found > now.date():
            raise Unsound("date-impossible", f"{text} is in the future")
        return datetime.combine(found, time(), now.tzinfo)
    raise Unsound("date-impossible", f"there is no day {text or '(empty)'}")


def reported_by(actor: Actor, on: datetime | None = None) -> Context:
    """The context of a fact from a source: on the day that begins at `on`, or without a time."""
    if on is None:
        return Context(actor, time_precision="unknown", client="import")
    return Context(actor, occurred_at=on.astimezone(UTC), time_precision="day", client="import")
