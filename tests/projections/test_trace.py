"""What a customer said is traced to its signal, the answers, a launch and the closing messages, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from commands.attention.contacting import owe_closing
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal import merging
from commands.signal.routing import route
from commands.signal.tracing import steps
from commands.staff import handlers as staffing
from domain.attention.contacts import OweClosing
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.signal.commands import MergeSignal, PlanSignal, RouteSignal, ShipSignal
from domain.signal.identity import signal_id
from domain.staff import FormTeam
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.views.cursor import encoded
from projections.signal import items, trace
from projections.signal.trace import Traced
from tests.support.companies import AGENT
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.following import catch_up
from tests.support.signal_evidence import FEW, Given

DRIPS = signal_id("kettles", "drips", "production")
PLAN = PlanSignal(what="Another seal", due_at=datetime(2100, 1, 1, tzinfo=UTC))


def leading_to_a_launch(executor: CommandExecutor) -> tuple[str, str]:
    """Two people say that kettles leak, and one that they drip; the team ships another seal for both. Answers the ids
    of the two customers who wait to hear of it."""
    put(executor, {"themes": THEMES}, AGENT)
    ada, bea = (complain(executor, who, theme) for who, theme in (("ada", "leaks"), ("bea", "leaks")))
    complain(executor, "ada", "drips")
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    for theme in ("leaks", "drips"):
        asked = RouteSignal(area="kettles", theme=theme, stage="production", team_id=team, because="Somebody fell")
        route(executor, asked, AGENT, Given(of_any=FEW))
    merging.merge(executor, DRIPS, MergeSignal(into=LEAKS), AGENT)
    signals.act(executor, LEAKS, PLAN, AGENT)
    signals.act(executor, LEAKS, ShipSignal(what="Another seal"), AGENT)
    for each in (ada, bea):
        owed = OweClosing(
            customer_id=each, outcome_id="7", outcome="shipped", signal_id=LEAKS, area="kettles", theme="leaks"
        )
        owe_closing(executor, owed, AGENT)
    return ada, bea


def shown(found: Traced | None) -> tuple[list[str], list[str], list[str], bool]:
    """Of a trace, the themes of the items, the launches, who hears, and whether there is more."""
    assert found is not None
    themes = sorted(each.theme or "" for each in found.items)
    promised, hear = [each.launch_id for each in found.launches], [each.customer_id for each in found.closings]
    return themes, promised, hear, found.more


def test_a_sentence_leads_to_a_launch_and_back(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given
    ada, bea = leading_to_a_launch(executor)
    catch_up(log, projector)
    # When
    with projector.connection() as connection:
        all_items = items.of_signals(connection, [LEAKS, DRIPS], 10)
        of_bea = next(each for each in all_items if each.person_id == bea)
        traces = _traces(connection, of_bea)
        few = trace.of_signal(connection, LEAKS, 1)
        pages = list(_pages(connection, 2))
        unknown = [trace.of_signal(connection, "signal-1", 9), trace.of_launch(connection, "launch-1", 9)]
    # Then
    both = sorted([ada, bea])
    assert shown(traces["signal"]) == (["drips", "leaks", "leaks"], [PLAN.launch_id], both, False)
    assert traces["part"] == traces["launch"] == traces["signal"]
    assert shown(traces["item"]) == (["leaks"], [PLAN.launch_id], [bea], False)
    assert shown(traces["conversation"]) == (["leaks"], [PLAN.launch_id], [], False)
    assert shown(few) == (["drips"], [PLAN.launch_id], both[:1], True)
    assert [(len(each.items), len(each.closings)) for each in pages] == [(2, 2), (1, 0)]
    whole = traces["signal"]
    assert whole is not None
    assert [item for each in pages for item in each.items] == list(whole.items)
    assert [closing for each in pages for closing in each.closings] == list(whole.closings)
    assert unknown == [None, None]
    # And the log says who decided what, and at which position
    taken = steps(executor, [of_bea.item_id, LEAKS, DRIPS])
    assert [step.what for step in taken if kind_of(step.id) == "item"] == [
        "item.filed", "item.decided", "item.text-compared",
    ]  # fmt: skip
    assert [step.what.removeprefix("signal.") for step in taken if step.id == LEAKS] == [
        "routed", "part-joined", "acknowledged", "planned", "shipped",
    ]  # fmt: skip
    assert [step.position for step in taken] == sorted(step.position for step in taken)
    first = {step.what: step for step in reversed(taken)}
    decided, routed, planned = first["item.decided"], first["signal.routed"], first["signal.planned"]
    assert (decided.table, decided.table_version, decided.rules, decided.theme) == ("themes", 1, (1,), "leaks")
    assert (routed.by, routed.said, routed.strength, routed.people) == (AGENT.actor.id, "Somebody fell", "thin", 2)
    assert (planned.said, planned.launch_id, planned.due_at) == ("Another seal", PLAN.launch_id, PLAN.due_at)


def _pages(connection: Connection, most: int) -> Iterator[Traced]:
    cursor: str | None = None
    while True:
        page = trace.of_signal(connection, LEAKS, most, cursor)
        assert page is not None
        yield page
        cursor = page.cursor
        if cursor is None:
            return


@pytest.mark.parametrize("place", [[], ["all", "", "all"], ["soon", "item-1", "all", ""], ["all", "", "\x00", "1"]])
def test_a_cursor_that_no_trace_gave_out_is_refused(projector: Database, place: list[str]) -> None:
    with projector.connection() as connection, pytest.raises(Refusal, match="cursor"):
        trace.of_signal(connection, LEAKS, 9, encoded(place))


def _traces(connection: Connection, item: items.ItemRow) -> dict[str, Traced | None]:
    return {
        "signal": trace.of_signal(connection, LEAKS, 9),
        "part": trace.of_signal(connection, DRIPS, 9),
        "launch": trace.of_launch(connection, PLAN.launch_id, 9),
        "item": trace.of_item(connection, item.item_id, 9),
        "conversation": trace.of_conversation(connection, item.conversation_id or "", 9),
    }
