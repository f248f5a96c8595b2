"""A message shown in a conversation of its own, and back again."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract import bodies
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
    """Show a message of the customer's in a conversation of its own, because it is about another matter. The answer has
    the id of the new one. The old one says where the message went. It can be undone at any time, exactly."""
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
    """Undo a split, of the conversation that came of it: the message is shown where it was said again, as if it had
    never been elsewhere. What was said here meanwhile is shown there, too, as of a conversation that was merged."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, UndoSplit(), because, id, expected_version=expected))
