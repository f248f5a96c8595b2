"""Imports records of other systems: all facts of a record in one append, each fact once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from commands.conversation.keeping import decided, policies_say
from commands.conversation.merging import changes
from commands.customer.contact_points import ContactPoint, names_of
from commands.customer.handlers import FoundByName, customer_for
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Change, KeyKind, UnitOfWork
from commands.imported_content import content_of, other_name, told_otherwise
from commands.order import amendment, order_for
from domain.conversation.commands import ConversationCommand, OpenConversation
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import RegisterCustomer
from domain.kernel.event import Event
from domain.kernel.ids import kind_of, new_id
from domain.kernel.stream import Stream
from domain.kernel.values import Frozen
from domain.order.commands import PlaceOrder
from domain.order.decisions import amend
from domain.order.state import ORDER

V = TypeVar("V", bound=Frozen)
S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class SourceFact:
    """One fact of a record, by whom and when. `what` identifies the fact when the record is imported again."""

    what: str
    command: PlaceOrder | ConversationCommand
    context: Context


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record of another system, with its `id` there: what one customer did, in at most one conversation.

    The reader of the file draws the ids. If the customer or an order is known already, the known id replaces the drawn
    one. `context`: of the whole record. `history`: it is over. `facts` are in order; each `what` occurs once.
    """

    source: str
    id: str
    customer: RegisterCustomer
    context: Context
    facts: Sequence[SourceFact]
    contacts: Sequence[ContactPoint] = ()
    history: bool = False

    @property
    def names(self) -> list[tuple[KeyKind, str]]:
        """Its unique keys, one for each fact."""
        return [("source-record", "\x00".join((self.source, self.id, fact.what))) for fact in self.facts]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a record. `new`: it brought facts. `amended`: its order was told otherwise, and is amended.
    `reused`: the fields of its conversation that are told otherwise, which nothing can amend."""

    new: bool = False
    amended: bool = False
    reused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.new or self.amended


def take_in(executor: CommandExecutor, record: SourceRecord, known: Mapping[str, str] | None = None) -> TakenIn:
    """Append the facts of the record that are not in the log yet, and amend its order by what is told otherwise.

    `known` maps further drawn ids, such as those of staff, to known ids. A fact without an exact time comes after the
    facts before it in the record. Imported twice, by two at once, or after a crash half-way, each fact is in the log
    once. Raises Refusal as `CommandExecutor.run`, `domain.conversation.decisions.decide` and
    `order_for`.
    """
    names = record.names
    everything = list(_in_order(record.facts))
    contents = [content_of(executor, name, fact.command) for name, fact in zip(names, everything, strict=True)]
    conversation_id = new_id("conversation")
    taken_in = TakenIn()

    def work() -> UnitOfWork:
        nonlocal taken_in
        holders = executor.named(*names)
        facts = list(zip(names, everything, contents, holders, strict=True))
        present = [(fact, by) for _, fact, _, by in facts if by is not None]
        new = [(name, fact, content) for name, fact, content, by in facts if by is None]
        told = (_told(executor, name, fact, content) for name, fact, content, by in facts if by is not None)
        otherwise = [each for each in told if each is not None]
        reused = tuple(field for fact, _, fields in otherwise if not _is_order(fact) for field in fields)
        taken_in = TakenIn(new=bool(new), reused=reused)
        amending = [(fact, other) for fact, other, _ in otherwise if _is_order(fact)]
        if not new and not amending:
            return UnitOfWork(present[0][1] if present else "", [])
        draft = _Draft(executor, record, dict(known or {}))
        unique_keys = draft.begin(present, conversation_id)
        for fact, other in amending:
            if amended := draft.amend(fact, unique_keys):
                unique_keys.append((*other, amended))
                taken_in = replace(taken_in, amended=True)
        for name, fact, _ in new:
            unique_keys.append((*name, draft.add(fact, unique_keys)))
        kept = {name: content for name, _, content in new if content}
        return UnitOfWork(draft.conversation_id, draft.changes, unique_keys, subject=draft.customer_id, contents=kept)

    executor.run(record.context, work, names=[*names, *names_of(executor, record.contacts)])
    return taken_in


Taken = dict[bytes, tuple[str, int, bytes | None]]
"""Taken unique keys: id, position and content by key."""


def would_take_in(executor: CommandExecutor, record: SourceRecord, taken: Taken) -> TakenIn:
    """What `take_in` would answer, outside of a decision. `taken`: the keys of the record that are taken; those that
    the record would take are added."""
    new = amended = False
    reused: list[str] = []
    for name, fact in zip(record.names, record.facts, strict=True):
        key, content = executor.hashed_key(*name), content_of(executor, name, fact.command)
        if key not in taken:
            new, taken[key] = True, ("", 0, content)
            continue
        id, _, first = taken[key]
        fields = told_otherwise(first, content, fact.command)
        other = executor.hashed_key(*other_name(name, content))
        if not fields or other in taken or executor.log.taken([other]):
            continue
        if isinstance(fact.command, PlaceOrder):
            known = executor.read(ORDER, id).state
            amended |= known is None or "number" in fields or bool(amend(known, fact.command))
            taken[other] = (id, 0, None)
        else:
            reused += fields
    return TakenIn(new, amended, tuple(reused))


def _told(
    executor: CommandExecutor, name: tuple[KeyKind, str], fact: SourceFact, content: bytes
) -> tuple[SourceFact, tuple[KeyKind, str], list[str]] | None:
    """A known fact that is told otherwise than ever before: the unique key of its content, and the fields."""
    fields = told_otherwise(executor.first_content(name), content, fact.command)
    other = other_name(name, content)
    return (fact, other, fields) if fields and executor.named(other) == [None] else None


def _is_order(fact: SourceFact) -> bool:
    return isinstance(fact.command, PlaceOrder)


def _in_order(everything: Sequence[SourceFact]) -> Iterator[SourceFact]:
    """The facts in order. A fact with a date only, or without a time, comes after its predecessor, where possible."""
    at = next((fact.context.occurred_at for fact in everything if fact.context.occurred_at), None)
    for fact in everything:
        occurred_at, precision = fact.context.occurred_at, fact.context.time_precision
        that_day = at is not None and occurred_at is not None and occurred_at < at < occurred_at + timedelta(days=1)
        if (precision == "day" and that_day) or (precision == "unknown" and occurred_at is None):
            occurred_at = at
        yield replace(fact, context=replace(fact.context, occurred_at=occurred_at))
        at = occurred_at or at


class _Draft:
    """The changes of a record, each decided on the states that the changes before it left."""

    def __init__(self, executor: CommandExecutor, record: SourceRecord, ids: dict[str, str]) -> None:
        self._executor = executor
        self._record = record
        self._ids = ids
        # Any: states of all kinds of streams.
        self._streams: dict[str, Loaded[Any]] = {}
        self.changes: list[Change] = []
        self.conversation_id: str
        self.customer_id: str

    def begin(self, present: Sequence[tuple[SourceFact, str]], conversation_id: str) -> list[tuple[KeyKind, str, str]]:
        """Find the record's customer, and the conversation that it opened before, if any; answers unique keys to
        add."""
        for fact, by in present:
            if isinstance(fact.command, PlaceOrder):
                self._ids[fact.command.order_id] = by
            else:
                conversation_id = by
        self.conversation_id = conversation_id
        record = self._record
        if present:
            self.customer_id = self._whose(present[0][1])
            self._ids[record.customer.customer_id] = self.customer_id
            return []
        found = customer_for(self._executor, record.contacts, record.customer)
        self.customer_id = self._ids[record.customer.customer_id] = found.id
        self._add(found.changes, record.context)
        return list(found.unique_keys)

    def add(self, fact: SourceFact, unique_keys: list[tuple[KeyKind, str, str]]) -> str:
        """Decide one more fact; answers the id that its unique key shall name."""
        context, command = fact.context, _known(fact.command, self._ids)
        if isinstance(command, PlaceOrder):
            found = order_for(self._executor, command, context, takes_number=False)
            self._ids[command.order_id] = found.id
            unique_keys += found.unique_keys
            self._add(found.changes, context)
            return found.id
        id = self.conversation_id
        opens = isinstance(command, OpenConversation) and id not in self._streams
        before: Loaded[Conversation | None] = NOTHING
        if not opens:
            present = self._present(CONVERSATION, id)
            before = present
        said = policies_say(self._executor, id, before, command, context, load=self._present, drafted=self.changes)
        events = decided(id, before, command, said, self._executor.clock())
        self._add(changes(self._present, id, before, command, events, said.kept, said.aside), context)
        return id

    def amend(self, fact: SourceFact, unique_keys: list[tuple[KeyKind, str, str]]) -> str | None:
        """Amend the order of a fact that is told otherwise; under another number, it is another order. Answers the
        order's id; None where all of it is known."""
        command = fact.command
        assert isinstance(command, PlaceOrder)
        known = self._executor.existing(ORDER, self._ids[command.order_id])
        command = command.model_copy(update={"customer_id": self.customer_id})
        if command.number is None:
            found = FoundByName(known.state.order_id, amendment(self._executor, known, command, fact.context))
        else:
            found = order_for(self._executor, command, fact.context, takes_number=False)
        self._add(found.changes, fact.context)
        unique_keys += found.unique_keys
        return found.id if any(change.events for change in found.changes) else None

    def _whose(self, id: str) -> str:
        if kind_of(id) == ORDER.kind:
            return self._executor.existing(ORDER, id).state.customer_id
        return self._executor.existing(CONVERSATION, id).state.customer_id

    def _present(self, stream: Stream[S, E], id: str, /) -> Loaded[S | None]:
        return self._streams.get(id) or self._executor.load(stream, id)

    def _add(self, changes: Sequence[Change], context: Context) -> None:
        for change in changes:
            if change.events:
                at = change.context or context
                at = replace(at, actor=_known(at.actor, self._ids), history=self._record.history or None)
                self.changes.append(replace(change, context=at))
                self._streams[change.stream_id] = change.after()


def _known(value: V, ids: Mapping[str, str]) -> V:
    """The value with known ids in place of drawn ones."""
    return value.model_copy(update={name: ids[text] for name, text in value if isinstance(text, str) and text in ids})
