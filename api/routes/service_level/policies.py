"""The routes of policies and calendars, by which clocks run: write, edit, correct, read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.contract.bodies import service_level as bodies
from api.edge.access import Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import AtLeast, Cursor, Id, Limit, Parts, TheContext, TheParts, TheThen, ask, done, json_answer
from api.edge.replaying import Then
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import READERS, read_page, reading
from domain.kernel.refusal import NotFound
from domain.kernel.values import Fields, Frozen
from domain.service_level import calendar, policy
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from projections.service_level import policies

queries = APIRouter(route_class=Guarded, tags=["rules"])
router = APIRouter(route_class=StrictJSON, tags=["rules"])

REVISION_CODES = ("not-found", "nothing-said")


class Version(BaseModel):
    """One revision of a policy or a calendar: what it says, its author and its time. These keys hold `since` then
    (null: from the beginning). `corrects`: whether it corrects the past, so that clocks were evaluated anew."""

    version: int
    since: datetime | None
    corrects: bool
    says: dict[str, Any]
    recorded_at: datetime
    author_id: str
    reason: str | None


class Rule(BaseModel):
    """A policy or a calendar, with all its versions in the order of recording."""

    id: str
    kind: policies.Kind
    name: str
    versions: list[Version]


class PoliciesPage(BaseModel):
    """Policies, in the order in which they were written."""

    position: int
    policies: list[Rule]
    cursor: str | None


class CalendarsPage(BaseModel):
    """Calendars, in the order in which they were written."""

    position: int
    calendars: list[Rule]
    cursor: str | None


class RulePage(BaseModel):
    """One policy or calendar."""

    position: int
    rule: Rule


# -- commands


@router.post(
    "/policies",
    **changing(
        WritePolicy,
        codes=("not-found", "policy-exists", "effective-from-past", "correct-from-future", "target-unreachable"),
        status=201,
    ),
)
def write_policy(body: bodies.PolicyBody, parts: TheParts, context: TheContext) -> Response:
    """Write a policy. Conversations choose it from now on, or from or since the date that the body names; what had
    ended before stays as it ended. A conversation may be put under it for any time."""
    terms = {name: value for name, value in _keys(body).items() if name in policy.Terms.model_fields}
    command = WritePolicy(
        name=body.name,
        terms=policy.Terms(**terms),
        effective_from=body.effective_from,
        correct_from=body.correct_from,
    )
    return done(ask(parts, command, context), 201)


@router.post(
    "/policies/{id}/edits",
    **changing(EditPolicy, codes=(*REVISION_CODES, "effective-from-past", "target-unreachable"), status=201),
)
def edit_policy(id: Id, body: bodies.PolicyEdit, parts: TheParts, context: TheContext) -> Response:
    """Edit a policy: some keys change at a date or an instant in the future. Clocks that run then get a new target;
    their start and pauses stay."""
    command, because = EditPolicy(**_keys(body)), replace(context, reason=body.reason)
    return done(ask(parts, command, because, id), 201)


@router.post(
    "/policies/{id}/corrections",
    **changing(CorrectPolicy, codes=(*REVISION_CODES, "correct-from-future", "target-unreachable"), status=201),
)
def correct_policy(id: Id, body: bodies.PolicyCorrection, parts: TheParts, context: TheContext) -> Response:
    """Correct a policy: some keys change since a date or an instant, and clocks are evaluated anew. What was known
    before stays visible."""
    command, because = CorrectPolicy(**_keys(body)), replace(context, reason=body.reason)
    return done(ask(parts, command, because, id), 201)


@router.post(
    "/calendars",
    **changing(
        calendar.WriteCalendar, codes=("calendar-exists", "opening-hours-invalid", "holidays-unknown"), status=201
    ),
)
def write_calendar(body: bodies.CalendarBody, parts: TheParts, context: TheContext) -> Response:
    """Write a calendar. The dates of its holidays are looked up now, and kept."""
    command = calendar.WriteCalendar(name=body.name, opening_hours=OpeningHours(**_keys(body)))
    return done(ask(parts, command, context), 201)


@router.post(
    "/calendars/{id}/edits",
    **changing(
        calendar.EditCalendar,
        codes=(*REVISION_CODES, "effective-from-past", "opening-hours-invalid", "holidays-unknown"),
        status=201,
    ),
)
def edit_calendar(id: Id, body: bodies.CalendarEdit, parts: TheParts, context: TheContext) -> Response:
    """Edit a calendar: some keys change at a date or an instant in the future."""
    command, because = calendar.EditCalendar(**_keys(body)), replace(context, reason=body.reason)
    return done(ask(parts, command, because, id), 201)


@router.post(
    "/calendars/{id}/corrections",
    **changing(
        calendar.CorrectCalendar,
        codes=(*REVISION_CODES, "correct-from-future", "opening-hours-invalid", "holidays-unknown"),
        status=201,
    ),
)
def correct_calendar(id: Id, body: bodies.CalendarCorrection, parts: TheParts, context: TheContext) -> Response:
    """Correct a calendar: some keys change since a date or an instant, and clocks are evaluated anew."""
    command, because = calendar.CorrectCalendar(**_keys(body)), replace(context, reason=body.reason)
    return done(ask(parts, command, because, id), 201)


def _keys(body: Frozen) -> Fields:
    """The keys in the body: the fields of the class that the body extends."""
    return {key: value for key, value in body if key not in ("name", "reason")}


# -- reads


@queries.get("/policies", **reading(PoliciesPage, *READERS))
async def read_policies(
    parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 100, then: TheThen = None
) -> Response:
    """The policies, with every version and its author."""
    rows = await read_page(parts, policies.POLICIES, at_least, cursor, limit, then)
    return json_answer(page(rows.position, rows.cursor, policies=rows.rows), rows.position)


@queries.get("/policies/{id}", **reading(RulePage, *READERS, codes=("not-found",)))
async def read_policy(id: Id, parts: TheParts, at_least: AtLeast, then: TheThen = None) -> Response:
    """One policy, with every version and its author."""
    return await _one(parts, "policy", id, at_least, then)


@queries.get("/calendars", **reading(CalendarsPage, *READERS))
async def read_calendars(
    parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 100, then: TheThen = None
) -> Response:
    """The calendars, with every version and its author."""
    rows = await read_page(parts, policies.CALENDARS, at_least, cursor, limit, then)
    return json_answer(page(rows.position, rows.cursor, calendars=rows.rows), rows.position)


@queries.get("/calendars/{id}", **reading(RulePage, *READERS, codes=("not-found",)))
async def read_calendar(id: Id, parts: TheParts, at_least: AtLeast, then: TheThen = None) -> Response:
    """One calendar, with every version and its author."""
    return await _one(parts, "calendar", id, at_least, then)


async def _one(parts: Parts, kind: policies.Kind, id: str, at_least: int, then: Then | None) -> Response:
    rows = await read_page(parts, policies.ONE, at_least, None, 1, then, id=id, kind=kind)
    if not rows.number:
        raise NotFound(id)
    return json_answer(document(rows.position, rule=only(rows)), rows.position)
