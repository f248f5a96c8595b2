"""The board shows which team has a signal, where the signal stands, and what was promised first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from domain.kernel.event import Actor, Envelope, Recorded
from domain.kernel.ids import new_id
from domain.service_level.signal_verdicts import SignalClocksEvaluated
from domain.signal import events as s
from domain.signal.identity import signal_id
from domain.signal.state import evolve
from infra.views.view import fold_in_memory
from projections.signal.board import BOARD, BoardRow

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY, MONDAY = NOW + timedelta(days=4), NOW + timedelta(days=7)
ID = signal_id("wheels", "wobbles", "production")
ABOUT: dict[str, Any] = {
    "signal_id": ID, "area": "wheels", "theme": "wobbles", "stage": "production", "team_id": "team-1",
}  # fmt: skip
ROUTED = s.SignalRouted(**ABOUT, weighed=s.Weighed(strength="strong", people=40, items=52, weight="40", reasons=()))
ACKNOWLEDGED = s.SignalAcknowledged(**ABOUT)
ASKED = s.SignalAskedBack(**ABOUT, question="Which year?")
TOLD = s.SignalQuestionAnswered(**ABOUT, answer="2026")
LAUNCH = s.Launch(launch_id="launch-1", area="wheels", due_at=FRIDAY)
PLANNED = s.SignalPlanned(**ABOUT, what="A stiffer rim", launch=LAUNCH)
REVISED = s.SignalLaunchRevised(
    **ABOUT, launch_id="launch-1", due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late"
)
OVERDUE = s.SignalLaunchOverdue(**ABOUT, launch_id="launch-1", due_at=FRIDAY, detected_at=FRIDAY)
SHIPPED = s.SignalShipped(**ABOUT, what="A stiffer rim", launch=LAUNCH)
DECLINED = s.SignalDeclined(**ABOUT, because="Too dear")
HANDED_ON = s.SignalHandedOn(**{**ABOUT, "team_id": "team-2"}, previous_team_id="team-1", because="Theirs")
MERGED, SEPARATED = s.SignalMerged(**ABOUT, into="signal-2"), s.SignalSeparated(**ABOUT, out_of="signal-2")
JOINED = s.SignalPartJoined(**ABOUT, part="signal-3", parts=("signal-3",))
LEFT = s.SignalPartLeft(**ABOUT, part="signal-3", parts=())


def shown(*events: s.SignalEvent) -> BoardRow:
    envelope = Envelope(event_id=new_id("event"), actor=Actor(id="staff-1", kind="agent"))
    recorded = [
        Recorded(ID, number, event, envelope, number, NOW + timedelta(minutes=number))
        for number, event in enumerate(events, 1)
    ]
    ((row, _),) = fold_in_memory(BOARD, recorded).values()
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("events", "lane", "said"),
    [
        ([ROUTED], "new", None),
        ([ROUTED, ACKNOWLEDGED], "new", None),
        ([ROUTED, ACKNOWLEDGED, ASKED], "asked-back", "Which year?"),
        ([ROUTED, ACKNOWLEDGED, ASKED, TOLD], "new", "2026"),
        ([ROUTED, ACKNOWLEDGED, PLANNED], "planned", "A stiffer rim"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, ASKED, ASKED, TOLD], "planned", "2026"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, SHIPPED], "shipped", "A stiffer rim"),
        ([ROUTED, DECLINED], "declined", "Too dear"),
        ([ROUTED, ACKNOWLEDGED, HANDED_ON], "new", "Theirs"),
        ([ROUTED, DECLINED, ROUTED], "new", None),
        ([ROUTED, ACKNOWLEDGED, PLANNED, JOINED, LEFT, MERGED, SEPARATED], "planned", "A stiffer rim"),
    ],
)
def test_where_a_signal_stands(events: Sequence[s.SignalEvent], lane: str, said: str | None) -> None:
    row, state = shown(*events), None
    for event in events:
        state = evolve(state, event)
    assert (row.lane, row.said) == (lane, said)
    # And the board says what decisions go by
    assert state is not None
    assert (row.status, row.team_id, row.parts) == (state.status, state.team_id, state.parts)


def test_every_event_of_a_signal_is_shown() -> None:
    assert frozenset(get_args(s.SignalEvent)) == BOARD.reads - {SignalClocksEvaluated}


def test_the_first_date_of_a_launch_stays() -> None:
    row = shown(ROUTED, ACKNOWLEDGED, PLANNED, OVERDUE, REVISED)
    assert (row.launch_first_due_at, row.launch_due_at, row.overdue_at) == (FRIDAY, MONDAY, FRIDAY)
    shipped = shown(ROUTED, ACKNOWLEDGED, PLANNED, REVISED, SHIPPED)
    assert (shipped.launch_first_due_at, shipped.answered_at) == (FRIDAY, NOW + timedelta(minutes=5))
    assert shown(ROUTED, ACKNOWLEDGED, PLANNED, HANDED_ON).launch_id is None


def test_merging_and_its_undo_show_in_both_signals() -> None:
    assert shown(ROUTED, MERGED).merged_into == "signal-2"
    assert shown(ROUTED, MERGED, SEPARATED).merged_into is None
    assert shown(ROUTED, JOINED).parts == ("signal-3",)
    assert shown(ROUTED, JOINED, LEFT).parts == ()
