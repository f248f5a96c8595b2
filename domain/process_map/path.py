"""The path of a conversation: where it comes along, stop by stop, out of its steps and without marking anything up.

One conversation is seen in three ways: by the work that is done on it, by whom it waits for, and by the teams that have
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.conversation.events import CLOSED
from domain.measure.conversation import NONE, ConversationFacts, each_shown, facts_of, status_after
from domain.measure.step import ConversationStep, StepKind
from domain.measure.waiting import NextMove

Nodes = Literal["work", "states", "teams"]
"""What a map is of."""
MERGED, SEPARATED = "merged", "separated"

_WORK: Mapping[StepKind, str] = {
    "opened": "began",
    "brought": "brought-more",
    "wrote": "customer-wrote",
    "answered": "answered",
    "noted": "noted",
    "assigned": "assigned",
    "handed-over": "handed-over",
    "person-requested": "person-requested",
}
"""The steps that are work whatever their value is, each with the name of its node."""
_STATUS = {"waiting_on_customer": "waits-for-customer", "on_hold": "on-hold"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A conversation comes to a node. `place`: the version of the event with which it did; `exact`: the time is known
    to the second. `waits`: somebody waits from then on; nobody does where it is closed, or another conversation shows
    it."""

    node: str
    at: datetime
    exact: bool
    place: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Path:
    """The stops of one conversation in the order of time; at least one."""

    id: str
    customer_id: str
    opened_at: datetime
    slices: Mapping[str, str]
    stops: tuple[Stop, ...]


def paths(steps: Iterable[ConversationStep], nodes: Nodes) -> list[Path]:
    """The paths of all conversations that customers began, out of their steps, which come conversation by
    conversation."""
    found = []
    for each in each_shown(steps):
        if (facts := facts_of(each)) is not None:
            after = [step for step in each if step.at >= facts.opened_at]
            stops = _work(facts, after) if nodes == "work" else _places(after, nodes)
            found.append(Path(facts.id, facts.customer_id, facts.opened_at, facts.slices, tuple(stops)))
    return found


def _work(facts: ConversationFacts, steps: Iterable[ConversationStep]) -> Iterable[Stop]:
    """One stop for each step that is work. What a customer says as they begin, before anybody else did anything,
    belongs to the beginning; where no time is known, all happens at the same instant."""
    turn = NextMove()
    status = "open"
    begins = True
    for step in steps:
        turn.take(step)
        before, status = status, status_after(step) or status
        if turn.is_elsewhere and step.what != "merged":
            continue
        for node in _nodes_of(step, before, status):
            if not begins or node not in ("brought-more", "customer-wrote") or step.at > facts.opened_at:
                begins = begins and node == "began"
                yield Stop(node, step.at, step.exact, step.version, turn.waits_for() is not None)


def _nodes_of(step: ConversationStep, before: str, status: str) -> Iterable[str]:
    if step.what == "merged":
        yield MERGED if step.value else SEPARATED
    elif step.what == "judged":
        yield "confirmed" if step.value == "answered" else "disputed"
    elif step.what == "answered" and step.by != "agent":
        yield "bot-answered" if step.by == "bot" else "system-answered"
    elif step.what in _WORK:
        yield _WORK[step.what]
    if status_after(step) is not None:
        if status != "open":
            yield _STATUS.get(status, status)
        elif before in CLOSED:
            yield "opened-again"
        elif step.what == "status":
            yield "went-on"


def _places(steps: Iterable[ConversationStep], nodes: Nodes) -> list[Stop]:
    """A stop wherever it comes to another state, or to another team. Of what happens at the same instant, only what it
    comes to in the end is a stop: several events of one command pass through states in which nobody ever waited."""
    turn = NextMove()
    found: list[Stop] = []
    for step in steps:
        turn.take(step)
        whose = turn.waits_for()
        if turn.is_elsewhere:
            node = MERGED
        elif whose is None:
            node = turn.status
        else:
            node = whose if nodes == "states" else turn.team_id or NONE
        if found and found[-1].at == step.at and found[-1].exact and step.exact:
            found.pop()
        if not found or found[-1].node != node:
            found.append(Stop(node, step.at, step.exact, step.version, whose is not None))
    return found
