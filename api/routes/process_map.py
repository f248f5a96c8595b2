"""The routes of the map of how conversations go: the map as JSON and as a picture, and the moves behind an edge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.contract.openapi import headers
from api.edge.access import Guarded, roles
from api.edge.parts import AtLeast, Limit, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.problems import responses
from api.edge.replaying import Then
from api.routes.reading import READERS, reading, reading_from, reads_in
from domain.kernel.time import Zone
from domain.measure.period import PeriodLength
from domain.process_map import question as asking
from domain.process_map.discovery import MapRow, Move, ProcessMap
from domain.process_map.path import Nodes
from domain.process_map.question import ProcessQuestion
from infra.drawing.process_map import drawn
from projections import process_map as view

queries = APIRouter(route_class=Guarded, tags=["measures"])

_CODES = ("calendar-unknown",)
_SVG: dict[str, Any] = {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, **headers("Position")}


class MapShown(BaseModel):
    """The map of a period, or of a slice of it."""

    period: str
    begin: datetime
    end: datetime
    slice: str | None
    map: ProcessMap


class MapsPage(BaseModel):
    """Maps by period and slice. `calendar`: by whose open hours waiting counts; null: by the wall clock."""

    position: int
    nodes: Nodes
    zone: str
    calendar: str | None
    rows: list[MapShown]


class MoveShown(BaseModel):
    """One conversation went from the first node to the next one. `seconds`: how long somebody waited in between, in
    open hours; null where nobody waited, or a time is not exact."""

    conversation_id: str
    begin: datetime
    end: datetime
    seconds: float | None


class MovesPage(BaseModel):
    """The moves behind an edge, those that waited longest first. `number`: how many there are in all."""

    position: int
    number: int
    moves: list[MoveShown]


def _label(text: str) -> Any:
    return Query(max_length=200, description=text)


async def _question(
    parts: TheParts,
    begin: Annotated[date, Query(alias="from", description="The first day.", examples=["2026-10-01"])],
    end: Annotated[date, Query(alias="to", description="The day after the last one.", examples=["2026-11-01"])],
    nodes: Annotated[Nodes, Query(description="What the map is of.")] = "work",
    team: Annotated[str | None, _label("Only what this team has, by its id.")] = None,
    area: Annotated[str | None, _label("Only of this product area.")] = None,
    channel: Annotated[str | None, _label("Only what came this way.")] = None,
    kind: Annotated[str | None, _label("Only of this kind.")] = None,
    calendar: Annotated[str | None, _label("By whose open hours waiting counts, by name or id.")] = None,
    zone: Annotated[Zone | None, Query(description="The zone of the days; else the company's.")] = None,
) -> ProcessQuestion:
    chosen = {"team": team, "area": area, "channel": channel, "kind": kind}
    zone = zone or parts.executor.zone
    return asking.asked(begin, end, zone=zone, nodes=nodes, calendar=calendar, chosen=chosen)


TheWhole = Annotated[ProcessQuestion, Depends(_question)]


@queries.get("/process-map", **reading(MapsPage, *READERS, codes=_CODES))
async def read_process_map(
    parts: TheParts,
    at_least: AtLeast,
    whole: TheWhole,
    begin: Annotated[date, Query(alias="from")],
    end: Annotated[date, Query(alias="to")],
    then: TheThen = None,
    by: Annotated[PeriodLength, Query(description="Compare periods; weeks are those of ISO 8601.")] = "whole",
    slice: Annotated[str | None, Query(max_length=100, description="Compare by this, too.", examples=["team"])] = None,
    zone: Zone | None = None,
) -> Response:
    """How conversations go: what follows what directly, how often, after how long in open hours, and how much of all
    waiting is there; the most frequent ways; the edges in the order of time lost. What fewer than five people did is
    not shown. With `as_of` and `known_at`, as it was, and as it was known."""
    zone = zone or parts.executor.zone
    question = asking.compared(whole, begin, end, zone=zone, by=by, slice_by=slice)
    await wait_for_views(parts, view.READS, at_least)
    position, (calendar, rows) = await reads_in(parts, then, _maps, parts, question, then)
    found = MapsPage(position=position, nodes=question.nodes, zone=zone, calendar=calendar, rows=list(map(_row, rows)))
    return json_answer(found.model_dump_json().encode(), position)


@queries.get(
    "/process-map/svg",
    **roles(*READERS),
    response_class=Response,
    responses={200: _SVG, **responses(*_CODES, "position-not-reached")},
)
async def draw_process_map(parts: TheParts, at_least: AtLeast, whole: TheWhole, then: TheThen = None) -> Response:
    """The map of the whole span as a picture (SVG) without scripts, with a title and a description."""
    await wait_for_views(parts, view.READS, at_least)
    position, (_, rows) = await reads_in(parts, then, _maps, parts, whole, then)
    return Response(drawn(rows[0].map), 200, {"Position": str(position)}, "image/svg+xml")


@queries.get("/process-map/moves", **reading(MovesPage, "lead", "auditor", codes=_CODES))
async def read_moves(
    parts: TheParts,
    at_least: AtLeast,
    whole: TheWhole,
    first: Annotated[str, Query(max_length=200, description="A node.", examples=["began"])],
    next: Annotated[str, Query(max_length=200, description="What followed it directly.", examples=["answered"])],
    then: TheThen = None,
    limit: Limit = 50,
) -> Response:
    """The moves behind an edge, each with its conversation: those that waited longest first."""
    await wait_for_views(parts, view.READS, at_least)
    position, found = await reads_in(parts, then, _moves, parts, whole, first, next, then)
    page = MovesPage(position=position, number=len(found), moves=list(map(_move, found[:limit])))
    return json_answer(page.model_dump_json().encode(), position)


def _maps(
    parts: Parts, question: ProcessQuestion, then: Then | None
) -> tuple[int, tuple[str | None, Sequence[MapRow]]]:
    with reading_from(parts, view.READS, then) as (connection, position):
        return position, view.answer(connection, question)


def _moves(
    parts: Parts, question: ProcessQuestion, first: str, next: str, then: Then | None
) -> tuple[int, Sequence[Move]]:
    with reading_from(parts, view.READS, then) as (connection, position):
        return position, view.moves_behind(connection, question, first, next)


def _row(row: MapRow) -> MapShown:
    period = row.period
    return MapShown(period=period.label, begin=period.begin, end=period.end, slice=row.slice, map=row.map)


def _move(move: Move) -> MoveShown:
    return MoveShown(conversation_id=move.id, begin=move.begin, end=move.end, seconds=move.seconds)
