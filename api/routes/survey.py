"""The routes of surveys: open one and close it, take in an answer, list surveys, and what a survey finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import survey as bodies
from api.edge.access import Guarded
from api.edge.json_documents import page
from api.edge.parts import (
    AtLeast,
    Cursor,
    Id,
    Limit,
    Parts,
    TheContext,
    TheParts,
    ask,
    done,
    json_answer,
    wait_for_views,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import read_page, reading
from api.routes.signal.items import SIGNAL_READERS
from domain import survey as s
from infra.views import versions
from projections import survey as view
from projections import survey_list as listed

queries = APIRouter(route_class=Guarded, tags=["signals"])
router = APIRouter(route_class=StrictJSON, tags=["signals"])


class SurveyPage(BaseModel):
    """A survey, and what it finds: how many answered what, with intervals, and beside that who responded, by
    segment."""

    position: int
    survey_id: str
    question: s.Question
    texts: dict[str, str]
    product_area: str
    signal_id: str | None
    margin: float
    closes_at: datetime
    closed_early: bool
    result: view.SurveyResult


class SurveysPage(BaseModel):
    """Surveys, the newest first."""

    position: int
    surveys: list[listed.SurveyRow]
    cursor: str | None


@router.post(
    "/surveys",
    **changing(
        s.OpenSurvey,
        codes=("not-found", "due-in-past", "audience-empty", "sample-too-large", "position-not-reached"),
        status=201,
    ),
)
def open_survey(body: bodies.SurveyBody, parts: TheParts, context: TheContext) -> Response:
    """Ask a sample of the customers of a product area, or of those who contributed to a signal. How many are asked
    follows from the interval that is wanted. Each is sent the question once, within the attention budget."""
    return done(ask(parts, body.command(parts.executor.zone), context), 201)


@router.post(
    "/survey-answers",
    **changing(
        s.AnswerSurvey,
        codes=(
            "not-found",
            "survey-token-invalid",
            "survey-closed",
            "survey-answered",
            "answer-invalid",
            "customer-erased",
        ),
        status=201,
    ),
)
def answer_survey(body: bodies.SurveyAnswerBody, parts: TheParts, context: TheContext) -> Response:
    """Take in a customer's answer, with the token of the message that asked. The same answer again changes nothing."""
    return done(ask(parts, s.AnswerSurvey(token=body.token, answer=body.answer), context), 201)


@router.put("/surveys/{id}/closing", **changing(s.CloseSurvey, codes=("not-found",)))
def close_survey(id: Id, body: bodies.SurveyClosing, parts: TheParts, context: TheContext) -> Response:
    """Close a survey before its date: nobody is asked any more, and no answer is taken in. What was answered stays."""
    return done(ask(parts, s.CloseSurvey(), replace(context, reason=body.reason), id))


@queries.get("/surveys", **reading(SurveysPage, *SIGNAL_READERS))
async def list_surveys(
    parts: TheParts,
    at_least: AtLeast,
    open_only: Annotated[bool, Query(alias="open", description="Only those that take answers in.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Surveys, the newest first, with how many were asked and answered so far."""
    rows = await read_page(parts, listed.OPEN if open_only else listed.ALL, at_least, cursor, limit)
    return json_answer(page(rows.position, rows.cursor, surveys=rows.rows), rows.position)


@queries.get("/surveys/{id}", **reading(SurveyPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_survey(id: Id, parts: TheParts, at_least: AtLeast) -> Response:
    """What a survey finds, with the response rate and who did not respond by segment."""
    await wait_for_views(parts, [view.SURVEY_QUESTIONS], at_least)
    return await to_thread.run_sync(_found, parts, id)


def _found(parts: Parts, id: str) -> Response:
    survey = parts.executor.read(s.SURVEY, id).existing(s.SURVEY.kind).state
    opened = survey.opened
    with parts.database.connection() as connection:
        position = versions.position(connection, view.SURVEY_QUESTIONS)
        result = view.result(connection, opened, survey.answers)
    shown = opened.model_dump(include={"survey_id", "question", "texts", "product_area", "signal_id", "margin"})
    until = {"closes_at": survey.closes_at, "closed_early": survey.closed_at is not None}
    return json_answer(to_json({"position": position, **shown, **until, "result": result}), position)
