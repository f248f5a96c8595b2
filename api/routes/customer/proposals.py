"""The routes of proposals: what people are to decide about customers, and that everything stays as it is."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.contract.bodies import customer as bodies
from api.edge.access import Calling, Guarded
from api.edge.json_documents import page
from api.edge.parts import AtLeast, Cursor, Id, Limit, TheContext, TheParts, ask, done, json_answer
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.customer.customers import COLLEAGUES
from api.routes.reading import read_page, reading
from domain.customer import DismissProposal
from projections.customer import overview
from projections.customer.proposals import Proposal

queries = APIRouter(route_class=Guarded, tags=["customers"])
router = APIRouter(route_class=StrictJSON, tags=["customers"])


class ProposalsPage(BaseModel):
    """What people are to decide about customers, the oldest first."""

    position: int
    proposals: list[Proposal]
    cursor: str | None


@queries.get("/proposals", **reading(ProposalsPage, *COLLEAGUES))
async def read_proposals(
    parts: TheParts, at_least: AtLeast, caller: Calling, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Customers who may be one person, or two, and conversations of two customers that are read as one. Nothing is
    merged or separated by itself: merge them, separate them, or dismiss the proposal."""
    rows = await read_page(parts, overview.UNDECIDED, at_least, cursor, limit, None, caller.teams_seen)
    return json_answer(page(rows.position, rows.cursor, proposals=rows.rows), rows.position)


@router.post(
    "/customers/{id}/proposals/dismissal",
    **changing(DismissProposal, codes=("not-found", "merge-with-itself", "merged-already", "customer-erased")),
)
def dismiss_proposal(id: Id, body: bodies.Dismissal, parts: TheParts, context: TheContext) -> Response:
    """Leave everything as it is, so that it is proposed no more: the customer and the other are two people
    (`same-person`), or the words of the customer's record are the customer's (`two-people`)."""
    command = DismissProposal(customer_id=id, what=body.what, other_id=body.other_id)
    return done(ask(parts, command, replace(context, reason=body.reason)))
