"""The routes for adding somebody to a conversation, and for removing them again."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import conversation as bodies
from api.edge.parts import ExpectedVersion, Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing_one, changing_whole
from commands.executor.context import Context
from domain.conversation.participants import AddParticipant, RemoveParticipant

router = APIRouter(route_class=StrictJSON, tags=["conversations"])


@router.post(
    "/conversations/{id}/participants",
    **changing_whole(AddParticipant, codes=("participants-too-many", "contact-point-unusable"), status=201),
)
def add_participant(
    id: Id, body: bodies.AddedParticipant, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Add somebody who takes part from now on, whether or not they ever write: another customer, or a stranger. Replies
    may go to them; they see only what is said by and to them."""
    because = _because(context, body.reason)
    return done(ask(parts, body.command(), because, id, expected_version=expected), 201)


@router.post(
    "/conversations/{id}/participants/removal", **changing_one(RemoveParticipant, codes=("participant-unknown",))
)
def remove_participant(
    id: Id, body: bodies.RemovedParticipant, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Remove a participant. What was said by and to them stays; if they write again, they take part again."""
    because = _because(context, body.reason)
    command = RemoveParticipant(participant_id=body.participant_id)
    return done(ask(parts, command, because, id, expected_version=expected))


def _because(context: Context, reason: str | None) -> Context:
    # A reason is not sealed, and outlives an erasure: what a gateway passes on may be a customer's own words.
    return replace(context, reason=reason if context.actor.kind == "agent" else None)
