"""The routes of citations: figures that are published are kept as they are shown, and asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies.measure import CitationBody
from api.edge.access import Guarded
from api.edge.computing import while_wanted
from api.edge.parts import (
    AtLeast,
    Id,
    Parts,
    TheContext,
    TheParts,
    TheThen,
    ask,
    done,
    json_answer,
    wait_for_views,
)
from api.edge.replaying import Then
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.measure import FigureShown, TheQuestion, figures_of
from api.routes.reading import READERS, reading, reads_in
from commands.measure import cited
from domain.kernel.as_known import Instants
from domain.measure.citation import (
    CiteFigures,
    DefinitionChange,
    FigureDifference,
    MeasureCited,
    asked_again,
    cited_question,
    definition_changes,
    differences,
    read,
    written,
)
from projections import measure as view

queries = APIRouter(route_class=Guarded, tags=["measures"])
router = APIRouter(route_class=StrictJSON, tags=["measures"])


class CitedQuestionShown(BaseModel):
    """What was asked: of the days from `begin` up to, and without, `end`, as `GET /measures/{id}` is asked."""

    measure: str
    begin: date
    end: date
    by: str
    zone: str
    slice_by: str | None
    compare: str | None
    as_of: datetime | None
    known_at: datetime | None


class CitedToday(BaseModel):
    """What would be different today: `differences` of figures, none where all are the same. `version`: the present one
    of the definition. `definition`: the versions that are newer than the cited one, each with what it counts
    otherwise."""

    as_of: datetime
    version: int
    definition: list[DefinitionChange]
    differences: list[FigureDifference]


class CitationShown(BaseModel):
    """Figures as they were published. `figures`: the same bytes each time. `version`: of the definition; `counted_at`:
    the instant as of which outcomes were known; `log_position`: of the log, which the figures had reached."""

    position: int
    id: str
    cited_at: datetime
    author_id: str
    reason: str | None
    question: CitedQuestionShown
    version: int
    counted_at: datetime
    log_position: int
    figures: list[FigureShown]
    today: CitedToday


@router.post(
    "/measures/{id}/citations", **changing(CiteFigures, codes=("not-found", "position-not-reached"), status=201)
)
async def cite_figures(
    body: CitationBody,
    parts: TheParts,
    context: TheContext,
    at_least: AtLeast,
    question: TheQuestion,
    then: TheThen = None,
) -> Response:
    """Cite figures that are published: keep them as `GET /measures/{id}` answers the same question now, under an id.
    What is hidden stays hidden in a citation."""
    await wait_for_views(parts, view.reads(question), at_least)
    position, rows = await reads_in(parts, then, figures_of, parts, question, then)
    command = CiteFigures(
        question=cited_question(question, Instants() if then is None else then.instants),
        version=question.measure.version,
        position=position,
        counted_at=question.now,
        figures=written(rows),
    )
    answer = await to_thread.run_sync(partial(ask, parts, command, replace(context, reason=body.reason)))
    return done(answer, 201)


@queries.get("/citations/{id}", **reading(CitationShown, *READERS, codes=("not-found",)))
async def read_citation(id: Id, parts: TheParts, at_least: AtLeast, request: Request) -> Response:
    """Figures as they were published, byte by byte, and what would be different today, with the reason where the
    definition has another version. What changed item by item says `GET /measures/{id}/changes`."""
    recorded, found = await to_thread.run_sync(cited, parts.executor, id)
    as_of = found.question.as_of
    then = None if as_of is None else Then(Instants(as_of), while_wanted(request))
    views = view.reads(asked_again(found.question, found.counted_at))
    await wait_for_views(parts, views, at_least)
    position, today = await reads_in(parts, then, _today, parts, found, then)
    shown = {
        "position": position,
        "id": id,
        "cited_at": recorded.recorded_at,
        "author_id": recorded.envelope.actor.id,
        "reason": recorded.envelope.reason,
        "question": found.question,
        "version": found.version,
        "counted_at": found.counted_at,
        "log_position": found.position,
    }
    # The figures are not read and written anew: they are the bytes that were kept.
    return json_answer(
        to_json(shown)[:-1] + b',"figures":' + found.figures.encode() + b',"today":' + to_json(today) + b"}", position
    )


def _today(parts: Parts, found: MeasureCited, then: Then | None) -> tuple[int, CitedToday]:
    now = parts.executor.clock() if then is None else then.instants.now(parts.executor.clock())
    question = asked_again(found.question, now)
    position, today = figures_of(parts, question, then)
    same = today
    if found.version != question.measure.version:
        former = asked_again(found.question, now, found.version)
        _, same = figures_of(parts, former, then)
    return position, CitedToday(
        as_of=now,
        version=question.measure.version,
        definition=definition_changes(found.question.measure, found.version),
        differences=differences(read(found.figures), today, same),
    )
