"""The events of a conversation: one customer's dialogue with the company about one matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from domain.conversation.as_sent import RestInStore
from domain.conversation.interaction import InteractionKind, RecordedAttachment
from domain.customer import ContactKind
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.personal import Personal
from domain.kernel.text import Text
from domain.kernel.time import Instant, RecordedPrecision
from domain.kernel.values import Fields, Whole
from domain.mail.mail import AutomaticBecause, BodyFrom, Cut, NoBody
from domain.mail.recorded import CheckedSender, MailRecipient, QuotedLines
from domain.mail.threading import JoinedBy

Status = Literal["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"]
CLOSED: tuple[Status, ...] = ("resolved", "withdrawn")
"""The closed statuses. Resolved: by the company. Withdrawn: by the customer, no success of the company. Both can
reopen."""
Priority = Literal["low", "normal", "high", "urgent"]
Effect = Literal["opened", "reopened", "kept", "none"]
"""What a message did to the status when it was recorded: it opened the conversation, opened the conversation again,
left the status as it was because of a policy, or changed nothing."""
StatusCause = Literal["command", "message", "interaction", "person-requested"]
"""Why the status changed: a command set it, or it followed from a message, an interaction or a wish for a person."""


# -- events: their stored names are a contract


class FromCustomer(Event):
    """What a customer said or sent. `adjusted`: what of it is not recorded in full as the customer sent it. `rest`:
    where what was kept of that is, if it is too long for an event."""

    customer_id: str
    adjusted: tuple[Adjusted, ...] = ()
    rest: RestInStore | None = None

    @property
    def whose(self) -> str:
        """The customer who said it."""
        return self.customer_id


class Opened(FromCustomer, name="conversation.opened", published_as="conversations.v1"):
    """A conversation began. Its first interaction follows in the same append. `automatic`: with a message that no
    person wrote. Version 1 has neither `automatic` nor `adjusted`, version 2 no `rest`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    opened_by: Literal["customer", "company"]
    channel: str
    subject: Annotated[Text | None, Personal("customer_id")] = None
    language: str | None = None
    product_area: Text | None = None
    segment: Text | None = None
    priority: Priority = "normal"
    automatic: bool = False


class InteractionAdded(Event, name="conversation.interaction-added", published_as="conversations.v1"):
    """The customer brought an interaction. The first one opens the conversation; more may follow."""

    interaction_id: str
    customer_id: str
    kind: InteractionKind
    order_id: str | None = None
    product_area: Text | None = None
    theme: Text | None = None


class OrderNamed(Event, name="conversation.order-named", published_as="conversations.v1"):
    """A message names an order. `number`: as the customer said it. `order_id`: the customer's order of this number,
    whether it is placed already, is placed later, or never is. `participant_id`: as of the message; version 1 has
    none."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    customer_id: str
    message_id: str
    order_id: str
    number: Annotated[Text, Personal("customer_id", rather="participant_id")]
    participant_id: str | None = None


class ChannelIdRepeated(Event, name="conversation.channel-id-repeated", published_as="conversations.v1"):
    """The channel gave a message the id of an earlier one, which says something else. `first_in`: the conversation into
    which the earlier one came."""

    customer_id: str
    message_id: str
    first_in: str


class MailTakenIn(Event, name="conversation.mail-taken-in", published_as="conversations.v1"):
    """A message came by mail: how the mail was read, and why it belongs to this conversation.

    `mailbox`: the address of ours to which it came. `joined_by`, `evidence`: what shows that it belongs here, and the
    text that shows it; None for a mail that opened the conversation. `automatic_because`: what shows that no person
    wrote it. `body_from`: the part that became the text; `no_body`: why there is no text. `cut`: which limits it went
    beyond. `subject_changed`: it has another subject than the conversation. `quoted`: the lines of the text that were
    said before. `recipients`: to whom it went, in `To` and `Cc`. `size`: how many bytes it had.
    `colleague`: the address of our own people from which it came. `authentication`: what the mail server in front of us
    found of its sender; `sender_failed`: by that, somebody else sent it in the sender's name.

    Version 1 has no `colleague`, and knows neither `return-address` nor `returned-message` as what shows it; version 2
    has no `authentication`.
    """

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    customer_id: str
    message_id: str
    participant_id: str | None = None
    mailbox: Text
    joined_by: JoinedBy | None = None
    evidence: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None
    automatic_because: AutomaticBecause | None = None
    body_from: BodyFrom | None = None
    no_body: NoBody | None = None
    cut: tuple[Cut, ...] = ()
    subject_changed: bool = False
    quoted: tuple[QuotedLines, ...] = ()
    recipients: tuple[MailRecipient, ...] = ()
    size: Whole
    colleague: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None
    authentication: tuple[CheckedSender, ...] = ()
    sender_failed: bool = False


class MessageEvent(Event):
    """A message, by whomever. The stream says in which conversation.

    `participant_id`: who said it, or to whom it was said, where that is not the conversation's customer: another
    customer, or a stranger. The texts are theirs. Older versions have none: the customer was the
    only one. `aside_by`: the policy by which words to and from other participants do not count for the customer.
    """

    message_id: str
    customer_id: str
    channel: str
    body: Annotated[Text, Personal("customer_id", rather="participant_id")]
    language: str | None = None
    attachments: tuple[RecordedAttachment, ...] = ()
    participant_id: str | None = None
    aside_by: str | None = None

    @property
    def whose(self) -> str:
        """The customer or stranger who said it, or to whom it was said."""
        return self.participant_id or self.customer_id


class MessageReceived(MessageEvent, name="conversation.message-received", published_as="conversations.v1"):
    """The customer wrote, or another participant. `kept_by`: the policy that kept the status. `more_attachments`: those
    beyond what a message shows. `rest`: as of `FromCustomer`, with these. `quarantined`: the ids of the content of its
    attachments that did not pass the check. `automatic`: no person wrote it, as its channel says; nobody waits for an
    answer.

    `contact_kind`, `contact`: the contact point from which it came. `channel_message_id`, `thread`: the channel's own
    ids of it and of its exchange; without `thread`, the exchange has the id of the message. All where they are known.

    Version 1 has no `effect`; version 2 has neither `adjusted` nor `more_attachments` nor `automatic`; version 3 has no
    `participant_id`; version 4 has neither contact point nor ids of the channel; version 5 has not sealed id and type
    of attachments; version 6 has attachments without content; version 7 has no `aside_by`; version 8 has no `rest`, and
    size and sum of each attachment; version 9 has no `quarantined`; version 10 has no `subject`: that of a message in a
    known thread was dropped. The first message's is that of the conversation.
    """

    schema_version = 11
    upcasts: ClassVar[dict[int, Upcast]] = dict.fromkeys(range(1, 11), unchanged)
    sealed_since: ClassVar[Mapping[str, int]] = {
        f"{files}.*.{field}": 6 for files in ("attachments", "more_attachments") for field in ("id", "type")
    }

    effect: Effect | None = None
    kept_by: str | None = None
    adjusted: tuple[Adjusted, ...] = ()
    more_attachments: tuple[RecordedAttachment, ...] = ()
    rest: RestInStore | None = None
    quarantined: tuple[str, ...] = ()
    automatic: bool = False
    subject: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None
    contact_kind: ContactKind | None = None
    contact: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None
    channel_message_id: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None
    thread: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None

    @property
    def has_subject(self) -> bool:
        """Whether it has a subject of its own."""
        return self.subject is not None


class MessageSent(MessageEvent, name="conversation.message-sent", published_as="conversations.v1"):
    """The company wrote to the customer, or to another participant. `automatic`: nobody wrote the text for them.

    `contact_kind`, `contact`: the contact point that somebody chose for it, of `contact_of`, who is the same person.
    Version 1 has no `effect`, version 2 no `participant_id`, version 3 no contact point; version 4 has not sealed id
    and type of attachments; version 5 has attachments without content; version 6 has no `aside_by`; version 7 has no
    `template`: the name of the template that its text comes from, and the version of the table `reply-templates`.
    """

    schema_version = 8
    upcasts: ClassVar[dict[int, Upcast]] = dict.fromkeys(range(1, 8), unchanged)
    sealed_since: ClassVar[Mapping[str, int]] = {"attachments.*.id": 5, "attachments.*.type": 5}

    automatic: bool = False
    effect: Literal["opened", "none"] | None = None
    contact_kind: ContactKind | None = None
    contact: Annotated[Text | None, Personal("customer_id", rather="contact_of")] = None
    contact_of: str | None = None
    template: Text | None = None
    template_version: Whole | None = None


class ParticipantJoined(Event, name="conversation.participant-joined", published_as="conversations.v1"):
    """Somebody other than the conversation's customer takes part from now on: another customer, or a stranger.

    `contact_kind` and `contact`: the contact point by which they came; None where a split brought them along, or
    somebody added them by their id.
    """

    customer_id: str
    participant_id: str
    channel: str
    contact_kind: ContactKind | None = None
    contact: Annotated[Text | None, Personal("participant_id")] = None


class ParticipantLeft(Event, name="conversation.participant-left", published_as="conversations.v1"):
    """Somebody removed a participant: nobody answers them here any more, unless they write again."""

    customer_id: str
    participant_id: str


class NoteAdded(Event, name="conversation.note-added", published_as="conversations.v1"):
    """Somebody wrote a note for colleagues."""

    note_id: str
    customer_id: str
    body: Annotated[Text, Personal("customer_id")]


class Assigned(Event, name="conversation.assigned", published_as="conversations.v1"):
    """The assignee changed, within the team."""

    customer_id: str
    team_id: str | None
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None


class HandedOver(Event, name="conversation.handed-over", published_as="conversations.v1"):
    """One team handed the conversation over to another team, or to a person in that team."""

    customer_id: str
    team_id: str
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None
    because: Annotated[Text | None, Personal("customer_id")] = None


class PriorityChanged(Event, name="conversation.priority-changed", published_as="conversations.v1"):
    """The priority changed."""

    customer_id: str
    priority: Priority
    previous: Priority


class KindChanged(Event, name="conversation.kind-changed", published_as="conversations.v1"):
    """The kind of an interaction was corrected."""

    customer_id: str
    interaction_id: str
    kind: InteractionKind
    previous: InteractionKind


class SubjectChanged(Event, name="conversation.subject-changed", published_as="conversations.v1"):
    """The conversation got another subject. The former one stands where it was given."""

    customer_id: str
    subject: Annotated[Text, Personal("customer_id")]


class ProductAreaChanged(Event, name="conversation.product-area-changed", published_as="conversations.v1"):
    """The product area was corrected; None where the conversation is about none."""

    customer_id: str
    product_area: Text | None
    previous: Text | None


class ConversationLanguageChanged(Event, name="conversation.language-changed", published_as="conversations.v1"):
    """The language of the conversation was corrected; what was said keeps its own."""

    customer_id: str
    language: Text
    previous: Text | None


class StatusChanged(Event, name="conversation.status-changed", published_as="conversations.v1"):
    """The status changed: another side has the next move, or the matter was resolved or reopened. Version 1 has no
    `cause`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    customer_id: str
    status: Status
    previous: Status
    resolution: Annotated[Text | None, Personal("customer_id")] = None
    cause: StatusCause | None = None


class AnswerJudged(FromCustomer, name="conversation.answer-judged", published_as="conversations.v1"):
    """The customer gave a verdict on an answer: it answered me, or it did not, and why. Version 1 has no `adjusted`,
    version 2 no `rest`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    answered: bool
    because: Annotated[Text | None, Personal("customer_id")] = None
    message_id: str | None = None


class PersonRequested(FromCustomer, name="conversation.person-requested", published_as="conversations.v1"):
    """The customer asked for a person. From then on no bot gets the conversation, and only a person's reply answers.
    Version 1 has no `adjusted`, version 2 no `rest`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    because: Annotated[Text | None, Personal("customer_id")] = None


class ConversationWithdrawn(FromCustomer, name="conversation.withdrawn", published_as="conversations.v1"):
    """The customer withdrew the matter. The conversation is closed, and the company did not resolve it. Version 1 has
    no `adjusted`, version 2 no `rest`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    previous: Status
    because: Annotated[Text | None, Personal("customer_id")] = None


class PolicySet(Event, name="conversation.policy-set", published_as="conversations.v1"):
    """Somebody named the policy of the conversation's clocks."""

    customer_id: str
    policy_id: str


class MessageRemoved(Event, name="conversation.message-removed", published_as="conversations.v1"):
    """Somebody took a message or a note out, for the reason in the envelope. Its text is gone, its place stays.

    `message_version`: the message's version in this stream. No reader opens its texts any more (`Vault.withhold`).
    """

    wipes = True

    customer_id: str
    message_id: str
    message_version: int


# -- merging: links between streams; an undo removes the link; each stream keeps its own events


class ConversationMerged(Event, name="conversation.merged", published_as="conversations.v1"):
    """The conversation became a part of a target, which shows it from now on."""

    customer_id: str
    into: str


class ConversationSeparated(Event, name="conversation.separated", published_as="conversations.v1"):
    """The conversation is a part no longer, and is shown by itself."""

    customer_id: str
    out_of: str


def _only_ids(data: Fields) -> Fields:
    return {**data, "joining": [each["conversation_id"] for each in data["joining"]]}


class PartJoined(Event, name="conversation.part-joined", published_as="conversations.v1"):
    """Another conversation was merged into this one. `joining`: that one and its parts. `parts`: all parts from now
    on. Version 1 also recorded how each of them stood; nothing reads that, since their own events say it."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: _only_ids}

    customer_id: str
    joining: tuple[str, ...]
    parts: tuple[str, ...]


class PartLeft(Event, name="conversation.part-left", published_as="conversations.v1"):
    """A conversation was taken out of this one, or out of one of its parts, together with its own parts."""

    customer_id: str
    leaving: tuple[str, ...]
    parts: tuple[str, ...]


class PartHeard(Event, name="conversation.part-heard", published_as="conversations.v1"):
    """Something happened in a part, on the part's own stream. This event records only who waits.

    `sent` answers nobody: the message was automatic, or to another participant, who does not count here. With
    `automatic`, nobody waits: no person wrote what the customer sent. With `aside`, nobody waits: another participant
    wrote, who does not count here. `disputed`: the customer disputes an answer, and waits. Version 1 has no
    `automatic`, version 2 no `aside`.
    """

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    customer_id: str
    part: str
    what: Literal["received", "answered", "sent", "disputed", "brought", "person-requested", "automatic", "aside"]
    reopens: bool = False
    interaction_id: str | None = None
    kind: InteractionKind | None = None


# -- splitting: a message stays in its stream, and is shown in a conversation of its own


def _nothing_left(data: Fields) -> Fields:
    return {name: value for name, value in data.items() if name != "left"}


class MessageSplit(Event, name="conversation.message-split", published_as="conversations.v1"):
    """A message is about another matter: from now on the conversation `into` shows the message.

    `message_version`: the message's version in this stream. Version 1, here and of the two events of an undo, also
    recorded how the conversation stood without the message; nothing reads that, since the events before say it.
    """

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: _nothing_left}

    customer_id: str
    message_id: str
    message_version: int
    into: str


class MessagePlaced(Event, name="conversation.message-placed", published_as="conversations.v1"):
    """The conversation began with a message from another one, `out_of`, where the message was said at `said_at`.
    `automatic`: as of the message. `said_precision`: how exactly `said_at` is known. `heard_at`: where that is not
    exact, when the log took the message in. Version 1 has no `automatic`, version 2 neither of the last two."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    customer_id: str
    message_id: str
    out_of: str
    said_at: Instant
    automatic: bool = False
    said_precision: RecordedPrecision = "exact"
    heard_at: Instant | None = None


class MessageReturned(Event, name="conversation.message-returned", published_as="conversations.v1"):
    """This conversation shows its message again; `out_of`, into which the message was split, shows it no longer."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: _nothing_left}

    customer_id: str
    message_id: str
    message_version: int
    out_of: str


class MessageTaken(Event, name="conversation.message-taken", published_as="conversations.v1"):
    """The message that this conversation began with returned to its own conversation. The rest is shown there, too.

    `order_id`: the order of this conversation, if only that message named the order.
    """

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: _nothing_left}

    customer_id: str
    message_id: str
    back_to: str
    order_id: str | None = None


class SuggestionDismissed(Event, name="conversation.suggestion-dismissed", published_as="conversations.v1"):
    """Somebody looked at what may be one matter with `other_id`, and leaves the two conversations apart."""

    customer_id: str
    other_id: str


ConversationEvent = (
    Opened | InteractionAdded | MessageReceived | MessageSent | ParticipantJoined | ParticipantLeft | NoteAdded
    | Assigned | HandedOver
    | PriorityChanged | KindChanged | SubjectChanged | ProductAreaChanged | ConversationLanguageChanged
    | StatusChanged | AnswerJudged | PersonRequested | ConversationWithdrawn | PolicySet
    | MessageRemoved
    | ConversationMerged | ConversationSeparated | PartJoined | PartLeft | PartHeard
    | MessageSplit | MessagePlaced | MessageReturned | MessageTaken | OrderNamed
    | ChannelIdRepeated | MailTakenIn | SuggestionDismissed
)  # fmt: skip
