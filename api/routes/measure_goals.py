"""The route of goals: attained or not, since when, and a warning while something can still be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.edge.access import Guarded
from api.edge.parts import AtLeast, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.replaying import Then
from api.routes.measure import TheQuestion
from api.routes.reading import READERS, reading, reading_from, reads_in
from domain.measure.figure import Figure
from domain.measure.goal import Forecast, GoalStanding
from domain.measure.question import MeasureQuestion
from projections import measure as view
from projections.decision_table import TABLES

queries = APIRouter(route_class=Guarded, tags=["measures"])


class GoalShown(BaseModel):
    """A goal: `of` what of the figure has the `target`, by a version of the table `measure-goals`."""

    target: float
    of: str
    version: int


class GoalStandingShown(BaseModel):
    """How a period stands to its goal; without a `goal`, none was in force. `attained`: by what is known; null where no
    figure says. `since`: the beginning of the first period that is the same in that, up to this one. `forecast`: what
    the period comes to by what is open now. `warning`: it is at risk, and not over: something can still be done."""

    period: str
    begin: datetime
    end: datetime
    goal: GoalShown | None
    attained: bool | None
    since: datetime | None
    open: int | None
    forecast: Forecast
    warning: bool
    figure: Figure


class GoalsPage(BaseModel):
    """The periods of a measure and their goals, in the order of time."""

    position: int
    measure: str
    version: int
    as_of: datetime
    periods: list[GoalStandingShown]


@queries.get("/measures/{id}/goal", **reading(GoalsPage, *READERS, codes=("not-found", "table-invalid")))
async def read_goal(parts: TheParts, at_least: AtLeast, question: TheQuestion, then: TheThen = None) -> Response:
    """Whether the goal of a measure is attained in each period, since when, and what the period comes to by what is
    open now, with a warning while something can still be done. Goals are rules of the decision table `measure-goals`.
    """
    views = tuple(dict.fromkeys((*view.reads(question), TABLES)))
    await wait_for_views(parts, views, at_least)
    position, found = await reads_in(parts, then, _standings, parts, question, then)
    page = GoalsPage(
        position=position,
        measure=question.measure.name,
        version=question.measure.version,
        as_of=question.now,
        periods=[_shown(each) for each in found],
    )
    return json_answer(page.model_dump_json().encode(), position)


def _standings(parts: Parts, question: MeasureQuestion, then: Then | None) -> tuple[int, Sequence[GoalStanding]]:
    views = tuple(dict.fromkeys((*view.reads(question), TABLES)))
    with reading_from(parts, views, then) as (connection, position):
        return position, view.goal_standings(connection, question)


def _shown(of: GoalStanding) -> GoalStandingShown:
    goal = None if of.goal is None else GoalShown(target=of.goal.target, of=of.goal.of, version=of.goal.version)
    return GoalStandingShown(
        period=of.period.label,
        begin=of.period.begin,
        end=of.period.end,
        goal=goal,
        attained=of.attained,
        since=of.since,
        # Of a group that shows no figure, nobody learns how many are open.
        open=None if of.figure.too_small else of.open,
        forecast=of.forecast,
        warning=of.forecast == "at-risk",
        figure=of.figure,
    )
