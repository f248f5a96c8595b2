"""The facts of what customers said of a step of their way, and of what we wrote to them unasked."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from domain.measure.ease import SaidFacts
from domain.measure.question import MeasureQuestion
from domain.measure.unasked import UnaskedMonth, unasked_months
from infra.postgres.database import Connection
from infra.views.tables import Table
from projections.attention import CLOSING_MESSAGES
from projections.conversation.steps import CONVERSATION_STEPS
from projections.measured.reading import rows_of
from projections.signal.items import ITEMS
from projections.survey import SURVEY_QUESTIONS
from projections.survey_list import SURVEYS

# An answer and the item that is filed of it have the same time, and are of the same customer.
_SAID = sql.SQL(
    "SELECT i.item_id, i.person_id, i.said_at, i.step, i.prompted, "
    "CASE WHEN i.kind = 'survey-answer' THEN effort.score END, i.product_area, i.channel, i.language, i.segment "
    "FROM {items} AS i LEFT JOIN (SELECT q.customer_id, q.answered_at, max(q.answer::int) AS score "
    "FROM {questions} AS q JOIN {surveys} AS s ON s.survey_id = q.survey_id AND s.question = 'effort' "
    "WHERE NOT q.deleted AND NOT s.deleted GROUP BY 1, 2) AS effort "
    "ON effort.customer_id = i.person_id AND effort.answered_at = i.said_at WHERE NOT i.deleted AND NOT i.withdrawn "
    "AND i.kind IN ('feedback', 'complaint', 'passage', 'verdict', 'survey-answer') "
    "AND i.said_at >= %(begin)s AND i.said_at < %(end)s ORDER BY i.item_id LIMIT %(most)s"
).format(items=Table(ITEMS).name, questions=Table(SURVEY_QUESTIONS).name, surveys=Table(SURVEYS).name)
# One closing message may tell of several outcomes. A month before the span: the first message of a month counts.
_WRITTEN = sql.SQL(
    "SELECT customer_id, at FROM ("
    "SELECT DISTINCT customer_id, message_id, told_at AS at FROM {closing} WHERE NOT deleted AND told_at IS NOT NULL "
    "UNION ALL SELECT customer_id, survey_id, asked_at FROM {questions} WHERE NOT deleted AND asked_at IS NOT NULL "
    "UNION ALL SELECT customer_id, conversation_id, at FROM {steps} "
    "WHERE NOT deleted AND what = 'opened' AND value = 'company') AS written "
    "WHERE at >= %(begin)s - interval '31 days' AND at < %(end)s + interval '31 days' "
    "ORDER BY customer_id, at LIMIT %(most)s"
).format(
    closing=Table(CLOSING_MESSAGES).name, questions=Table(SURVEY_QUESTIONS).name, steps=Table(CONVERSATION_STEPS).name
)


def things_said(connection: Connection, question: MeasureQuestion) -> Iterable[SaidFacts]:
    """What was said within a span, with the effort of those who were asked for it."""
    return (SaidFacts(*row) for row in rows_of(connection, _SAID, question.begin, question.end))


def months_written(connection: Connection, question: MeasureQuestion) -> Iterable[UnaskedMonth]:
    """The months of a span in which we wrote to customers unasked."""
    return unasked_months(rows_of(connection, _WRITTEN, question.begin, question.end), question.zone)
