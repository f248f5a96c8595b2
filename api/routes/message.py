"""The route for gateways' reports on messages to customers."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.contract.bodies import message as bodies
from api.edge.access import Calling
from api.edge.parts import Id, Taken, TheContext, TheParts, ask, taken
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from commands.message import channel_of
from domain.message import ReportDelivery

router = APIRouter(route_class=StrictJSON, tags=["conversations"])


@router.put(
    "/messages/{id}/delivery",
    **changing(
        ReportDelivery,
        codes=("not-found", "time-ahead", "time-not-yours", "customer-erased"),
        scope="deliver",
        model=Taken,
    ),
)
def report_delivery(
    id: Id, body: bodies.DeliveryReport, parts: TheParts, context: TheContext, caller: Calling
) -> Response:
    """Report how far a message of ours has come: queued, sent, delivered, read, failed. A state that is known, or
    earlier than the known one, changes nothing, so that reports may come twice and in any order."""
    if caller.scopes.channels is not None:
        caller.scopes.check_channel(channel_of(parts.executor, body.conversation_id, id))
    command = ReportDelivery.model_validate(
        {
            "conversation_id": body.conversation_id,
            "state": body.state,
            "code": body.code,
            "adjusted": body.not_as_told,
        }
    )
    return taken(ask(parts, command, body.dated(context, parts.executor.zone), id), command.adjusted)
