"""The routes of four eyes: what waits for a second person, and the second person's confirmation."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import confirmation as bodies
from api.edge.access import Guarded
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
from api.routes.reading import reading
from domain.confirmation import Confirm
from infra.views import versions
from projections.confirmation import ALL, CONFIRMATIONS_VIEW, ConfirmationRow
from projections.staff import STAFFING, by_id

queries = APIRouter(route_class=Guarded, tags=["customers"])
router = APIRouter(route_class=StrictJSON, tags=["customers"])


@dataclass(frozen=True, slots=True)
class ListedConfirmation(ConfirmationRow):
    """What waits for a second person, with the handles of the staff; null for whoever is none of the staff."""

    asked_by_handle: str | None = None
    confirmed_by_handle: str | None = None


class ConfirmationsPage(BaseModel):
    """What waits for a second person, or to be done, the oldest first."""

    position: int
    confirmations: list[ListedConfirmation]
    cursor: str | None


@queries.get("/confirmations", **reading(ConfirmationsPage, "lead", "auditor", "privacy"))
async def read_confirmations(
    parts: TheParts,
    at_least: AtLeast,
    ended: Annotated[bool, Query(description="Also what is done, or has expired.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What waits until another person than the one who asked confirms it, by the company's policy of four eyes."""
    await wait_for_views(parts, [CONFIRMATIONS_VIEW, STAFFING], at_least)
    return await to_thread.run_sync(_listed, parts, ended, cursor, limit)


def _listed(parts: Parts, ended: bool, cursor: str | None, limit: int) -> Response:
    now = parts.executor.clock()
    with parts.database.connection() as connection:
        position = versions.position(connection, CONFIRMATIONS_VIEW)
        page = ALL.read(connection, cursor=cursor, limit=limit, ended=ended, now=now)
        staff = by_id(connection, {id for row in page.rows for id in (row.asked_by, row.confirmed_by) if id})
    handle: dict[str | None, str | None] = {id: each.handle for id, each in staff.items()}
    shown = [
        ListedConfirmation(
            **asdict(row), asked_by_handle=handle.get(row.asked_by), confirmed_by_handle=handle.get(row.confirmed_by)
        )
        for row in page.rows
    ]
    return json_answer(to_json({"position": position, "confirmations": shown, "cursor": page.cursor}), position)


@router.post(
    "/confirmations/{id}/confirmation",
    **changing(Confirm, codes=("not-found", "confirmation-by-asker", "confirmation-expired")),
)
def confirm(id: Id, body: bodies.Confirmation, parts: TheParts, context: TheContext) -> Response:
    """Confirm what another person asked for: an erasure is done now, and an export may be fetched by who asked for
    it."""
    return done(ask(parts, Confirm(confirmation_id=id), replace(context, reason=body.reason)))
