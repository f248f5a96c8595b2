"""What a line of the history says of its event: its kind, and the fields that hold the event's content."""

from __future__ import annotations

from typing import Literal, assert_never

from domain.conversation import events as c
from domain.conversation.interaction import RecordedAttachment
from domain.kernel.values import Fields
from infra.views.columns import Document

Kind = Literal[
    "opened", "interaction", "received", "sent", "participant", "note", "change", "verdict", "person-requested", "heard"
]  # fmt: skip


Shown = (
    c.Opened | c.InteractionAdded | c.MessageReceived | c.MessageSent | c.NoteAdded | c.Assigned | c.HandedOver
    | c.PriorityChanged | c.KindChanged | c.StatusChanged | c.AnswerJudged | c.PersonRequested
    | c.ConversationWithdrawn | c.ConversationMerged | c.ConversationSeparated | c.PartJoined | c.PartLeft
    | c.PartHeard | c.MessageSplit | c.MessagePlaced | c.MessageReturned | c.MessageTaken | c.OrderNamed
    | c.ChannelIdRepeated | c.ParticipantJoined | c.ParticipantLeft | c.MessageRemoved | c.SubjectChanged
    | c.ProductAreaChanged | c.ConversationLanguageChanged | c.MailTakenIn
)  # fmt: skip


def content_of(event: Shown) -> tuple[Kind, Fields]:
    """The kind of an event's line, and its content, by field of the line."""
    match event:
        case c.MessageReceived():
            told = {"automatic": event.automatic, "subject": event.subject}
            return "received", {**_message(event), **told, **_adjusted(event)}
        case c.MessageSent():
            by = {"template": event.template, "template_version": event.template_version}
            return "sent", {**_message(event), "automatic": event.automatic, **by}
        case c.Opened():
            return "opened", {
                "text": event.subject,
                "channel": event.channel,
                "language": event.language,
                **_adjusted(event),
            }
        case c.InteractionAdded():
            return "interaction", {"about": event.interaction_id, "new": event.kind}
        case c.OrderNamed():
            return "change", {
                "field": "order", "new": event.order_id, "text": event.number, "about": event.message_id,
                "participant_id": event.participant_id,
            }  # fmt: skip
        case c.ParticipantJoined():
            return "participant", {
                "text": event.contact, "new": event.contact_kind, "channel": event.channel,
                "participant_id": event.participant_id,
            }  # fmt: skip
        case c.ParticipantLeft():
            return "change", {
                "field": "participant",
                "old": event.participant_id,
                "participant_id": event.participant_id,
            }
        case c.ChannelIdRepeated():
            return "change", {"field": "same-id", "new": event.first_in, "about": event.message_id}
        case c.MailTakenIn():
            # Without the text that shows it: this line is not wiped where the message is taken out.
            joined_by, because = event.joined_by or "opened", event.automatic_because
            mail: Fields = {"field": "mail", "old": because, "new": joined_by, "sender_failed": event.sender_failed}
            if event.authentication:
                mail["authentication"] = tuple(f"{each.method}={each.result}" for each in event.authentication)
            # The participant, so that an erasure finds the line: its reason is sealed for both.
            return "change", {**mail, "about": event.message_id, "participant_id": event.participant_id}
        case c.NoteAdded():
            return "note", {"about": event.note_id, "text": event.body}
        case c.Assigned():
            return "change", _given(event, "assignee")
        case c.HandedOver():
            return "change", {**_given(event, "team"), "text": event.because}
        case c.PriorityChanged():
            return "change", {"field": "priority", "old": event.previous, "new": event.priority}
        case c.KindChanged():
            return "change", {
                "field": "kind", "old": event.previous, "new": event.kind, "about": event.interaction_id,
            }  # fmt: skip
        case c.SubjectChanged():
            return "change", {"field": "subject", "text": event.subject}
        case c.ProductAreaChanged():
            return "change", {"field": "product-area", "old": event.previous, "new": event.product_area}
        case c.ConversationLanguageChanged():
            return "change", {"field": "language", "old": event.previous, "new": event.language}
        case c.StatusChanged():
            return "change", {
                "field": "status", "old": event.previous, "new": event.status, "text": event.resolution,
            }  # fmt: skip
        case c.ConversationMerged():
            return "change", {"field": "merged", "new": event.into}
        case c.ConversationSeparated():
            return "change", {"field": "merged", "old": event.out_of}
        case c.PartJoined():
            return "change", {"field": "parts", "new": event.joining[0], "parts": event.parts}
        case c.PartLeft():
            return "change", {"field": "parts", "old": event.leaving[0], "parts": event.parts}
        case c.PartHeard():
            # The part's own line shows it; this line keeps the versions without a hole.
            return "heard", {"about": event.part}
        case c.MessageSplit():
            return "change", {"field": "split", "new": event.into, "about": event.message_id}
        case c.MessageRemoved():
            return "change", {"field": "removed", "about": event.message_id}
        case c.MessageReturned():
            return "change", {"field": "split", "old": event.out_of, "about": event.message_id}
        case c.MessagePlaced():
            return "change", {"field": "split-from", "new": event.out_of, "about": event.message_id}
        case c.MessageTaken():
            return "change", {"field": "split-from", "old": event.back_to, "about": event.message_id}
        case c.AnswerJudged():
            verdict = "answered" if event.answered else "not-answered"
            return "verdict", {"new": verdict, "text": event.because, "about": event.message_id, **_adjusted(event)}
        case c.PersonRequested():
            return "person-requested", {"text": event.because, **_adjusted(event)}
        case c.ConversationWithdrawn():
            return "change", {
                "field": "status", "old": event.previous, "new": "withdrawn", "text": event.because, **_adjusted(event),
            }  # fmt: skip
        case _:
            assert_never(event)


def _message(event: c.MessageReceived | c.MessageSent) -> Fields:
    return {
        "about": event.message_id,
        "text": event.body,
        "channel": event.channel,
        "language": event.language,
        "attachments": tuple(_document(each, event) for each in event.attachments) if event.attachments else (),
        "participant_id": event.participant_id,
    }


def _adjusted(event: c.FromCustomer | c.MessageReceived) -> Fields:
    return {"adjusted": tuple({"field": each.field, "how": each.how} for each in event.adjusted)}


def _document(attachment: RecordedAttachment, event: c.MessageReceived | c.MessageSent) -> Document:
    # Without a content id where there is none, as in rows of former releases.
    document = attachment.model_dump(exclude_defaults=True)
    if isinstance(event, c.MessageReceived) and attachment.content_id in event.quarantined:
        document["quarantined"] = True
    return document


def _given(event: c.Assigned | c.HandedOver, field: str) -> Fields:
    old = " ".join(filter(None, (event.previous_team_id, event.previous_agent_id)))
    new = " ".join(filter(None, (event.team_id, event.agent_id)))
    return {"field": field, "old": old or None, "new": new or None}
