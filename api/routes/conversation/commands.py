"""The routes of commands on conversations. Each answers `{id, position}`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.contract.bodies import conversation as bodies
from api.contract.openapi import headers
from api.edge.access import Calling, roles
from api.edge.parts import Done, ExpectedVersion, Id, Parts, Replied, Taken, TheContext, TheParts, ask, done, taken
from api.edge.problems import responses
from api.edge.strict_json import StrictJSON
from commands.conversation import delivering
from commands.conversation.as_sent import adjusted_in
from commands.conversation.delivering import Delivery, SentContact
from commands.executor.context import Context
from commands.executor.unit_of_work import Answer
from commands.registry import BY_CLASS, Role
from domain.conversation import commands as c
from domain.conversation.as_sent import as_channel
from domain.kernel.values import Frozen
from domain.service import Scope

router = APIRouter(route_class=StrictJSON)

EVERY = ("body-too-large", "body-too-slow", "outcome-unknown")
"""The codes that any command may answer, whatever its parameters."""


def done_by(
    *allowed: Role,
    codes: tuple[str, ...] = (),
    status: int = 200,
    model: type[Done] = Done,
    scope: Scope | None = None,
) -> dict[str, Any]:
    """The declaration of a route that changes something."""
    return {
        **roles(*allowed, scope=scope),
        "status_code": status,
        "response_model": model,
        "responses": {status: headers("Position"), **responses(*EVERY, *codes)},
    }


def changing(
    command: type[Frozen],
    *,
    codes: tuple[str, ...] = (),
    status: int = 200,
    model: type[Done] = Done,
    scope: Scope | None = None,
) -> dict[str, Any]:
    """The declaration of a route of one command; the command registry says who may call it."""
    return done_by(*BY_CLASS[command].roles, codes=codes, status=status, model=model, scope=scope)


def changing_one(command: type[Frozen], *, codes: tuple[str, ...] = (), status: int = 200) -> dict[str, Any]:
    """The declaration of a route that changes one conversation."""
    model = Replied if command is c.SendReply else Taken if issubclass(command, c.SentCommand) else Done
    return changing(command, codes=("not-found", "customer-erased", *codes), status=status, model=model)


def changing_whole(command: type[Frozen], *, codes: tuple[str, ...] = (), status: int = 200) -> dict[str, Any]:
    """The declaration of a route that changes one conversation as a whole; a merged conversation refuses it."""
    return changing_one(command, codes=("conversation-merged", *codes), status=status)


def _act(
    parts: Parts,
    id: str,
    command: c.ConversationCommand,
    context: Context,
    expected_version: int | None,
    status: int = 200,
) -> Response:
    only_of = context.actor.id if context.actor.kind == "customer" else None
    answer = ask(parts, command, context, id, expected_version=expected_version, only_of=only_of)
    return _taken(parts, answer, command, status) if isinstance(command, c.SentCommand) else done(answer, status)


def _taken(parts: Parts, answer: Answer, command: c.SentCommand | Delivery, status: int) -> Response:
    attachments = getattr(command, "attachments", ())
    return taken(answer, adjusted_in(parts.executor, answer, command.adjusted, attachments), status)


@router.post(
    "/conversations",
    tags=["conversations"],
    **changing_one(
        c.OpenConversation,
        codes=("not-theirs", "order-missing", "channel-unserved", "content-quarantined"),
        status=201,
    ),
)
def open_conversation(body: bodies.Opening, parts: TheParts, context: TheContext) -> Response:
    """Open a conversation for a known customer, with the first interaction."""
    command = c.OpenConversation(**dict(body), adjusted=body.not_as_told)
    return _taken(parts, ask(parts, command, context), command, 201)


@router.post(
    "/deliveries",
    tags=["conversations"],
    **done_by(
        "service",
        codes=("time-ahead", "time-not-yours", "customer-erased", "not-found", "not-theirs"),
        status=201,
        model=Taken,
        scope="deliver",
    ),
)
def deliver(body: bodies.DeliveredBody, parts: TheParts, context: TheContext, caller: Calling) -> Response:
    """Record a message from a channel, in its thread's conversation or in a new one, of a known or a new customer.

    A message delivered twice is recorded once.
    """
    caller.scopes.check_channel(as_channel(body.channel))
    delivery = Delivery(
        channel=body.channel,
        channel_message_id=body.channel_message_id,
        contact=SentContact(body.contact.kind, body.contact.value, body.contact.name),
        body=body.body or "",
        thread=body.thread,
        kind=body.kind,
        subject=body.subject,
        language=body.language,
        product_area=body.product_area,
        attachments=body.attachments,
        order_number=body.order_number,
        automatic=body.automatic,
        not_as_told=body.not_as_told,
    )
    answer = delivering.deliver(parts.executor, delivery, body.dated(context, parts.executor.zone))
    return _taken(parts, answer, delivery, 201)


@router.post(
    "/conversations/{id}/messages",
    tags=["conversations"],
    **changing_one(c.ReceiveMessage, codes=("word-unknown", "not-theirs"), status=201),
)
def receive(
    id: Id, body: bodies.ReceivedBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Record what the customer says next, on the telephone, say; its line names the person who took it down. A waiting
    or closed conversation opens again, unless its policy keeps the status."""
    return _act(parts, id, body.command(), context, expected, 201)


@router.post("/conversations/{id}/notes", tags=["conversations"], **changing_whole(c.AddNote, status=201))
def note(id: Id, body: bodies.NoteBody, parts: TheParts, context: TheContext, expected: ExpectedVersion) -> Response:
    """Write a note for colleagues, which the customer never sees."""
    return _act(parts, id, c.AddNote(body=body.body), context, expected, 201)


@router.post(
    "/conversations/{id}/interactions",
    tags=["conversations"],
    **changing_one(c.AddInteraction, codes=("not-theirs", "order-missing", "word-unknown"), status=201),
)
def add_interaction(
    id: Id, body: bodies.Interaction, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Add an interaction that the customer brings to the same conversation."""
    command = c.AddInteraction(kind=body.kind, order_id=body.order_id, product_area=body.product_area, theme=body.theme)
    return _act(parts, id, command, context, expected, 201)


@router.post(
    "/conversations/{id}/verdicts",
    tags=["conversations"],
    **changing_one(c.JudgeAnswer, codes=("message-unknown", "nothing-to-judge"), status=201),
)
def judge(id: Id, body: bodies.Verdict, parts: TheParts, context: TheContext, expected: ExpectedVersion) -> Response:
    """Give the customer's verdict on an answer: it answered, or it did not."""
    command = c.JudgeAnswer(**dict(body), adjusted=body.not_as_told)
    return _act(parts, id, command, context, expected, 201)


@router.post("/conversations/{id}/person-requests", tags=["conversations"], **changing_one(c.RequestPerson, status=201))
def request_person(
    id: Id, body: bodies.Because, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Ask for a person, as the customer. A bot gives the conversation up, and from then on only a person's reply
    answers."""
    return _act(parts, id, c.RequestPerson(because=body.because, adjusted=body.not_as_told), context, expected, 201)


@router.post(
    "/conversations/{id}/withdrawal",
    tags=["conversations"],
    **changing_whole(c.Withdraw, codes=("already-resolved",), status=201),
)
def withdraw(id: Id, body: bodies.Because, parts: TheParts, context: TheContext, expected: ExpectedVersion) -> Response:
    """Withdraw the matter, as the customer. A later message opens the conversation again."""
    return _act(parts, id, c.Withdraw(because=body.because, adjusted=body.not_as_told), context, expected, 201)


@router.put(
    "/conversations/{id}/assignee", tags=["conversations"], **changing_whole(c.Assign, codes=("person-requested",))
)
def assign(id: Id, body: bodies.Assignee, parts: TheParts, context: TheContext, expected: ExpectedVersion) -> Response:
    """Assign the conversation to a team, a person or (with neither) nobody."""
    command = c.Assign(team_id=body.team_id, agent_id=body.agent_id)
    return _act(parts, id, command, context, expected)


@router.post(
    "/conversations/{id}/hand-overs",
    tags=["conversations"],
    **changing_whole(c.HandOver, codes=("person-requested",), status=201),
)
def hand_over(
    id: Id, body: bodies.HandOverBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Hand the conversation over to another team, with the reason."""
    command = c.HandOver(team_id=body.team_id, agent_id=body.agent_id, because=body.because)
    return _act(parts, id, command, context, expected, 201)


@router.put("/conversations/{id}/priority", tags=["conversations"], **changing_whole(c.ChangePriority))
def change_priority(
    id: Id, body: bodies.PriorityBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Change the priority."""
    return _act(parts, id, c.ChangePriority(priority=body.priority), context, expected)


@router.put("/conversations/{id}/policy", tags=["conversations"], **changing_whole(c.SetPolicy))
def set_policy(
    id: Id, body: bodies.UnderPolicyBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Put the conversation's clocks under a named policy, instead of the one that would be chosen."""
    return _act(parts, id, c.SetPolicy(policy_id=body.policy_id), context, expected)


@router.put(
    "/conversations/{id}/kind",
    tags=["conversations"],
    **changing_whole(c.ChangeKind, codes=("interaction-unknown", "order-missing")),
)
def change_kind(
    id: Id, body: bodies.KindBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Correct the kind of an interaction. Only an interaction that names its order can become an order."""
    command = c.ChangeKind(kind=body.kind, interaction_id=body.interaction_id)
    return _act(parts, id, command, context, expected)


@router.put("/conversations/{id}/subject", tags=["conversations"], **changing_whole(c.ChangeSubject))
def change_subject(
    id: Id, body: bodies.SubjectBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Give the conversation another subject. The customer sees it; mails keep the subject of their exchange."""
    return _act(parts, id, c.ChangeSubject(subject=body.subject), context, expected)


@router.put("/conversations/{id}/product-area", tags=["conversations"], **changing_whole(c.ChangeProductArea))
def change_product_area(
    id: Id, body: bodies.ProductAreaBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Correct the product area. The policy is chosen anew, as for a conversation that began with the product area."""
    return _act(parts, id, c.ChangeProductArea(product_area=body.product_area), context, expected)


@router.put("/conversations/{id}/language", tags=["conversations"], **changing_whole(c.ChangeConversationLanguage))
def change_conversation_language(
    id: Id, body: bodies.ConversationLanguageBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Correct the language of the conversation. What was said keeps its own."""
    return _act(parts, id, c.ChangeConversationLanguage(language=body.language), context, expected)


@router.put(
    "/conversations/{id}/status",
    tags=["conversations"],
    **changing_whole(c.ChangeStatus, codes=("resolution-misplaced", "person-requested")),
)
def change_status(
    id: Id, body: bodies.StatusBody, parts: TheParts, context: TheContext, expected: ExpectedVersion
) -> Response:
    """Wait for the customer, put on hold, resolve or reopen."""
    command = c.ChangeStatus(status=body.status, resolution=body.resolution)
    return _act(parts, id, command, context, expected)
