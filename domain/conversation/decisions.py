"""The decisions of a conversation: each turns a command into events, or refuses the command."""

from __future__ import annotations

from datetime import datetime

from domain.conversation.commands import (
    REACHES_PARTS,
    AddInteraction,
    AddNote,
    Assign,
    ChangeConversationLanguage,
    ChangeKind,
    ChangePriority,
    ChangeProductArea,
    ChangeStatus,
    ChangeSubject,
    ConversationCommand,
    GiveBack,
    HandOver,
    JudgeAnswer,
    OpenConversation,
    ReceiveMessage,
    RequestPerson,
    SendReply,
    SetPolicy,
    Withdraw,
)
from domain.conversation.events import (
    CLOSED,
    AnswerJudged,
    Assigned,
    ConversationLanguageChanged,
    ConversationWithdrawn,
    HandedOver,
    InteractionAdded,
    KindChanged,
    MessageReceived,
    MessageSent,
    NoteAdded,
    Opened,
    PersonRequested,
    PolicySet,
    PriorityChanged,
    ProductAreaChanged,
    Status,
    StatusCause,
    StatusChanged,
    SubjectChanged,
)
from domain.conversation.participants import joined
from domain.conversation.state import Conversation, is_bot
from domain.kernel.event import ActorKind, Event
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.values import Fields

# -- decisions


def check_by(state: Conversation, command: ConversationCommand, by: ActorKind) -> None:
    """Check that no bot closes or defers a conversation in which a person is wanted, and that customers speak for
    themselves. Raises Refusal `person-requested`, `forbidden`."""
    if isinstance(command, ReceiveMessage) and command.participant is not None and by == "customer":
        raise Refusal("forbidden", "only the company and its gateways say what somebody else said; leave that out")
    if isinstance(command, ChangeStatus) and state.person_requested and by not in ("agent", "customer"):
        raise _person_requested()


def decide(
    state: Conversation | None,
    command: ConversationCommand,
    now: datetime,
    *,
    stays: bool = False,
    kept_by: str | None = None,
    aside_by: str | None = None,
) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. `now` is aware UTC. `stays`: the status
    stays although the customer writes; so does `kept_by`, the policy that says so. `aside_by`: the policy by which a
    participant's words, and an answer to a participant, do not count.

    Raises Refusal: `not-found`, `conversation-exists`, `conversation-merged`, `order-missing`, `interaction-unknown`,
    `nothing-to-judge`, `resolution-misplaced`, `person-requested`, `already-resolved`.
    """
    if isinstance(command, OpenConversation):
        if state is not None:
            raise Refusal("conversation-exists", "this conversation was opened before; draw a new id")
        return _open(command)
    if state is None:
        raise NotFound("the conversation")
    reaches = isinstance(command, REACHES_PARTS) or getattr(command, "again", False)
    if state.merged_into is not None and not reaches:
        raise merged(state.merged_into)
    customer_id = state.customer_id
    match command:
        case AddInteraction():
            return [
                interaction_added(command, customer_id),
                *(_status(state, "open", "interaction") if state.status in CLOSED else []),
            ]
        case ReceiveMessage():
            reopens = command.reopens and not (stays or kept_by or aside_by or command.automatic)
            reopened = _reopened(state, "message") if reopens else []
            received = MessageReceived(
                message_id=command.message_id,
                customer_id=customer_id,
                channel=command.channel or state.channel,
                body=command.body,
                language=command.language,
                attachments=command.attachments,
                more_attachments=command.more_attachments,
                participant_id=command.participant.participant_id if command.participant else None,
                effect="kept" if kept_by else "reopened" if reopened else "none",
                kept_by=kept_by,
                aside_by=aside_by,
                adjusted=command.adjusted,
                automatic=command.automatic,
                subject=command.subject,
                **dict(command.came or ()),
            )
            return [*joined(state, command.participant, received.channel), received, *reopened]
        case SendReply():
            sent = MessageSent(
                message_id=command.message_id,
                customer_id=customer_id,
                channel=command.channel or state.channel,
                body=command.body,
                language=command.language,
                attachments=command.attachments,
                automatic=command.automatic,
                participant_id=command.to,
                effect="none",
                aside_by=aside_by,
                template=command.template,
                template_version=command.template_version,
                **dict(command.to_contact or ()),
            )
            return [sent]
        case AddNote():
            return [NoteAdded(note_id=command.note_id, customer_id=customer_id, body=command.body)]
        case Assign() | HandOver():
            return _give(state, command)
        case GiveBack() if command.agent_id == state.agent_id:
            return given_back(state)
        case SetPolicy() if command.again or command.policy_id != state.policy_id:
            return [PolicySet(customer_id=customer_id, policy_id=command.policy_id)]
        case ChangePriority() if command.again or command.priority != state.priority:
            return [PriorityChanged(customer_id=customer_id, priority=command.priority, previous=state.priority)]
        case ChangeKind():
            return _kind(state, command)
        case ChangeSubject():
            return [SubjectChanged(customer_id=customer_id, subject=command.subject)]
        case ChangeProductArea() if (area := command.product_area) != state.product_area:
            return [ProductAreaChanged(customer_id=customer_id, product_area=area, previous=state.product_area)]
        case ChangeConversationLanguage() if (language := command.language) != state.language:
            return [ConversationLanguageChanged(customer_id=customer_id, language=language, previous=state.language)]
        case ChangeStatus():
            if command.resolution and command.status != "resolved":
                raise Refusal("resolution-misplaced", "a resolution is said when resolving; leave it out here")
            return _status(state, command.status, "command", command.resolution, again=command.again)
        case JudgeAnswer():
            judged = command.message_id or state.last_answer_id
            if judged is None and state.status != "resolved":
                raise Refusal("nothing-to-judge", "there is no answer in this conversation yet")
            return [
                AnswerJudged(
                    customer_id=customer_id,
                    answered=command.answered,
                    because=command.because,
                    message_id=judged,
                    adjusted=command.adjusted,
                )
            ]
        case RequestPerson():
            requested = PersonRequested(customer_id=customer_id, because=command.because, adjusted=command.adjusted)
            return [requested, *_taken_from_bot(state), *_reopened(state, "person-requested")]
        case Withdraw():
            return _withdraw(state, command)
        case _:
            return []


def _open(command: OpenConversation) -> list[Event]:
    says = command.body is not None or bool(command.attachments)
    of_opening = tuple(each for each in command.adjusted if not says or each.field == "subject")
    of_customer = command.opened_by == "customer"
    events: list[Event] = [
        Opened(
            customer_id=command.customer_id,
            opened_by=command.opened_by,
            channel=command.channel,
            subject=command.subject,
            language=command.language,
            product_area=command.product_area,
            segment=command.segment,
            priority=command.priority,
            automatic=command.automatic and of_customer,
            adjusted=of_opening,
        ),
        interaction_added(command, command.customer_id),
    ]
    if says:
        message: Fields = {
            "message_id": command.message_id,
            "customer_id": command.customer_id,
            "channel": command.channel,
            "body": command.body or "",
            "language": command.language,
            "attachments": command.attachments,
            "effect": "opened",
        }
        if of_customer:
            events.append(
                MessageReceived(
                    **message,
                    adjusted=tuple(each for each in command.adjusted if each.field != "subject"),
                    more_attachments=command.more_attachments,
                    automatic=command.automatic,
                    **dict(command.came or ()),
                )
            )
        else:
            events.append(MessageSent(**message, automatic=command.automatic))
    if command.policy_id is not None:
        events.append(PolicySet(customer_id=command.customer_id, policy_id=command.policy_id))
    return events


def _order_missing() -> Refusal:
    return Refusal("order-missing", "an interaction of kind order names its order_id")


def interaction_added(command: OpenConversation | AddInteraction, customer_id: str) -> InteractionAdded:
    """What the customer brought. Raises Refusal `order-missing`."""
    if command.kind == "order" and command.order_id is None:
        raise _order_missing()
    return InteractionAdded(
        interaction_id=command.interaction_id,
        customer_id=customer_id,
        kind=command.kind,
        order_id=command.order_id,
        product_area=command.product_area,
        theme=command.theme,
    )


def _give(state: Conversation, command: Assign | HandOver) -> list[Event]:
    if state.person_requested and is_bot(command.agent_id):
        raise _person_requested()
    if (command.team_id, command.agent_id) == (state.team_id, state.agent_id):
        return []
    if isinstance(command, HandOver):
        return [
            HandedOver(
                customer_id=state.customer_id,
                team_id=command.team_id,
                agent_id=command.agent_id,
                previous_team_id=state.team_id,
                previous_agent_id=state.agent_id,
                because=command.because,
            )
        ]
    return [
        Assigned(
            customer_id=state.customer_id,
            team_id=command.team_id,
            agent_id=command.agent_id,
            previous_team_id=state.team_id,
            previous_agent_id=state.agent_id,
        )
    ]


def given_back(state: Conversation) -> list[Event]:
    """The event that takes the conversation from its agent and leaves it with its team."""
    return _give(state, Assign(team_id=state.team_id))


def _person_requested() -> Refusal:
    return Refusal("person-requested", "the customer asked for a person; a person has to see to it")


def _taken_from_bot(state: Conversation) -> list[Event]:
    return given_back(state) if is_bot(state.agent_id) else []


def _withdraw(state: Conversation, command: Withdraw) -> list[Event]:
    if state.status == "resolved":
        raise Refusal("already-resolved", "it was resolved before; say in a verdict whether it answered")
    if state.status == "withdrawn" and command.because is None:
        return []
    return [
        ConversationWithdrawn(
            customer_id=state.customer_id, previous=state.status, because=command.because, adjusted=command.adjusted
        )
    ]


def _reopened(state: Conversation, cause: StatusCause) -> list[Event]:
    """The status change that follows when the customer writes, if any."""
    return _status(state, "open", cause) if state.status != "on_hold" else []


def _kind(state: Conversation, command: ChangeKind) -> list[Event]:
    interaction_id = command.interaction_id or next(iter(state.interactions))
    previous = state.interactions.get(interaction_id)
    if previous is None:
        raise Refusal("interaction-unknown", "the conversation has no such interaction; look at its history for the id")
    if previous == command.kind:
        return []
    if command.kind == "order" and interaction_id not in state.ordered:
        raise _order_missing()
    return [
        KindChanged(customer_id=state.customer_id, interaction_id=interaction_id, kind=command.kind, previous=previous)
    ]


def _status(
    state: Conversation, status: Status, cause: StatusCause, resolution: str | None = None, *, again: bool = False
) -> list[Event]:
    # The status of the whole can differ from the conversation's own, if a part opened it again. The conversation's own
    # status has to hold after the part is gone.
    if status == state.status == state.own_status and resolution is None and not again:
        return []
    return [
        StatusChanged(
            customer_id=state.customer_id,
            status=status,
            previous=state.own_status,
            resolution=resolution,
            cause=cause,
        )
    ]


def merged(into: str) -> Refusal:
    """The refusal of a command to a conversation that is merged into another."""
    return Refusal("conversation-merged", f"the conversation was merged into {into}; ask that one, or separate them")
