"""The view of surveys: what is asked of whom until when, and how many were asked and answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.attention.contacts import Contacted, QuestionAnswered
from domain.kernel.event import Recorded
from domain.survey import Question, SurveyClosed, SurveyOpened
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey. `needed`: how many answers the interval that is wanted takes; `drawn`: of the sample; `asked`,
    `answered`: so far. `closes_at`: from when on no answer is taken in; `closed_early`: somebody closed the survey
    before its date."""

    survey_id: str
    question: Question
    product_area: str
    signal_id: str | None
    needed: int
    drawn: int
    opened_at: datetime
    opened_by: str
    closes_at: datetime
    closed_early: bool = False
    asked: int = 0
    answered: int = 0


_Reads = SurveyOpened | SurveyClosed | Contacted | QuestionAnswered


class Surveys(View[SurveyRow, _Reads]):
    """Surveys by id."""

    name = "surveys"
    row = SurveyRow
    key = ("survey_id",)
    indexes = ("opened_at, survey_id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The survey."""
        event = recorded.event
        if not isinstance(event, Contacted):
            yield (event.survey_id,)
        elif event.occasion == "survey":
            yield from ((survey_id,) for survey_id in event.outcome_ids)

    def fold(self, row: SurveyRow | None, recorded: Recorded[_Reads]) -> SurveyRow | None:
        """The survey after one more event."""
        event = recorded.event
        if isinstance(event, SurveyOpened):
            return SurveyRow(
                survey_id=event.survey_id,
                question=event.question,
                product_area=event.product_area,
                signal_id=event.signal_id,
                needed=event.needed,
                drawn=len(event.sample),
                opened_at=recorded.at,
                opened_by=recorded.envelope.actor.id,
                closes_at=event.closes_at,
            )
        if row is None:
            return None
        match event:
            case SurveyClosed():
                return replace(row, closes_at=event.closes_at, closed_early=True)
            case Contacted():
                return replace(row, asked=row.asked + 1)
            case QuestionAnswered():
                return replace(row, answered=row.answered + 1)
            case _:
                assert_never(event)


SURVEYS = Surveys()
_TABLE = Table(SURVEYS)

# -- reading

_NEWEST = [("t.opened_at", "timestamptz"), ("t.survey_id", "text")]
ALL = Selection("surveys", _TABLE, order=_NEWEST, descending=True)
"""All surveys, the newest first."""
OPEN = Selection("open_surveys", _TABLE, order=_NEWEST, which="t.closes_at > now()", descending=True)
"""Those that take answers in, the newest first."""
