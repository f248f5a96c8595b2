"""The routes of measures: their definitions, their figures as JSON and CSV, and the items behind the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.openapi import headers
from api.edge.access import Guarded, roles
from api.edge.parts import AtLeast, Limit, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.problems import responses
from api.edge.replaying import Then
from api.routes.reading import READERS, reading, reading_from, reads_in
from domain.kernel.time import Zone
from domain.measure import question as asking
from domain.measure.as_csv import as_csv
from domain.measure.catalogue import MEASURES, SLICES
from domain.measure.definition import Measure, MeasuredItem, Unit
from domain.measure.figure import ComparedFigure, Figure, FigureRow
from domain.measure.period import PeriodLength
from domain.measure.question import MeasureQuestion
from infra.drawing.measure_chart import chart
from infra.views.cursor import cursor_invalid, encoded, place
from projections import measure as view

queries = APIRouter(route_class=Guarded, tags=["measures"])

_CODES = ("not-found",)
_CSV: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}, **headers("Position")}

_SVG: dict[str, Any] = {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, **headers("Position")}


class MeasureShown(BaseModel):
    """The definition of a measure. `hit`: when an item hits; of a measure that is no share, what is measured.
    `exclusions`: why an item may be left out, by outcome. `slices`: by what its items can be grouped. `unit`: what its
    figures are in."""

    name: str
    version: int
    question: str
    population: str
    hit: str
    exclusions: Mapping[str, str]
    time_basis: str
    better: Literal["more", "less"]
    owner: str
    reads: Sequence[str]
    slices: Sequence[str]
    unit: Unit


class MeasuresPage(BaseModel):
    """All measures, in their present versions."""

    position: int
    measures: list[MeasureShown]


class FigureShown(BaseModel):
    """The figure of a period, or of a slice of it. `slices`: the values of the slice, by name. `compared`: the figures
    of other periods, where they were asked for."""

    period: str
    begin: datetime
    end: datetime
    slice: str | None
    figure: Figure
    slices: Mapping[str, str]
    compared: Sequence[ComparedFigure] = ()


class FiguresPage(BaseModel):
    """Figures by period and slice. `as_of`: the instant as of which outcomes are known."""

    position: int
    measure: MeasureShown
    zone: str
    as_of: datetime
    rows: list[FigureShown]


class MeasuredItemShown(BaseModel):
    """An item as a measure counts it: `hit`, `miss`, `counted`, `open`, `unknown`, or the exclusion that leaves it out.
    `value`: of an item that is counted, in the measure's unit. A spell of waiting has the id of its conversation, and
    behind a slash the version of the event with which it began."""

    id: str
    at: datetime
    outcome: str
    slices: Mapping[str, str]
    value: float | None


class MeasuredItemsPage(BaseModel):
    """Items behind figures, by their ids. `cursor`: the last id of the page, if there are more."""

    position: int
    items: list[MeasuredItemShown]
    cursor: str | None


async def _question(
    parts: TheParts,
    then: TheThen,
    id: Annotated[str, Path(max_length=100, description="The name of a measure.", examples=["promise_kept"])],
    begin: Annotated[date, Query(alias="from", description="The first day.", examples=["2026-10-01"])],
    end: Annotated[date, Query(alias="to", description="The day after the last one.", examples=["2026-11-01"])],
    by: Annotated[PeriodLength, Query(description="The length of a period; weeks are those of ISO 8601.")] = "whole",
    slice: Annotated[
        str | None, Query(max_length=100, description="Group by this, too; or by two, with a comma.", examples=["kind"])
    ] = None,
    zone: Annotated[Zone | None, Query(description="The zone of the days; else the company's.")] = None,
    compare: Annotated[
        str | None,
        Query(max_length=100, description="Compare each period: `before`, `year-before`, or both with a comma."),
    ] = None,
    version: Annotated[
        int | None, Query(ge=1, le=1_000_000, description="The version of the definition; else its present one.")
    ] = None,
) -> MeasureQuestion:
    now = parts.executor.clock()
    now = now if then is None else then.instants.now(now)
    return asking.asked(
        id,
        begin,
        end,
        zone=zone or parts.executor.zone,
        now=now,
        by=by,
        slice_by=slice,
        compare=compare,
        version=version,
    )


TheQuestion = Annotated[MeasureQuestion, Depends(_question)]


@queries.get("/measures", **reading(MeasuresPage, *READERS))
async def read_measures(parts: TheParts, at_least: AtLeast) -> Response:
    """The measures: what each counts, of what, by which time, and what it leaves out."""
    await wait_for_views(parts, view.READS, at_least)
    return await to_thread.run_sync(_listed, parts)


@queries.get("/measures/{id}", **reading(FiguresPage, *READERS, codes=_CODES))
async def read_figures(
    parts: TheParts, at_least: AtLeast, question: TheQuestion, then: TheThen = None, zone: Zone | None = None
) -> Response:
    """The figures of a measure by period and slice: the share, or the median and more, with the interval; what is open,
    what nobody reported, and what is left out. A group of fewer than five people shows no figure. With `as_of` and
    `known_at`, as it was, and as it was known."""
    await wait_for_views(parts, view.reads(question), at_least)
    position, rows = await reads_in(parts, then, figures_of, parts, question, then)
    found = FiguresPage(
        position=position,
        measure=_shown(question.measure),
        zone=zone or parts.executor.zone,
        as_of=question.now,
        rows=list(map(_row, rows)),
    )
    return json_answer(found.model_dump_json().encode(), position)


@queries.get(
    "/measures/{id}/csv",
    **roles(*READERS),
    response_class=Response,
    responses={200: _CSV, **responses(*_CODES, "position-not-reached")},
)
async def read_figures_as_csv(
    parts: TheParts, at_least: AtLeast, question: TheQuestion, then: TheThen = None
) -> Response:
    """The same figures as CSV (RFC 4180): the rows of `GET /measures/{id}`, with a line of names."""
    await wait_for_views(parts, view.reads(question), at_least)
    position, rows = await reads_in(parts, then, figures_of, parts, question, then)
    return Response(as_csv(rows), 200, {"Position": str(position)}, "text/csv")


@queries.get(
    "/measures/{id}/svg",
    **roles(*READERS),
    response_class=Response,
    responses={200: _SVG, **responses(*_CODES, "position-not-reached")},
)
async def draw_figures(parts: TheParts, at_least: AtLeast, question: TheQuestion, then: TheThen = None) -> Response:
    """The same figures as a chart (SVG) without scripts, with a title, and all of them in words in its description."""
    await wait_for_views(parts, view.reads(question), at_least)
    position, rows = await reads_in(parts, then, figures_of, parts, question, then)
    drawn = chart(question.measure.question, question.measure.unit, rows)
    return Response(drawn, 200, {"Position": str(position)}, "image/svg+xml")


@queries.get("/measures/{id}/items", **reading(MeasuredItemsPage, "lead", "auditor", codes=_CODES))
async def read_measured_items(
    parts: TheParts,
    at_least: AtLeast,
    question: TheQuestion,
    then: TheThen = None,
    outcome: Annotated[str | None, Query(max_length=100, description="Only these.", examples=["miss"])] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="The `cursor` of the page before.")] = None,
    limit: Limit = 50,
) -> Response:
    """The items behind the figures of the whole span, each with how it counts, and those left out with the reason."""
    await wait_for_views(parts, view.reads(question), at_least)
    position, found = await reads_in(parts, then, items_of, parts, question, then)
    after = item_after(cursor)
    left = [each for each in found if outcome in (None, each.outcome) and each.id > after]
    shown = left[:limit]
    page = {
        "position": position,
        "items": list(map(_item, shown)),
        "cursor": encoded([shown[-1].id]) if len(left) > limit else None,
    }
    return json_answer(to_json(page), position)


# -- reading


def figures_of(parts: Parts, question: MeasureQuestion, then: Then | None) -> tuple[int, Sequence[FigureRow]]:
    """The figures of a question, and the position. In a thread (`reads_in`)."""
    with reading_from(parts, view.reads(question), then) as (connection, position):
        return position, view.answer(connection, question)


def items_of(parts: Parts, question: MeasureQuestion, then: Then | None) -> tuple[int, Sequence[MeasuredItem]]:
    """The items behind the figures of a question, and the position. In a thread (`reads_in`)."""
    with reading_from(parts, view.reads(question), then) as (connection, position):
        return position, view.items(connection, question)


def item_after(cursor: str | None) -> str:
    """The id of the last item of the page before. Raises Refusal `cursor-invalid`."""
    if cursor is None:
        return ""
    found = place(cursor)
    if len(found) != 1:
        raise cursor_invalid()
    return found[0]


def _listed(parts: Parts) -> Response:
    with parts.database.connection() as connection:
        position = view.position(connection)
    found = MeasuresPage(position=position, measures=list(map(_shown, MEASURES.values())))
    return json_answer(found.model_dump_json().encode(), position)


def _shown(measure: Measure[Any]) -> MeasureShown:
    return MeasureShown(
        **{name: getattr(measure, name) for name in MeasureShown.model_fields if name != "slices"},
        slices=SLICES[measure.name],
    )


def _item(item: MeasuredItem) -> dict[str, Any]:  # Any: values of JSON
    return {name: getattr(item, name) for name in MeasuredItemShown.model_fields}


def _row(row: FigureRow) -> FigureShown:
    period = row.period
    return FigureShown(
        period=period.label,
        begin=period.begin,
        end=period.end,
        slice=row.slice,
        figure=row.figure,
        slices=row.slices,
        compared=row.compared,
    )
