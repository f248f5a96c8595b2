"""The routes for splitting a message off into a conversation of its own, and for undoing it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies import conversation as bodies
from api.edge.parts import ExpectedVersion, Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing_one, changing_whole
from domain.conversation.splitting import SplitMessage, UndoSplit

router = APIRouter(route_class=StrictJSON, tags=["conversations"])


@router.post(
    "/conversations/{id}/splits",
    **changing_whole(
        SplitMessage,
        codes=(
            "message-unknown", "message-not-received", "split-already", "nothing-left", "order-missing", "not-theirs",
        ),
        status=201,
    ),
)  # fmt: skip
def split_message(
    id: Id, body: bodies.Split, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Split a customer's message off into a conversation of its own, because the message is about another matter. The
    answer has the new id. The old conversation says where the message went. The split can be undone at any time,
    exactly."""
    command = SplitMessage(
        message_id=body.message_id,
        kind=body.kind,
        subject=body.subject,
        product_area=body.product_area,
        theme=body.theme,
        order_id=body.order_id,
    )
    because = replace(context, reason=body.reason)
    return done(ask(parts, command, because, id, expected_version=expected), 201)


@router.post(
    "/conversations/{id}/undo-split", **changing_one(UndoSplit, codes=("not-split", "split-merged", "parts-too-many"))
)
def undo_split(
    id: Id, body: bodies.UndoSplitBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Undo a split, by the conversation that it made: the message returns to its old conversation, as if it had never
    been elsewhere. What was said here since is shown there, too, as for a merged conversation."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, UndoSplit(), because, id, expected_version=expected))
