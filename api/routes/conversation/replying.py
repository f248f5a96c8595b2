"""The routes of replies: as somebody wrote them, or by a template. Each answers `{id, position, warnings}`."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.contract.bodies import conversation as bodies
from api.contract.bodies.contact import ChosenContactBody
from api.edge.parts import ExpectedVersion, Id, Parts, TheContext, TheParts, ask, done
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing_one
from commands.conversation import templates
from commands.conversation.undelivered import failing_before
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import ChosenContact, SendReply
from domain.kernel.refusal import Refusal

router = APIRouter(route_class=StrictJSON)


@router.post(
    "/conversations/{id}/replies",
    tags=["conversations"],
    **changing_one(
        SendReply,
        codes=(
            "participant-unknown",
            "contact-point-unknown",
            "channel-unserved",
            "not-theirs",
            "content-quarantined",
        ),
        status=201,
    ),
)
def reply(id: Id, body: bodies.Reply, parts: TheParts, context: TheContext, expected: ExpectedVersion) -> Response:
    """Answer the customer, or another participant of the conversation. `warnings`: whether replies to the contact point
    to which it goes did not arrive; the reply leaves all the same."""
    command = SendReply(
        body=body.body,
        channel=body.channel,
        language=body.language,
        attachments=body.attachments,
        automatic=body.automatic,
        to=body.to,
        to_contact=_chosen(body.to_contact),
    )
    return _replied(parts, id, ask(parts, command, context, id, expected_version=expected))


@router.post(
    "/conversations/{id}/replies/from-template",
    tags=["conversations"],
    **changing_one(
        SendReply,
        codes=("participant-unknown", "contact-point-unknown", "channel-unserved", "table-unpublished"),
        status=201,
    ),
)
def reply_from_template(
    id: Id, body: bodies.TemplateReply, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Answer by a template of the table `reply-templates`: an approved text, with its fields filled in. Otherwise as a
    reply. What is wrong with the fields is `input-invalid`, which names them; a name or a language that the table does
    not have is `not-found`. A repeat finds the first answer, whatever the table says by then."""
    command = templates.ReplyByTemplate(
        template=body.template,
        fields=body.fields,
        language=body.language,
        channel=body.channel,
        to=body.to,
        to_contact=_chosen(body.to_contact),
    )
    return _replied(parts, id, templates.reply(parts.executor, id, command, context, expected_version=expected))


def _chosen(there: ChosenContactBody | None) -> ChosenContact | None:
    return ChosenContact(contact_kind=there.kind, contact=there.value) if there else None


def _replied(parts: Parts, id: str, answer: Answer) -> Response:
    return done(answer, 201, warnings=_warnings(parts, id, answer))


def _warnings(parts: Parts, id: str, answer: Answer) -> list[str]:
    """What whoever wrote this reply should know."""
    try:
        fails = failing_before(parts.executor, id, answer) is not None
    except Refusal:
        return []  # the reply is recorded, whatever cannot be read just now
    return ["contact-point-fails"] if fails else []
