"""The routes for merging two conversations, and for undoing it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Response

from api.contract.bodies.merging import MergeBody, Separation
from api.edge.parts import ExpectedVersion, Id, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing_one
from domain.conversation.merging import MergeInto, Separate

router = APIRouter(route_class=StrictJSON, tags=["conversations"])


@router.post(
    "/conversations/{id}/merge",
    **changing_one(
        MergeInto,
        codes=(
            "merge-with-itself", "merge-cycle", "merged-already", "target-merged", "parts-too-many", "customers-differ",
        ),
    ),
)  # fmt: skip
def merge_conversation(
    id: Id, body: MergeBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Merge a conversation into another one of the same customer, which shows all that was and will be said in it. It
    leaves the inbox, and its readers learn where the matter went. The merge can be undone at any time, exactly."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, MergeInto(into=body.into), because, id, expected_version=expected))


@router.post("/conversations/{id}/separation", **changing_one(Separate, codes=("not-merged",)))
def separate_conversation(
    id: Id, body: Separation, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Undo a merge: separate a conversation from the other one, with all that came in since, as if it had never been
    merged."""
    because = replace(context, reason=body.reason)
    return done(ask(parts, Separate(), because, id, expected_version=expected))
