"""The format of the sample: TOML with [[team]], [[person]], [[purchase]], [[conversation]] and [[crowd]] blocks.

`docs/sample/README.md` documents the blocks. A bad block is rejected, and the others are imported.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord, TakenIn, take_in
from commands.staff import handlers as staffing
from consumers.imports.source import (
    ImportRecord,
    Place,
    Reject,
    Unsound,
    attempt,
    head,
    read_one,
    refuse_undecodable,
    unrecognised,
)
from domain.conversation import commands as c
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.order.commands import PlaceOrder
from domain.staff import FormTeam, JoinStaff

Table = dict[str, Any]

_SERVICE = Actor(id="service-sample", kind="service")
_BLOCK = re.compile(r"^\[\[(team|person|purchase|conversation|crowd)\]\]", re.MULTILINE)
_AGO = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?")

MOST_PEOPLE = 1_000
"""In one crowd, at most."""

_VERBS: dict[str, tuple[type[c.ConversationCommand], str]] = {
    "says": (c.ReceiveMessage, "body"),
    "replies": (c.SendReply, "body"),
    "notes": (c.AddNote, "body"),
    "assigns": (c.Assign, "team"),
    "hands_over": (c.HandOver, "team"),
    "sets_priority": (c.ChangePriority, "priority"),
    "sets_kind": (c.ChangeKind, "kind"),
    "sets_status": (c.ChangeStatus, "status"),
    "resolves": (c.ChangeStatus, "resolution"),
    "judges": (c.JudgeAnswer, "answered"),
    "brings": (c.AddInteraction, "kind"),
}
"""The verbs of a step: the command, and the field for a single value."""


class Sample:
    """Any number of blocks; a person or team comes before the blocks that name it."""

    name = "sample"
    is_history = False

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each block as a record."""
        if not _BLOCK.search(head(file).decode("utf-8", "replace")):
            raise unrecognised(self.name, "there is TOML of [[conversation]] and other blocks (docs/sample/README.md)")
        text = file.read().decode("utf-8", "surrogateescape")
        begins = [*_BLOCK.finditer(text)]
        ends = [*(match.start() for match in begins[1:]), len(text)]
        cast = _Cast(now)
        for match, end in zip(begins, ends, strict=True):
            place = Place(text.count("\n", 0, match.start()) + 1, end, text[match.start() : end])
            if match[1] == "team":
                yield attempt(place, partial(cast.team, place))
            elif match[1] == "person":
                yield attempt(place, partial(cast.person, place))
            elif match[1] == "crowd":
                yield from cast.crowd(place)
            else:
                yield read_one(place, partial(cast.block, place, match[1]), take_in=cast.take_in)


def conversations(file: BinaryIO, executor: CommandExecutor) -> set[str]:
    """The ids of the conversations that a sample opened. They belong to no real customer."""
    ids = [each["id"] for each in tomllib.loads(file.read().decode())["conversation"]]
    keys = [executor.hashed_key("source-record", "\x00".join((Sample.name, id, "opened"))) for id in ids]
    return {id for id, _, _ in executor.log.taken(keys).values()}


class _Cast:
    """The staff and customers so far. Ids of staff are drawn here; known ids replace them once the staff is
    imported."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)
        self._teams: dict[str, str] = {}
        self._people: dict[str, Actor] = {}
        self._true: dict[str, str] = {}

    def team(self, place: Place) -> ImportRecord:
        """A team, imported before everything that follows."""
        command = FormTeam.model_validate(_block(place, "team"))
        self._teams[command.name] = command.team_id

        def take_in(executor: CommandExecutor, history: bool) -> TakenIn:
            id = self._true[command.team_id] = staffing.form_team(executor, command, _context(_SERVICE)).id
            return TakenIn(new=id == command.team_id)

        return ImportRecord(place, None, [staffing.team_key(command.name)], take_in)

    def person(self, place: Place) -> ImportRecord:
        """A staff member, imported before everything that follows."""
        command = JoinStaff.model_validate(self._named(_block(place, "person")))
        self._people[command.handle] = Actor(
            id=command.staff_id, kind="agent", roles=command.roles, team=command.team_id
        )

        def take_in(executor: CommandExecutor, history: bool) -> TakenIn:
            of_team = {"team_id": self._true[command.team_id]} if command.team_id else {}
            joining = command.model_copy(update=of_team)
            # Known staff do not join again: a person may have left, and a repeated sample brings nobody back.
            known = staffing.staff_id(executor, command.handle)
            id = self._true[command.staff_id] = known or staffing.join(executor, joining, _context(_SERVICE)).id
            return TakenIn(new=id == command.staff_id)

        return ImportRecord(place, None, [staffing.handle_key(command.handle)], take_in)

    def take_in(self, executor: CommandExecutor, record: SourceRecord) -> TakenIn:
        """Import a record that may refer to staff."""
        return take_in(executor, record, self._true)

    def block(self, place: Place, kind: str) -> SourceRecord:
        """A purchase, or a conversation with all its steps."""
        return self._record(_block(place, kind), kind)

    def crowd(self, place: Place) -> Iterator[ImportRecord | Reject]:
        """A conversation for each of the people of a crowd. Of a list, each person has the next one."""
        try:
            refuse_undecodable(place.raw)
            block = _block(place, "crowd")
            names, customer = _take(block, "people", list), _take(block, "customer", dict)
            id = _take(block, "id", str)
            if not 0 < len(names) <= MOST_PEOPLE or not all(isinstance(name, str) for name in names):
                raise Unsound("value-invalid", f"people are 1 to {MOST_PEOPLE} names")
        except Unsound as unsound:
            yield Reject(place, unsound.code, unsound.why)
            return
        for number, name in enumerate(names):
            mail = f"{'.'.join(name.casefold().split())}@example.org"
            person = _in_turn(customer, number) | {"name": name, "mail": mail}
            member = _in_turn(block, number) | {"customer": person, "id": f"{id} {number + 1}"}
            yield read_one(place, partial(self._record, member, "conversation"), take_in=self.take_in)

    def _record(self, block: Table, kind: str) -> SourceRecord:
        customer_id = new_id("customer")
        person = _take(block, "customer", dict)
        contacts = [
            ContactPoint(kind, person.pop(kind), person.get("name")) for kind in ("mail", "phone") if kind in person
        ]
        id, ago = _take(block, "id", str), _take(block, "ago", str)
        steps = block.pop("then", [])
        if "area" in block:
            block["product_area"] = block.pop("area")
        as_service, as_customer = _context(_SERVICE, self._at(ago)), _context(_customer(customer_id), self._at(ago))
        facts: list[SourceFact] = []
        if kind == "purchase":
            facts.append(SourceFact("placed", PlaceOrder(customer_id=customer_id, **block), as_service))
        else:
            if order := block.pop("order", None):
                placed = PlaceOrder(customer_id=customer_id, **order)
                facts.append(SourceFact("placed", placed, as_service))
                block["order_id"] = placed.order_id
            text = block.pop("says", None)
            opened = c.OpenConversation(customer_id=customer_id, body=text, **block)
            facts.append(SourceFact("opened", opened, as_customer))
        before: Counter[str] = Counter()
        facts += [self._step(step, customer_id, before) for step in steps]
        return SourceRecord(
            source="sample",
            id=id,
            customer=RegisterCustomer(customer_id=customer_id, **person),
            context=as_service,
            facts=facts,
            contacts=contacts,
        )

    def _step(self, step: Table, customer_id: str, before: Counter[str]) -> SourceFact:
        text = json.dumps({key: value for key, value in step.items() if key != "ago"}, sort_keys=True)
        before[text] += 1
        at, by = self._at(_take(step, "ago", str)), step.pop("by", None)
        if by is not None and by not in self._people:
            raise Unsound("value-invalid", f"no [[person]] before this is called {by}")
        actor = self._people[by] if by else _customer(customer_id)
        verbs = _VERBS.keys() & step.keys()
        if len(verbs) != 1:
            raise Unsound("value-invalid", f"a step is one of {', '.join(_VERBS)}, and has {sorted(verbs)}")
        (verb,) = verbs
        model, meant = _VERBS[verb]
        value = step.pop(verb)
        fields = self._named({**(value if isinstance(value, dict) else {meant: value}), **step})
        if verb == "resolves":
            fields["status"] = "resolved"
        return SourceFact(f"{text}\x00{before[text]}", model.model_validate(fields), _context(actor, at))

    def _named(self, fields: Table) -> Table:
        """The fields with ids in place of the names of teams and people."""
        for name, field, ids in (
            ("team", "team_id", self._teams),
            ("to", "agent_id", {handle: actor.id for handle, actor in self._people.items()}),
        ):
            if (named := fields.pop(name, None)) is not None:
                if named not in ids:
                    raise Unsound("value-invalid", f"{named} is not among those named before this")
                fields[field] = ids[named]
        return fields

    def _at(self, ago: str) -> datetime:
        match = _AGO.fullmatch(ago)
        if not ago or match is None:
            raise Unsound("date-impossible", f"ago is written like 3d 4h 20m, not {ago}")
        days, hours, minutes = (int(number or 0) for number in match.groups())
        return self._now - timedelta(days=days, hours=hours, minutes=minutes)


def _block(place: Place, kind: str) -> Table:
    try:
        (block,) = tomllib.loads(place.raw)[kind]
    except RecursionError:
        raise Unsound("not-toml", "it is nested too deeply") from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise Unsound("not-toml", str(error)) from None
    return dict(block)


def _in_turn(fields: Table, number: int) -> Table:
    """The fields, with the one of each list whose turn it is; a list of tables stays."""
    return {name: _turn(value, number) for name, value in deepcopy(fields).items()}


def _turn(value: Any, number: int) -> Any:  # Any: whatever TOML holds
    if not isinstance(value, list) or not value or isinstance(value[0], dict):
        return value
    return value[number % len(value)]


def _take(block: Table, key: str, kind: type) -> Any:
    if not isinstance(value := block.pop(key, None), kind):
        raise Unsound("value-invalid", f"it needs {key}")
    return value


def _context(actor: Actor, at: datetime | None = None) -> Context:
    return Context(actor, occurred_at=at, client="import")


def _customer(customer_id: str) -> Actor:
    return Actor(id=customer_id, kind="customer")
