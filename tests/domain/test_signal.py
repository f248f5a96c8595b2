"""What becomes of a signal: where it goes, what its team may answer, and that an undo of a merge is exact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.event import Actor, Event
from domain.kernel.refusal import Refusal
from domain.signal.assessment import Strength
from domain.signal.commands import (
    AcknowledgeSignal,
    AnswerQuestion,
    AskBack,
    DeclineSignal,
    DetectLaunchOverdue,
    HandOnSignal,
    PlanSignal,
    ReviseLaunch,
    RouteSignal,
    ShipSignal,
    SignalCommand,
)
from domain.signal.decisions import Route, check_theirs, decide, decide_route
from domain.signal.events import (
    Launch,
    SignalAcknowledged,
    SignalAskedBack,
    SignalDeclined,
    SignalEvent,
    SignalHandedOn,
    SignalLaunchOverdue,
    SignalLaunchRevised,
    SignalMerged,
    SignalPartJoined,
    SignalPartLeft,
    SignalPlanned,
    SignalQuestionAnswered,
    SignalRouted,
    SignalSeparated,
    SignalShipped,
    Weighed,
    WeighedReason,
)
from domain.signal.evidence import Base, Contributor, Evidence
from domain.signal.identity import signal_id
from domain.signal.merging import MOST_PARTS, decide_merge, decide_separation, together
from domain.signal.state import Signal, evolve

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
THURSDAY, FRIDAY, MONDAY = (NOW + timedelta(days=days) for days in (3, 4, 7))
ID = signal_id("wheels", "out-of-true", "production")
ABOUT: dict[str, Any] = {
    "signal_id": ID, "area": "wheels", "theme": "out-of-true", "stage": "production", "team_id": "team-1",
}  # fmt: skip
PLACE: dict[str, Any] = {"area": "wheels", "theme": "out-of-true", "stage": "production"}


def weighed(strength: Strength = "strong") -> Weighed:
    against = None if strength == "strong" else strength
    reason = WeighedReason(code="people", against=against, numbers={"people": 40.0})
    return Weighed(strength=strength, people=40, items=52, weight="40", reasons=(reason,))


ROUTED = SignalRouted(**ABOUT, weighed=weighed())
ACKNOWLEDGED = SignalAcknowledged(**ABOUT)
ASKED = SignalAskedBack(**ABOUT, question="Which year?")
LAUNCH = Launch(launch_id="launch-1", area="wheels", due_at=FRIDAY)
PLANNED = SignalPlanned(**ABOUT, what="A stiffer rim", launch=LAUNCH)
PLAN = PlanSignal(what="A stiffer rim", due_at=FRIDAY, launch_id="launch-1")
SHIPPED = SignalShipped(**ABOUT, what="A stiffer rim")
DECLINED = SignalDeclined(**ABOUT, because="Too dear")
OVERDUE = SignalLaunchOverdue(**ABOUT, launch_id="launch-1", due_at=FRIDAY, detected_at=FRIDAY)
MISSED = DetectLaunchOverdue(due_at=FRIDAY, detected_at=FRIDAY)
HANDED_ON = SignalHandedOn(**{**ABOUT, "team_id": "team-2"}, previous_team_id="team-1", because="Theirs")
LATER = ReviseLaunch(due_at=MONDAY, because="A part is late")


def folded(*events: SignalEvent) -> Signal | None:
    state = None
    for event in events:
        state = evolve(state, event)
    return state


def answer_of(state: Signal | None, command: SignalCommand | DetectLaunchOverdue) -> list[Event] | str:
    try:
        return decide(state, command, NOW)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ([], AcknowledgeSignal(), "not-found"),
        ([ROUTED], AcknowledgeSignal(), [ACKNOWLEDGED]),
        ([ROUTED, ACKNOWLEDGED], AcknowledgeSignal(), []),
        ([ROUTED, PLANNED], AcknowledgeSignal(), []),
        ([ROUTED, SHIPPED], AcknowledgeSignal(), []),
        ([ROUTED], AskBack(question="Which year?"), [ACKNOWLEDGED, ASKED]),
        ([ROUTED, ACKNOWLEDGED], AskBack(question="Which year?"), [ASKED]),
        ([ROUTED, ACKNOWLEDGED], AnswerQuestion(answer="2026"), "nothing-asked"),
        (
            [ROUTED, ACKNOWLEDGED, ASKED],
            AnswerQuestion(answer="2026"),
            [SignalQuestionAnswered(**ABOUT, answer="2026")],
        ),
        ([ROUTED], PLAN, [ACKNOWLEDGED, PLANNED]),
        ([ROUTED, ACKNOWLEDGED, ASKED], PLAN, [PLANNED]),
        ([ROUTED, ACKNOWLEDGED, PLANNED], PLAN, "signal-planned"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, ASKED], PLAN, "signal-planned"),
        ([ROUTED, ACKNOWLEDGED], PlanSignal(what="A stiffer rim", due_at=NOW), "due-in-past"),
        (
            [ROUTED, ACKNOWLEDGED],
            PlanSignal(what="A leaflet", due_at=FRIDAY, launch_area="service", launch_id="launch-2"),
            [
                SignalPlanned(
                    **ABOUT,
                    what="A leaflet",
                    launch=Launch(launch_id="launch-2", area="service", due_at=FRIDAY),
                )
            ],
        ),
        ([ROUTED, ACKNOWLEDGED], PlanSignal(what="Soon"), [SignalPlanned(**ABOUT, what="Soon")]),
        ([ROUTED, ACKNOWLEDGED], LATER, "no-launch"),
        (
            [ROUTED, ACKNOWLEDGED, PLANNED],
            LATER,
            [
                SignalLaunchRevised(
                    **ABOUT,
                    launch_id="launch-1",
                    due_at=MONDAY,
                    previous_due_at=FRIDAY,
                    because="A part is late",
                )
            ],
        ),
        ([ROUTED, ACKNOWLEDGED, PLANNED], ReviseLaunch(due_at=FRIDAY, because="No change"), []),
        ([ROUTED, ACKNOWLEDGED, PLANNED], ReviseLaunch(due_at=NOW, because="Now"), "due-in-past"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, OVERDUE], ReviseLaunch(due_at=THURSDAY, because="-"), "due-in-past"),
        ([ROUTED], ShipSignal(what="A stiffer rim"), [ACKNOWLEDGED, SHIPPED]),
        (
            [ROUTED, ACKNOWLEDGED, PLANNED],
            ShipSignal(what="A stiffer rim"),
            [SignalShipped(**ABOUT, what="A stiffer rim", launch=LAUNCH)],
        ),
        (
            [ROUTED, ACKNOWLEDGED],
            ShipSignal(what="A stiffer rim", due_at=THURSDAY, launch_id="launch-2"),
            [
                SignalShipped(
                    **ABOUT,
                    what="A stiffer rim",
                    launch=Launch(launch_id="launch-2", area="wheels", due_at=THURSDAY),
                )
            ],
        ),
        (
            [ROUTED, ACKNOWLEDGED, PLANNED],
            ShipSignal(what="A stiffer rim", due_at=FRIDAY),
            [SignalShipped(**ABOUT, what="A stiffer rim", launch=LAUNCH)],
        ),
        ([ROUTED, ACKNOWLEDGED, PLANNED], ShipSignal(what="-", due_at=THURSDAY), "signal-planned"),
        ([ROUTED], DeclineSignal(because="Too dear"), [DECLINED]),
        ([ROUTED], HandOnSignal(team_id="team-2", because="Theirs"), [HANDED_ON]),
        ([ROUTED], HandOnSignal(team_id="team-1", because="Ours"), []),
        ([ROUTED, HANDED_ON], AcknowledgeSignal(), [SignalAcknowledged(**{**ABOUT, "team_id": "team-2"})]),
        *[
            ([ROUTED, end], command, "signal-answered")
            for end in (SHIPPED, DECLINED)
            for command in (AskBack(question="?"), PLAN, ShipSignal(what="-"), DeclineSignal(because="-"), LATER)
        ],
    ],
)  # fmt: skip
def test_what_a_team_may_answer(given: list[SignalEvent], when: SignalCommand, then: list[SignalEvent] | str) -> None:
    assert answer_of(folded(*given), when) == then


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ([ROUTED, ACKNOWLEDGED, PLANNED], MISSED, [OVERDUE]),
        ([ROUTED, ACKNOWLEDGED, PLANNED, OVERDUE], MISSED, "launch-not-overdue"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, SHIPPED], MISSED, "launch-not-overdue"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, DECLINED], MISSED, "launch-not-overdue"),
        ([ROUTED, ACKNOWLEDGED, PLANNED, HANDED_ON], MISSED, "launch-not-overdue"),
        ([ROUTED, ACKNOWLEDGED], MISSED, "launch-not-overdue"),
        (
            [ROUTED, ACKNOWLEDGED, PLANNED],
            DetectLaunchOverdue(due_at=FRIDAY, detected_at=FRIDAY - timedelta(seconds=1)),
            "launch-not-overdue",
        ),
    ],
)
def test_a_missed_launch_is_detected_once(
    given: list[SignalEvent], when: DetectLaunchOverdue, then: list[SignalEvent] | str
) -> None:
    assert answer_of(folded(*given), when) == then


def test_a_question_answered_leads_back_to_where_it_was_asked() -> None:
    for before, status in ((ACKNOWLEDGED, "acknowledged"), (PLANNED, "planned")):
        state = folded(ROUTED, ACKNOWLEDGED, before, ASKED, ASKED, SignalQuestionAnswered(**ABOUT, answer="2026"))
        assert state is not None
        assert state.status == status


def routed(
    given: list[SignalEvent], strength: Strength = "strong", team: str | None = None, because: str | None = None
) -> list[Event] | str:
    command = RouteSignal(**PLACE, team_id=team, because=because)
    try:
        return decide_route(folded(*given), command, Route(team or "team-1", weighed(strength), None))
    except Refusal as refusal:
        return refusal.code


def test_what_is_strong_goes_to_the_team_and_stays_there() -> None:
    assert routed([]) == [ROUTED]
    assert routed([ROUTED]) == []
    assert routed([ROUTED, ACKNOWLEDGED, PLANNED]) == []


@pytest.mark.parametrize("strength", ["thin", "skewed", "contradicted"])
def test_what_is_not_strong_is_held_unless_somebody_says_why(strength: Strength) -> None:
    assert routed([], strength) == "signal-held"
    by_hand = SignalRouted(**ABOUT, weighed=weighed(strength), because="It burns")
    assert routed([], strength, "team-1", "It burns") == [by_hand]
    assert routed([], strength, because="It burns") == [by_hand], "by the table, with a reason"


def test_whoever_passes_the_table_says_why() -> None:
    assert routed([], team="team-1") == "reason-missing"


def test_a_signal_is_with_one_team_until_it_is_answered() -> None:
    assert routed([ROUTED], team="team-2", because="Theirs") == "signal-routed"
    assert routed([ROUTED, DECLINED]) == "signal-answered"
    again = routed([ROUTED, DECLINED], team="team-2", because="It got worse")
    assert isinstance(again, list)
    assert folded(ROUTED, DECLINED, *again) == Signal(ID, "wheels", "out-of-true", "production", "team-2")  # type: ignore[arg-type]


def test_members_answer_for_their_own_team_and_leads_for_any() -> None:
    state = folded(ROUTED)
    assert state is not None
    for roles, team in ((("design",), "team-1"), (("design", "lead"), "team-2"), (("lead",), None)):
        check_theirs(Actor(id="staff-1", kind="agent", roles=roles, team=team), state)
    for team in ("team-2", None):
        with pytest.raises(Refusal, match="forbidden"):
            check_theirs(Actor(id="staff-1", kind="agent", roles=("design",), team=team), state)


# -- merging

OTHER_ID = signal_id("wheels", "wobbles", "production")
OTHER = SignalRouted(**{**ABOUT, "signal_id": OTHER_ID, "theme": "wobbles"}, weighed=weighed())


def both(*events: SignalEvent) -> tuple[Signal, Signal]:
    part, target = folded(OTHER, *events), folded(ROUTED)
    assert part is not None
    assert target is not None
    return part, target


def merged(part: Signal, target: Signal) -> tuple[Signal, Signal]:
    decided = decide_merge(part, target)
    return after(part, decided[part.signal_id]), after(target, decided[target.signal_id])


def after(state: Signal, events: list[Event]) -> Signal:
    found: Signal | None = state
    for event in events:
        found = evolve(found, event)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_merge_links_two_signals_and_changes_neither() -> None:
    part, target = both()
    of_part = {**ABOUT, "signal_id": OTHER_ID, "theme": "wobbles"}
    assert decide_merge(part, target) == {
        OTHER_ID: [SignalMerged(**of_part, into=ID)],
        ID: [SignalPartJoined(**ABOUT, part=OTHER_ID, parts=(OTHER_ID,))],
    }
    part, target = merged(part, target)
    assert decide_separation(part, target) == {
        OTHER_ID: [SignalSeparated(**of_part, out_of=ID)],
        ID: [SignalPartLeft(**ABOUT, part=OTHER_ID, parts=())],
    }


def test_an_undo_is_exact_also_after_further_events() -> None:
    # Given a planned signal that is merged into another one, which then is shipped
    planned = PLANNED.model_copy(update={"signal_id": OTHER_ID, "theme": "wobbles"})
    part, target = before = both(ACKNOWLEDGED.model_copy(update={"signal_id": OTHER_ID, "theme": "wobbles"}), planned)
    part, target = merged(part, target)
    shipped = answer_of(target, ShipSignal(what="A stiffer rim"))
    assert isinstance(shipped, list)
    assert shipped[-1] == SHIPPED.model_copy(update={"parts": (OTHER_ID,)}), "the outcome says for whom it is one"
    target = after(target, shipped)
    # When
    decided = decide_separation(part, target)
    # Then the part stands as before, and the other one has what happened to it
    assert after(part, decided[OTHER_ID]) == before[0]
    assert after(target, decided[ID]) == after(before[1], [ACKNOWLEDGED, SHIPPED])


def test_a_part_is_not_asked_itself() -> None:
    part, _ = merged(*both())
    assert answer_of(part, AcknowledgeSignal()) == "signal-merged"
    with pytest.raises(Refusal, match="signal-merged"):
        decide_route(part, RouteSignal(**PLACE), Route("team-1", weighed(), None))


def test_what_cannot_be_merged() -> None:
    part, target = both()
    elsewhere = folded(ROUTED.model_copy(update={"area": "frames", "signal_id": "signal-frames"}))
    third = folded(ROUTED.model_copy(update={"theme": "third", "signal_id": "signal-third"}))
    assert elsewhere is not None
    assert third is not None
    as_part, as_target = merged(part, target)
    full = after(target, [SignalPartJoined(**ABOUT, part="-", parts=tuple(map(str, range(MOST_PARTS))))])
    for one, other, code in (
        (part, part, "merge-with-itself"),
        (as_target, as_part, "merge-cycle"),
        (as_part, third, "merged-already"),
        (third, as_part, "target-merged"),
        (as_target, third, "signal-has-parts"),
        (part, elsewhere, "areas-differ"),
        (part, full, "parts-too-many"),
    ):
        with pytest.raises(Refusal) as refused:
            decide_merge(one, other)
        assert refused.value.code == code


def test_each_person_counts_once_over_merged_signals() -> None:
    base = Base({"families": 10}, {"mail": 10})
    one = Evidence((Contributor("ada", "families", "mail", 1, True), Contributor("bob", "families", "mail")), base)
    other = Evidence((Contributor("ada", "families", "chat", 2, False, "copies"),), base)
    assert together([one, other]) == Evidence(
        (Contributor("ada", "families", "chat", 3, False, "copies"), Contributor("bob", "families", "mail")), base
    )
    assert together([]) is None
