"""The view of surveys' questions: who is asked what, who was asked, who was not and why, and who answered. And what a
survey finds, with the response beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from psycopg import sql

from domain.attention.contacts import ContactBlocked, Contacted, QuestionAnswered, QuestionOwed, WaitReason
from domain.kernel.event import Recorded
from domain.statistics import Proportion, wilson, wilson_of
from domain.survey import SurveyOpened
from domain.survey_weighting import WeightedAnswers, weighted
from infra.postgres.database import Connection
from infra.views.tables import Table
from infra.views.view import Target, View

Stands = Literal["waiting", "asked", "not-asked", "answered"]
"""Where a question stands: it waits, also for the budget; it was sent; it is not sent by itself; it is answered."""


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question to a customer. `reason`: why it was not asked yet; `next_at`: when that is tried again, None: not by
    itself. `answer`: one of those that the question allows; None for a text, which is the message."""

    survey_id: str
    customer_id: str
    segment: str | None
    stands: Stands
    next_at: datetime | None
    reason: WaitReason | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str | None = None


_Reads = QuestionOwed | QuestionAnswered | Contacted | ContactBlocked


class SurveyQuestions(View[QuestionRow, _Reads]):
    """Questions by survey and customer."""

    name = "survey_questions"
    row = QuestionRow
    key = ("survey_id", "customer_id")

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The question to this customer."""
        event = recorded.event
        if isinstance(event, QuestionOwed | QuestionAnswered):
            yield (event.survey_id, event.customer_id)
        elif event.occasion == "survey":
            yield from ((survey_id, event.customer_id) for survey_id in event.outcome_ids)

    def fold(self, row: QuestionRow | None, recorded: Recorded[_Reads]) -> QuestionRow | None:
        """The question after one more event."""
        event = recorded.event
        if isinstance(event, QuestionOwed):
            return QuestionRow(event.survey_id, event.customer_id, event.segment, "waiting", event.due_at)
        if row is None:
            return None
        match event:
            case Contacted():
                return replace(row, stands="asked", next_at=None, reason=None, asked_at=event.at)
            case ContactBlocked():
                stands: Stands = "not-asked" if event.retry_at is None else "waiting"
                return replace(row, stands=stands, next_at=event.retry_at, reason=event.reason)
            case QuestionAnswered():
                return replace(row, stands="answered", answered_at=recorded.at, answer=event.answer)
            case _:
                assert_never(event)


SURVEY_QUESTIONS = SurveyQuestions()
_TABLE = Table(SURVEY_QUESTIONS)

# -- reading


@dataclass(frozen=True, slots=True)
class Response:
    """How a segment responds; null: of no segment. `people`: of the audience. `drawn`: of the sample. `asked`: who was
    sent the question; `answered` of these; `low`, `high`: the interval of the response rate. `not_asked`: who was not,
    by reason, also for the time being."""

    segment: str | None
    people: int
    drawn: int
    asked: int
    answered: int
    low: float
    high: float
    not_asked: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """How many gave an answer, of all who answered, with the interval of the share. `weighted`: the share where each
    segment counts as it does in the audience, with its interval."""

    answer: str
    people: int
    low: float
    high: float
    weighted: float
    weighted_low: float
    weighted_high: float


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What a survey finds, and who did not respond. `enough`: as many answered as the interval that is wanted needs.
    `answers`: of a question with fixed answers. `texts`: how many answered by a text. `effective`: how many equally
    weighted answers say as much as these, weighted like the audience. `unheard`: the part of the audience that is of
    segments of which nobody answered; no weight speaks for it."""

    needed: int
    drawn: int
    asked: int
    answered: int
    enough: bool
    answers: Sequence[Answered]
    texts: int
    segments: Sequence[Response]
    effective: float
    unheard: float


_COUNTS = sql.SQL(
    """SELECT t.segment, t.stands, t.reason, t.answer, count(*) FROM {} AS t
WHERE t.survey_id = %s AND NOT t.deleted GROUP BY 1, 2, 3, 4"""
).format(_TABLE.name)


def result(connection: Connection, opened: SurveyOpened, allowed: Sequence[str]) -> SurveyResult:
    """What a survey finds. `allowed`: its fixed answers."""
    found = connection.execute(_COUNTS, (opened.survey_id,)).fetchall()
    asked, answered = Counter[str | None](), Counter[str | None]()
    not_asked: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    said = Counter[str | None]()
    by_segment: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for segment, stands, reason, answer, number in found:
        if stands in ("asked", "answered"):
            asked[segment] += number
        else:
            not_asked[segment][reason or "due"] += number
        if stands == "answered":
            answered[segment] += number
            said[answer] += number
            by_segment[segment][answer or ""] += number
    drawn = Counter(each.segment for each in opened.sample)
    like_audience = weighted(by_segment, {each.name: each.people for each in opened.audience})
    return SurveyResult(
        needed=opened.needed,
        drawn=len(opened.sample),
        asked=asked.total(),
        answered=answered.total(),
        enough=answered.total() >= opened.needed,
        answers=[_answered(each, said[each], answered.total(), like_audience) for each in allowed],
        texts=said[None],
        segments=[
            _response(each.name, each.people, drawn[each.name], asked[each.name], answered[each.name], not_asked)
            for each in opened.audience
        ],
        effective=like_audience.effective,
        unheard=like_audience.unheard,
    )


def _answered(answer: str, people: int, of: int, like_audience: WeightedAnswers) -> Answered:
    interval = wilson(Proportion(people, of))
    share, around = like_audience.shares.get(answer, (0.0, wilson_of(0.0, like_audience.effective)))
    return Answered(answer, people, interval.low, interval.high, share, around.low, around.high)


def _response(
    segment: str | None,
    people: int,
    drawn: int,
    asked: int,
    answered: int,
    not_asked: Mapping[str | None, Mapping[str, int]],
) -> Response:
    rate = wilson(Proportion(answered, asked))
    return Response(segment, people, drawn, asked, answered, rate.low, rate.high, dict(not_asked.get(segment, {})))
