"""How each refusal of a signal is provoked."""

from __future__ import annotations

from itertools import pairwise

from commands.decision_table import put
from commands.signal import handlers as signals
from commands.signal import themes
from commands.signal.merging import merge
from commands.signal.routing import ROUTING_TABLE, route
from commands.staff import handlers as staffing
from domain.decision_table.written import TableWritten
from domain.signal.commands import (
    AnswerQuestion,
    DetectLaunchOverdue,
    MergeSignal,
    PlanSignal,
    ReviseLaunch,
    RouteSignal,
    ShipSignal,
    SignalCommand,
)
from domain.signal.item import ItemState, RecordedPlacement, split_off
from domain.signal.theme import AddTheme
from domain.staff import FormTeam
from tests.refusals.place import HOUR, NOW, Place, Provoke, Table
from tests.support.companies import AGENT
from tests.support.signal_evidence import FEW, Given

SHIP = ShipSignal(what="A stiffer rim")


def routing(place: Place, team: str | None = None, area: str = "wheels", theme: str = "wobbles") -> str:
    """Route a signal, past the table where a team is named."""
    team_id = staffing.form_team(place.executor, FormTeam(name=team), AGENT).id if team else None
    command = RouteSignal(
        area=area, theme=theme, stage="production", team_id=team_id, because="It burns" if team else None
    )
    return route(place.executor, command, AGENT, Given(of_any=FEW)).id


def answered(*commands: SignalCommand) -> Provoke:
    """What a team may not answer any more, or not yet."""

    def provoke(place: Place) -> None:
        id = routing(place, "Production")
        for command in commands:
            signals.act(place.executor, id, command, AGENT)

    return provoke


def merging(place: Place, *areas: str, asked_of_part: bool = False) -> None:
    """Merge signals of these areas, each into the next."""
    ids = [routing(place, "Production", area, f"theme-{number}") for number, area in enumerate(areas)]
    for part, target in pairwise(ids):
        merge(place.executor, part, MergeSignal(into=target), AGENT)
    if asked_of_part:
        signals.act(place.executor, ids[0], SHIP, AGENT)


def published(place: Place, people: str) -> None:
    """Route by a table that has a rule for so many people."""
    table = {
        "hit_policy": "first",
        "inputs": [{"name": "people", "type": "number"}],
        "outputs": [{"name": "team", "type": "string"}],
        "rules": [{"when": {"people": people}, "then": {"team": '"Production"'}}],
    }
    staffing.form_team(place.executor, FormTeam(name="Production"), AGENT)
    put(place.executor, {ROUTING_TABLE: TableWritten.model_validate(table)}, AGENT)
    routing(place)


def adding(place: Place, *names: str) -> str:
    """Add one theme under these names, one after the other."""
    return [themes.add(place.executor, AddTheme(key="leaks", name=name), AGENT).id for name in names][-1]


SIGNALS: Table = {
    **dict.fromkeys(("answer-invalid", "survey-answered", "survey-closed", "survey-token-invalid"), "test_surveys.py"),
    **dict.fromkeys(("audience-empty", "sample-too-large"), "test_survey.py"),
    "areas-differ": lambda place: merging(place, "wheels", "frames"),
    "item-of-another-theme": lambda place: split_off(
        ItemState("customer-1", RecordedPlacement(theme="drips")), "item-1", "leaks", "lid", "split-1"
    ),
    "launch-not-overdue": lambda place: signals.detect_overdue(
        place.executor, routing(place, "Production"), DetectLaunchOverdue(due_at=NOW, detected_at=NOW), AGENT
    ),
    "no-launch": answered(ReviseLaunch(due_at=NOW + HOUR, because="A part is late")),
    "nothing-asked": answered(AnswerQuestion(answer="The blue one")),
    "signal-answered": answered(SHIP, SHIP),
    "signal-has-parts": lambda place: merging(place, "wheels", "wheels", "wheels"),
    "signal-held": lambda place: published(place, "> 1"),
    "signal-merged": lambda place: merging(place, "wheels", "wheels", asked_of_part=True),
    "signal-planned": answered(PlanSignal(what="A stiffer rim"), PlanSignal(what="Another rim")),
    "signal-routed": lambda place: [routing(place, team) for team in ("Production", "Sales")],
    "signal-unplaced": lambda place: published(place, "> 1000"),
    "table-unpublished": routing,
    "theme-added-otherwise": lambda place: adding(place, "Water", "Wet tables"),
}
