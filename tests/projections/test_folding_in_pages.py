"""Folding is the same whatever the pages, and however often a page is begun and done again."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import customer, promise
from domain.conversation import commands as conversation_commands
from domain.conversation.decisions import decide
from domain.conversation.state import evolve
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order import decisions, state
from domain.order.commands import PlaceOrder
from infra.views.view import AnyView, Key, fold_in_memory, fold_page
from projections.catalogue import VIEWS
from tests.support.drawn import Command, Company, command_classes, drawn, kind_asked

START = datetime(2026, 6, 1, tzinfo=UTC)
FOLDS: dict[str, tuple[Any, Any]] = {
    "conversation": (decide, evolve),
    "customer": (customer.decide, customer.evolve),
    "order": (decisions.decide, state.evolve),
    "promise": (promise.decide, promise.evolve),
}
FOLDED = [each for each in command_classes() if kind_asked(each) in FOLDS and "merging" not in each.__module__]


@st.composite
def recorded_events(draw: st.DrawFn) -> list[Recorded[Event]]:
    """A log of what a company's commands made happen."""
    company, states = Company(), defaultdict[str, Any](lambda: None)
    versions: dict[str, int] = defaultdict(int)
    made: list[Recorded[Event]] = []
    company.add("customer-1")
    states["customer-1"] = customer.Customer()
    first: list[type[Command]] = [conversation_commands.OpenConversation] * 2
    for command_class in first + draw(st.lists(st.sampled_from(FOLDED), max_size=40)):
        command = draw(drawn(command_class, company))
        match command:
            case conversation_commands.OpenConversation():
                stream = new_id("conversation")
            case PlaceOrder():
                stream = command.order_id
            case promise.MakePromise():
                stream = command.promise_id
            case customer.CustomerCommand():
                stream = command.customer_id
            case _:
                stream = draw(company.target(command_class))
        decide, evolve = FOLDS[stream.partition("-")[0]]
        try:
            events: list[Event] = decide(states[stream], command, START)
        except Refusal:
            continue
        company.add(stream)
        for event in events:
            states[stream] = evolve(states[stream], event)
            versions[stream] += 1
            at = START + timedelta(seconds=len(made))
            said = at - timedelta(seconds=draw(st.integers(0, 100)))
            envelope = Envelope(event_id=new_id("event"), actor=Actor(id="staff-1", kind="agent"), occurred_at=said)
            made.append(Draft(stream, versions[stream], event, envelope).recorded(len(made) + 1, at))
    return made


def fold_in_pages(view: AnyView, log: list[Recorded[Event]], sizes: list[int], fails: list[bool]) -> dict[Key, Any]:
    """As a leader does: a page that fails is undone and done again in halves."""
    rows: dict[Key, Any] = {}
    positions: dict[Key, int] = {}

    def take(page: list[Recorded[Event]], fails: bool) -> None:
        nonlocal rows
        work = [(recorded, tuple(view.keys(recorded))) for recorded in page if type(recorded.event) in view.reads]
        changed = dict(rows)
        moved = fold_page(view, work, changed)
        if fails and len(page) > 1:
            take(page[: len(page) // 2], False)
            take(page[len(page) // 2 :], True)
        else:
            rows = changed
            positions.update(moved)

    at = number = 0
    while at < len(log):
        size = sizes[number % len(sizes)]
        take(log[at : at + size], fails[number % len(fails)])
        at, number = at + size, number + 1
    return {key: (rows.get(key), position) for key, position in positions.items()}


@settings(max_examples=30)
@given(
    log=recorded_events(),
    sizes=st.lists(st.integers(1, 500) | st.integers(1, 5), min_size=1, max_size=8),
    fails=st.lists(st.booleans(), min_size=1, max_size=8),
)
def test_a_fold_does_not_depend_on_its_pages(log: list[Recorded[Event]], sizes: list[int], fails: list[bool]) -> None:
    # (All views fold one log: to draw a log takes most of the time.)
    for view in VIEWS:
        assert fold_in_pages(view, log, sizes, fails) == fold_in_memory(view, log), view.name
