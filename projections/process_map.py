"""The map of how conversations go, read from their steps, with waiting by the open hours of a calendar."""

from __future__ import annotations

from datetime import datetime

from domain.kernel.refusal import Refusal
from domain.measure.step import ConversationStep
from domain.process_map.discovery import MapRow, Move, OpenSeconds, maps, moves
from domain.process_map.path import Path, paths
from domain.process_map.question import ProcessQuestion
from infra.postgres.database import Connection
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.conversation.steps import CONVERSATION_STEPS
from projections.service_level import policies

READS: tuple[AnyView, ...] = (CONVERSATION_STEPS, policies.RULES)
MOST_STEPS = 200_000
"""How many steps of conversations one map may be made of."""

_STEPS = Table(CONVERSATION_STEPS)
# All steps of each conversation that began in the span: an opening is the first event of its stream.
_WHERE_BEGUN = f"""WHERE NOT deleted AND conversation_id IN
    (SELECT conversation_id FROM {_STEPS.name.as_string()}
    WHERE NOT deleted AND version = 1 AND at >= %s AND at < %s)
    ORDER BY conversation_id, version LIMIT %s"""  # noqa: S608


def answer(connection: Connection, question: ProcessQuestion) -> tuple[str | None, list[MapRow]]:
    """The id of the calendar by whose open hours waiting counts (None: by the wall clock), and the maps that a question
    asks for. Raises as `moves_behind`."""
    calendar_id, open_seconds = _open_seconds(connection, question.calendar)
    found = paths_of(connection, question)
    return calendar_id, maps(found, question.periods, question.slice_by, open_seconds)


def moves_behind(connection: Connection, question: ProcessQuestion, first: str, then: str) -> list[Move]:
    """The moves behind an edge, those that waited longest first. Raises Refusal `input-invalid`, `calendar-unknown`,
    Overloaded."""
    _, open_seconds = _open_seconds(connection, question.calendar)
    found = moves(paths_of(connection, question), open_seconds)
    behind = [each for each in found if (each.first, each.then) == (first, then)]
    return sorted(behind, key=lambda each: (-(each.seconds or 0.0), each.id, each.place))


def paths_of(connection: Connection, question: ProcessQuestion) -> list[Path]:
    """The paths of the conversations that a question is about. Raises as `moves_behind`."""
    return [path for path in paths(_steps(connection, question), question.nodes) if question.is_about(path)]


def _steps(connection: Connection, question: ProcessQuestion) -> list[ConversationStep]:
    for view in READS:
        Table(view).check_live(connection)
    rows = _STEPS.select(connection, _WHERE_BEGUN, (question.begin, question.end, MOST_STEPS + 1))
    if len(rows) > MOST_STEPS:
        raise Refusal("input-invalid", f"that is about more than {MOST_STEPS:,} steps; ask for a shorter span")
    return rows


def _open_seconds(connection: Connection, named: str | None) -> tuple[str | None, OpenSeconds]:
    """The calendar of a name or an id. Without one: the company's only one, else the wall clock."""
    if named is None:
        every = policies.every(connection, "calendar")
        if len(every) != 1:
            return None, _wall_clock
        row = every[0]
    else:
        found = policies.by_id(connection, named) or policies.named(connection, "calendar", named)
        if found is None or found.kind != "calendar":
            raise Refusal("calendar-unknown", "there is no such calendar; look: antiphon sla rules")
        row = found
    calendar = policies.calendar_of(row)
    return row.id, lambda begin, end: calendar.elapsed(begin, end).total_seconds()


def _wall_clock(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()
