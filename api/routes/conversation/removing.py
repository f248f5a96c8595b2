"""The route for taking a message out."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import conversation as bodies
from api.edge.parts import ExpectedVersion, Id, TheContext, TheParts, ask
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.hold import MayWait, may_wait
from domain.conversation.removing import RemoveMessage

router = APIRouter(route_class=StrictJSON, tags=["conversations"])


@router.post(
    "/conversations/{id}/removals",
    **changing(RemoveMessage, codes=("not-found", "customer-erased", "message-unknown"), status=201, model=MayWait),
)
def remove_message(
    id: Id, body: bodies.Removal, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Take a message of either side, or a note, out for good: its text and the names of its attachments are gone from
    every view, search, topic and history, and so are the files that no other message names; its place stays, with who
    took it out and why. `id` is the `conversation_id` of its line, `message_id` what the line is `about`."""
    because = replace(context, reason=body.reason)
    answer = ask(parts, RemoveMessage(message_id=body.message_id), because, id, expected_version=expected)
    return may_wait(answer, id, 201)
