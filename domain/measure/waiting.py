"""The measure of waiting: for whom conversations wait, and for how long. At each moment of a conversation that is not
closed, it waits for one of four."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from domain.conversation.events import CLOSED
from domain.measure.conversation import NONE, SLICES, ConversationFacts, each_shown, facts_of, status_after
from domain.measure.definition import COUNTED, OPEN, UNKNOWN, Measure
from domain.measure.step import ConversationStep

WaitsFor = Literal["us", "customer", "on-hold", "between-teams"]
SPELL_SLICES = ("waits_for", *SLICES)
"""By what spells are grouped."""
_TAKEN_UP = ("answered", "noted", "assigned")


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which a conversation waited for the same. `id`: of the conversation, and the version of the event with
    which the spell began. `end`: None while it goes on. `slices`: `waits_for`, and the conversation's, with the team
    that had it then. `exact`: both times are known to the second."""

    id: str
    customer_id: str
    begin: datetime
    end: datetime | None
    slices: Mapping[str, str]
    exact: bool = True


def spells_of(steps: Iterable[ConversationStep]) -> list[Spell]:
    """The spells of all conversations that customers began, out of their steps, which come conversation by
    conversation."""
    return [
        spell for each in each_shown(steps) if (facts := facts_of(each)) is not None for spell in spells(facts, each)
    ]


def spells(facts: ConversationFacts, steps: Iterable[ConversationStep]) -> list[Spell]:
    """The spells of a conversation, in the order of time, out of its steps as `shown`. They leave no gap, but where it
    was closed or another conversation showed it."""
    found: list[Spell] = []
    began: tuple[ConversationStep, WaitsFor, str] | None = None
    turn = NextMove()
    for step in steps:
        if step.at < facts.opened_at:
            continue
        turn.take(step)
        whose = turn.waits_for()
        if began is not None and whose != began[1]:
            found += _spell(facts, *began, step)
            began = None
        if began is None and whose is not None:
            began = step, whose, turn.team_id or NONE
    return found if began is None else [*found, *_spell(facts, *began, None)]


def _spell(
    facts: ConversationFacts, first: ConversationStep, whose: WaitsFor, team: str, last: ConversationStep | None
) -> list[Spell]:
    exact = first.exact and (last is None or last.exact)
    if last is not None and last.at == first.at and exact:
        return []  # several events of one command
    return [
        Spell(
            id=f"{facts.id}/{first.version}",
            customer_id=facts.customer_id,
            begin=first.at,
            end=last.at if last else None,
            slices={**facts.slices, "team": team, "waits_for": whose},
            exact=exact,
        )
    ]


class NextMove:
    """Who has the next move, step by step: the team that has it, its status, and whether it is shown elsewhere."""

    def __init__(self) -> None:
        self.team_id: str | None = None
        self.status = "open"
        self.is_elsewhere = False
        self._handed_over = False

    def take(self, step: ConversationStep) -> None:
        """Go on by one step."""
        if step.what == "merged":
            self.is_elsewhere = step.value is not None
        self.status = status_after(step) or self.status
        if step.what in ("assigned", "handed-over"):
            self.team_id = step.team_id
        if step.what == "handed-over":
            self._handed_over = step.agent_id is None
        elif step.what in _TAKEN_UP and step.by == "agent":
            self._handed_over = False

    def waits_for(self) -> WaitsFor | None:
        """For whom it waits; None where it is closed, or another conversation shows it."""
        if self.is_elsewhere or self.status in CLOSED:
            return None
        match self.status:
            case "on_hold":
                return "on-hold"
            case "waiting_on_customer":
                return "customer"
            case _:
                return "between-teams" if self._handed_over else "us"


def _outcome(spell: Spell, _: datetime) -> str:
    if spell.end is None:
        return OPEN
    return COUNTED if spell.exact else UNKNOWN


def _seconds(spell: Spell) -> float:
    assert spell.end is not None
    return (spell.end - spell.begin).total_seconds()


WAITING: Measure[Spell] = Measure(
    name="waiting",
    version=1,
    question="For whom do conversations wait, and for how long?",
    population="spells in which a conversation that a customer began waits for the same: for the customer, on hold, "
    "between teams (handed over, and nobody has acted since), else for us",
    hit="the time from a spell's beginning to its end, by the wall clock; open while it goes on; unknown where a time "
    "is not exact",
    exclusions=MappingProxyType({}),
    time_basis="the beginning of the spell",
    better="less",
    owner="customer service",
    reads=("conversation_steps",),
    at=lambda spell: spell.begin,
    outcome=_outcome,
    unit="seconds",
    value=_seconds,
)
