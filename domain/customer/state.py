"""The aggregate state of a customer: what decisions need, without text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from domain.customer.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactPointAdded,
    ContactPointCleared,
    ContactPointCompared,
    ContactPointContested,
    ContactPointFailed,
    ContactPointRemoved,
    ContactPointShared,
    CustomerEvent,
    CustomerMerged,
    CustomerSeparated,
    CustomersJoined,
    Erased,
    LanguageChanged,
    MergeReleased,
    MergeReliedOn,
    NameChanged,
    Parted,
    PreferencesChosen,
    ProposalDismissed,
    Registered,
    SegmentChanged,
    WordsContested,
    ZoneChanged,
)
from domain.kernel.stream import Stream


@dataclass(frozen=True, slots=True)
class Customer:
    """The aggregate state of a customer. `consents`: by purpose, given or refused; absent where nobody asked.
    `zone`: in which they live; None where nobody said.

    Merged `into` somebody, or None; `parts` are those who were merged into them. `relying`: the conversations that were
    merged across that merge, each with its target. `named`: a name is known, or people decided that there is none.
    `contested`: customers who may be the same person. `apart`: those of whom people decided that they are not.
    `words_contested`: whose words may be among the customer's; None: somebody unknown's; `words_settled`: those of whom
    people decided that they are not. `missed`: a reply to one of the contact points did not arrive, at some time.
    """

    erased: bool = False
    named: bool = False
    native_language: str | None = None
    segment: str | None = None
    channel: str | None = None
    language: str | None = None
    quiet: bool = False
    zone: str | None = None
    consents: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    into: str | None = None
    parts: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    words_contested: frozenset[str | None] = frozenset()
    words_settled: frozenset[str | None] = frozenset()
    missed: bool = False
    relying: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def evolve(state: Customer | None, event: CustomerEvent) -> Customer | None:
    """Fold one event into the state."""
    if isinstance(event, Registered):
        return Customer(named=event.name is not None, native_language=event.language, segment=event.segment)
    if state is None:
        return None
    match event:
        case Erased():
            return replace(state, erased=True)
        case PreferencesChosen():
            return replace(state, channel=event.channel, language=event.language, quiet=event.quiet)
        case ZoneChanged():
            return replace(state, zone=event.zone)
        case ConsentGiven() | ConsentWithdrawn():
            given = isinstance(event, ConsentGiven)
            return replace(state, consents=MappingProxyType({**state.consents, event.purpose: given}))
        case CustomerMerged():
            return replace(state, into=event.into)
        case CustomerSeparated():
            return replace(state, into=None, apart=state.apart | {event.out_of})
        case CustomersJoined():
            return replace(state, parts=state.parts | {event.part_id})
        case Parted():
            return replace(state, parts=state.parts - {event.part_id})
        case MergeReliedOn():
            return replace(state, relying=MappingProxyType({**state.relying, event.conversation_id: event.into}))
        case MergeReleased():
            others = {part: into for part, into in state.relying.items() if part != event.conversation_id}
            return replace(state, relying=MappingProxyType(others))
        case NameChanged():
            return replace(state, named=True)
        case LanguageChanged():
            return replace(state, native_language=event.language)
        case SegmentChanged():
            return replace(state, segment=event.segment)
        case ContactPointContested():
            return replace(state, contested=state.contested | {event.other_id})
        case WordsContested():
            return replace(state, words_contested=state.words_contested | {event.other_id})
        case ProposalDismissed():
            if event.what == "two-people":
                return replace(state, words_settled=state.words_settled | {event.other_id})
            return replace(state, apart=state.apart.union(filter(None, [event.other_id])))
        case ContactPointFailed():
            return replace(state, missed=True)
        case (
            ContactPointAdded()
            | ContactPointCompared()
            | ContactPointRemoved()
            | ContactPointShared()
            | ContactPointCleared()
        ):
            return state
        case _:
            assert_never(event)


CUSTOMER = Stream("customer", CustomerEvent, evolve)
