"""Everything that is kept about one person, as a zip file: the events for programs and to read, who looked at the
person's data and who exported it, the person's files, and a manifest with all hashes. Written while it is read, a
stream at a time."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import IO, TypeVar

from commands import content as contents
from commands.customer.links import same_person
from commands.executor.executor import CommandExecutor
from domain.attention import contacts
from domain.content import id_of
from domain.conversation.events import MessageSent
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.kernel.values import Fields
from domain.service_level.verdicts import stream_of as clocks_of
from infra.keys.sealing import SealBroken, replace_personal
from infra.postgres.database import Database
from infra.trail.exports import exports_of
from infra.trail.reading import looks_at
from infra.views.selection import Selection
from infra.views.view import AnyView
from projections import order as orders
from projections import promise as promises
from projections.conversation import history, inbox
from projections.signal import items

R = TypeVar("R")

OF_OTHERS = "[of another person]"
"""What stands in place of a text that is about somebody else: a participant, or a colleague."""

PAGE = 500

READS: tuple[AnyView, ...] = (inbox.INBOX, history.HISTORY, orders.ORDERS, promises.PROMISES, items.ITEMS)
"""The views that tell which streams are about a person."""

SENT_BYTES = 65_536
"""How many bytes are held back, about, before they are written."""

MOST_EXPORTS = 10_000
"""How many exports of one person are named."""

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 15px/1.4 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }}
h2 {{ font-size: 1em; margin: 2em 0 .3em }}
dl {{ margin: 0; padding: .3em 0; border-bottom: 1px solid #bbb }}
dt, dd {{ display: inline; margin: 0 .4em 0 0; white-space: pre-wrap; overflow-wrap: anywhere }}
dt {{ color: #555 }}
</style></head><body>
<h1>{title}</h1>
"""


class PersonExport:
    """The export of one person. `people`: all customers and strangers who are this person. `events`: how many of them
    were written so far."""

    def __init__(self, executor: CommandExecutor, reader: Database, person_id: str) -> None:
        """`reader`: views that have reached the log's end. Raises Refusal `not-found`, Overloaded."""
        self.people = tuple(same_person(executor.read, person_id))
        self.events = 0
        self._executor = executor
        self._reader = reader
        self._about = person_id
        self._until = executor.log.position()
        self._made_at = datetime.now(UTC)
        self._files: list[Mapping[str, str | int]] = []

    def parts(self) -> Iterator[bytes]:
        """The bytes of the zip file, part by part. `events.jsonl` and `report.html` hold what the log held when the
        export began. Raises Overloaded, UnreadableEvent, OSError."""
        out = _Unsent()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name, parts in (
                ("events.jsonl", _encoded(self._lines())),
                ("report.html", _encoded(_page(self._about, self._told()))),
                ("looks.jsonl", _encoded(_looks(self._reader, self.people))),
                ("exports.jsonl", _encoded(_exports(self._reader, self.people))),
            ):
                yield from self._member(file, out, name, parts)
            left_out = []
            for content_id in _content(self._executor, self.people):
                name = f"files/{content_id}"
                try:
                    parts = contents.read(self._executor, content_id)
                except Refusal as refusal:  # the rest is not held up by a file that is quarantined or missing
                    left_out.append({"name": name, "why": refusal.code})
                    continue
                broken: list[str] = []
                yield from self._member(file, out, name, _as_far_as_it_can_be_read(parts, broken))
                if broken:
                    self._files.pop()
                    left_out.append({"name": name, "why": broken[0]})
            manifest = {
                "about": self._about,
                "people": self.people,
                "made_at": self._made_at.isoformat(),
                "position": self._until,
                "events": self.events,
                "files": self._files,
                "left_out": left_out,
            }
            file.writestr("manifest.json", json.dumps(manifest, indent=1) + "\n")
        yield out.taken()

    def _member(self, file: zipfile.ZipFile, out: _Unsent, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Write one file of the zip, and its line of the manifest."""
        digest, size = hashlib.sha256(), 0
        about = zipfile.ZipInfo(name, self._made_at.timetuple()[:6])
        about.compress_type = zipfile.ZIP_DEFLATED
        with file.open(about, "w", force_zip64=True) as member:
            for content in parts:
                member.write(content)
                digest.update(content)
                size += len(content)
                if out.size >= SENT_BYTES:
                    yield out.taken()
        self._files.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})

    def _lines(self) -> Iterator[str]:
        for _, events in self._told():
            self.events += len(events)
            yield from (json.dumps(each, ensure_ascii=False) + "\n" for each in events)

    def _told(self) -> Iterator[tuple[str, list[Fields]]]:
        for id, only in _streams(self._reader, self.people, self._executor):
            events = [
                _told(each, frozenset(self.people))
                for each in self._executor.log.streams([id])[id]
                if each.position <= self._until and only(each)
            ]
            if events:
                yield id, events


class _Unsent:
    """What was written and not yet taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, part: bytes) -> int:
        """Add bytes."""
        self._parts.append(bytes(part))
        self.size += len(part)
        return len(part)

    def flush(self) -> None:
        """Nothing: what was written waits to be taken."""

    def close(self) -> None:
        """Nothing: what was written waits to be taken."""

    def taken(self) -> bytes:
        """All of it, once."""
        found, self._parts, self.size = b"".join(self._parts), [], 0
        return found


def write(executor: CommandExecutor, reader: Database, person_id: str, out: IO[bytes]) -> PersonExport:
    """Write the zip file. Raises as `PersonExport` and `PersonExport.parts`."""
    export = PersonExport(executor, reader, person_id)
    for part in export.parts():
        out.write(part)
    return export


def _as_far_as_it_can_be_read(parts: Iterator[bytes], broken: list[str]) -> Iterator[bytes]:
    """The parts of a file up to one that is damaged or missing, which `broken` then says."""
    try:
        yield from parts
    except (SealBroken, OSError):
        broken.append("content-missing")


def _encoded(parts: Iterable[str]) -> Iterator[bytes]:
    return (part.encode() for part in parts)


# -- who looked, and files


def _looks(reader: Database, people: Sequence[str]) -> Iterator[str]:
    """Who of the company was shown data of these people, by role and time, the last first."""
    before = None
    while True:
        with reader.connection() as connection:
            page = looks_at(connection, people, before, PAGE)
        for each in page:
            look = {"at": each.at.isoformat(), "roles": each.roles, "what": each.what, "purpose": each.purpose}
            yield json.dumps(look, ensure_ascii=False) + "\n"
        if len(page) < PAGE:
            return
        before = page[-1].id


def _exports(reader: Database, people: Sequence[str]) -> Iterator[str]:
    """When a file with data of these people was written, and in which roles, the last first."""
    with reader.connection() as connection:
        found = exports_of(connection, people, limit=MOST_EXPORTS)
    for each in found:
        yield json.dumps({"at": each.at.isoformat(), "roles": each.roles, "about": each.about}) + "\n"


def _content(executor: CommandExecutor, people: Sequence[str]) -> Iterator[str]:
    """The files of these people: what they sent, and what was kept for them."""
    if executor.content is not None:
        for person in people:
            yield from sorted(map(id_of, executor.content.names(person)))


# -- which events


Counts = Callable[[Recorded[Event]], bool]


def _all(recorded: Recorded[Event]) -> bool:
    return True


def _streams(reader: Database, people: Sequence[str], executor: CommandExecutor) -> Iterator[tuple[str, Counts]]:
    """The streams that are about these people, and which of their events."""
    for person in people:
        yield person, _all
        if kind_of(person) == "customer":
            yield contacts.stream_of(person), _all
            for conversation in _rows(reader, inbox.OF_CUSTOMER, person):
                yield from _conversation(executor, conversation.conversation_id)
            for order in _rows(reader, orders.OF_CUSTOMER, person):
                yield order.order_id, _all
            for promise in _rows(reader, promises.OF_CUSTOMER, person):
                yield promise.promise_id, _all
        for item in _rows(reader, items.OF_PERSON, person):
            yield item.item_id, _all
        of_others = dict.fromkeys(line.conversation_id for line in _rows(reader, history.OF_PARTICIPANT, person))
        for id in of_others:
            yield id, _by_and_to(person)


def _conversation(executor: CommandExecutor, id: str) -> Iterator[tuple[str, Counts]]:
    yield id, _all
    yield clocks_of(id), _all
    sent = (each.event for each in executor.log.streams([id], opened=False)[id])
    for message_id in [event.message_id for event in sent if isinstance(event, MessageSent)]:
        yield message_id, _all


def _by_and_to(person: str) -> Counts:
    """Of another customer's conversation, what this person said and was told."""
    return lambda recorded: getattr(recorded.event, "participant_id", None) == person


def _rows(reader: Database, selection: Selection[R], id: str) -> Iterator[R]:
    cursor = None
    while True:
        # No connection is held between two pages.
        with reader.connection() as connection:
            page = selection.read(connection, cursor=cursor, limit=PAGE, id=id)
        yield from page.rows
        if (cursor := page.cursor) is None:
            return


# -- how they are told


def _told(recorded: Recorded[Event], people: frozenset[str]) -> Fields:
    """An event for the person: texts that are about others are left out, and so is which colleague it was."""
    event = recorded.event
    data = replace_personal(
        type(event),
        event.model_dump(mode="json", exclude_none=True),
        lambda text, subject, field: text if subject in people else OF_OTHERS,
    )
    return {
        "event": event.stored_name,
        "stream": recorded.originator_id,
        "version": recorded.originator_version,
        "recorded_at": recorded.recorded_at.isoformat(),
        "occurred_at": recorded.at.isoformat(),
        "by": recorded.envelope.actor.kind,
        "data": data,
    }


def _page(person_id: str, told: Iterable[tuple[str, list[Fields]]]) -> Iterator[str]:
    yield _HEAD.format(title=escape(f"What is kept about {person_id}"))
    for id, events in told:
        yield f"<h2>{escape(id)}</h2>\n"
        for each in events:
            facts = {"": each["event"], "at": each["occurred_at"], "by": each["by"], **each["data"]}
            shown = (f"<dt>{escape(name)}</dt><dd>{escape(_plain(value))}</dd>" for name, value in facts.items())
            yield f"<dl>{''.join(shown)}</dl>\n"
    yield "</body></html>\n"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
