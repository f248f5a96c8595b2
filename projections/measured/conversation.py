"""The facts of conversations, of spells of waiting and of clocks, for measures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from psycopg import sql

from domain.measure.clock import MeasuredClock
from domain.measure.conversation import WINDOW, ConversationFacts
from domain.measure.conversation import conversations as facts_of_steps
from domain.measure.question import MeasureQuestion
from domain.measure.step import ConversationStep
from domain.measure.waiting import Spell, spells_of
from infra.postgres.database import Connection
from infra.views.tables import Table
from projections.conversation.steps import CONVERSATION_STEPS
from projections.measured.reading import MOST_ITEMS, bounded, rows_of
from projections.service_level.clocks import SLA_CLOCKS

_STEPS, _CLOCKS = Table(CONVERSATION_STEPS), Table(SLA_CLOCKS)

# Of a clock that a merge shows elsewhere, the record there counts. An opening is the first event of its stream.
_CLOCK_FACTS = sql.SQL(
    "SELECT id, customer_id, metric, policy_id, started_at, state, due_at, breached_at FROM ("
    "SELECT DISTINCT ON (1) concat_ws('/', which ->> 'conversation_id', which ->> 'metric', which ->> 'number') AS id, "
    "o.customer_id, which ->> 'metric' AS metric, clock ->> 'policy_id' AS policy_id, clock ->> 'state' AS state, "
    "clock ->> 'target' AS target, (clock ->> 'started_at')::timestamptz AS started_at, "
    "(clock ->> 'due_at')::timestamptz AS due_at, (clock ->> 'breached_at')::timestamptz AS breached_at "
    "FROM {clocks} AS c CROSS JOIN LATERAL jsonb_array_elements(c.clocks) AS each (clock) "
    "CROSS JOIN LATERAL (SELECT clock -> 'which' AS which) AS identity "
    "LEFT JOIN {steps} AS o ON o.conversation_id = which ->> 'conversation_id' AND o.version = 1 AND NOT o.deleted "
    "WHERE NOT c.deleted ORDER BY 1, c.conversation_id = which ->> 'conversation_id') AS once "
    "WHERE target IS NOT NULL AND started_at >= %(begin)s AND started_at < %(end)s ORDER BY id LIMIT %(most)s"
).format(clocks=_CLOCKS.name, steps=_STEPS.name)
# All steps of each conversation in which something happened in the span: by which step a measure goes is its to say.
_WHERE_STEPS = f"""WHERE NOT deleted AND conversation_id IN
    (SELECT conversation_id FROM {_STEPS.name.as_string()} WHERE NOT deleted AND at >= %s AND at < %s)
    ORDER BY conversation_id, version LIMIT %s"""  # noqa: S608


def conversations(connection: Connection, question: MeasureQuestion) -> list[ConversationFacts]:
    """The conversations in which something happened within a span."""
    # Whether a customer came again is seen by what they began before.
    return facts_of_steps(_steps(connection, question.begin - WINDOW, question.end))


def conversations_named(connection: Connection, ids: Iterable[str]) -> dict[str, ConversationFacts]:
    """Those of these conversations that customers began, by id."""
    steps = bounded(
        _STEPS.select(
            connection,
            "WHERE NOT deleted AND conversation_id = ANY (%s) ORDER BY conversation_id, version LIMIT %s",
            (list(ids), MOST_ITEMS + 1),
        )
    )
    return {each.id: each for each in facts_of_steps(steps)}


def spells(connection: Connection, question: MeasureQuestion) -> Iterable[Spell]:
    """The spells of waiting of conversations in which something happened within a span."""
    return spells_of(_steps(connection, question.begin, question.end))


def clocks(connection: Connection, question: MeasureQuestion) -> Iterable[MeasuredClock]:
    """The clocks that started within a span."""
    return (MeasuredClock(*row) for row in rows_of(connection, _CLOCK_FACTS, question.begin, question.end))


def _steps(connection: Connection, begin: datetime, end: datetime) -> list[ConversationStep]:
    return bounded(_STEPS.select(connection, _WHERE_STEPS, (begin, end, MOST_ITEMS + 1)))
