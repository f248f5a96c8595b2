"""A message as a channel delivers it, recorded: once, whoever delivers it again, and whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from commands.content import attached, check_attached, ids_in
from commands.conversation.inline_files import with_files
from commands.conversation.keeping import decided, policies_say
from commands.conversation.likely_speaker import likely_speaker
from commands.conversation.merging import changes
from commands.conversation.participants import speaker_for
from commands.conversation.segment import with_segment
from commands.conversation.told_days import as_told
from commands.conversation.with_content import with_content
from commands.customer.contact_points import ContactPoint, names_of
from commands.customer.handlers import FoundByName, customer_for
from commands.executor.context import Context, body_of, counted
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from commands.kept_in_command import KeptAhead, destroy_unused, keep_ahead
from commands.order import order_named
from domain.conversation.as_sent import (
    SentFile,
    as_area,
    as_channel,
    as_channel_id,
    as_contact,
    as_contact_kind,
    as_kind,
    as_name,
    as_sent,
    as_thread,
)
from domain.conversation.commands import (
    CameBy,
    OpenConversation,
    ReceiveMessage,
)
from domain.conversation.decisions import decide
from domain.conversation.events import ChannelIdRepeated, OrderNamed
from domain.conversation.inline_files import FileParts, files_in, left_out
from domain.conversation.interaction import InteractionKind
from domain.conversation.state import CONVERSATION
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.text import is_legible, readable
from domain.kernel.values import LATER, Fields


@dataclass(frozen=True, slots=True)
class SentContact:
    """A contact point as a channel tells it, of whatever kind the channel calls it."""

    kind: str
    value: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A customer's message as a channel delivers it. `channel_message_id`: the channel's id; the same id again is the
    same message. `thread`: the channel's id of the exchange; a new thread opens a conversation. `order_number`: the
    order that the customer names, as the customer says it. `automatic`: no person wrote the message. `noted`: somebody
    noted the message down, and the ids are none of the channel's. `not_as_told`: the fields that were told in a form
    that none of these fields takes. `files`: those of the attachments, by number, that came beside them.

    All of it is as it was sent; the commands bring it within our limits, and `adjusted` says how.
    """

    channel: str
    channel_message_id: str
    contact: ContactPoint | SentContact
    body: str = ""
    thread: str | None = None
    kind: str = "inquiry"
    subject: str | None = None
    language: str | None = None
    product_area: str | None = None
    attachments: Sequence[SentFile] = ()
    order_number: str | None = None
    automatic: bool = field(default=False, metadata={"since": LATER})
    noted: bool = field(default=False, metadata={"since": LATER})
    not_as_told: tuple[Adjusted, ...] = field(default=(), metadata={"since": LATER})
    files: Mapping[int, FileParts] | None = field(default=None, metadata={"since": LATER})

    def came(self, contact: ContactPoint) -> CameBy:
        """How the message came, from this contact point within our limits."""
        id, thread = (None, None) if self.noted else (as_channel_id(self.channel_message_id), self.thread)
        return CameBy(
            contact_kind=contact.kind if contact.value else None,
            contact=contact.value or None,
            channel_message_id=id,
            thread=as_channel_id(thread) if thread != id else None,
        )

    @property
    def within_limits(self) -> Fields:
        """The contact point, and the fields of a command, within our limits; `adjusted` says what was done to which.
        Whoever notes a message down here names kinds and channels of ours."""
        notes = list(self.not_as_told)
        channel = self.channel if self.noted else as_channel(self.channel, notes)
        kind = (
            self.kind
            if self.noted
            else as_kind(self.kind, names_order=is_legible(self.order_number or ""), notes=notes)
        )
        contact_kind, value = as_contact_kind(self.contact.kind, self.contact.value, notes)
        contact = ContactPoint(contact_kind, as_contact(contact_kind, value, notes), as_name(self.contact.name, notes))
        sent = {each: getattr(self, each) for each in ("subject", "body", "language", "attachments", "order_number")}
        dropped = left_out(self.attachments, files_in(self.attachments, self.files), self.files)
        notes += [
            Adjusted(field=f"attachments.{number}.content", how="dropped", kept=readable(content) or None)
            for number, content in dropped.items()
        ]
        area, thread = as_area(self.product_area, notes), as_thread(self.thread, notes)
        found = as_sent({**sent, "adjusted": tuple(notes)})
        return found | {"contact": contact, "product_area": area, "channel": channel, "kind": kind, "thread": thread}

    @property
    def adjusted(self) -> tuple[Adjusted, ...]:
        """What is not recorded in full as it was sent."""
        adjusted: tuple[Adjusted, ...] = self.within_limits["adjusted"]
        return adjusted

    @property
    def content(self) -> Fields:
        """What the same message says again. A channel's name of the customer may change."""
        said = counted(self) | {"contact": (self.contact.kind, self.contact.value)}
        return {name: value for name, value in said.items() if name != "noted"}


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a message belongs, where its channel knows better than by a thread. `belongs_to`: the conversation into
    which it goes, and that conversation's customer; None for a new one. `mark`: what there is to say of the message
    beside, by the ids of the conversation's customer, of the message, and of the participant who said it."""

    belongs_to: tuple[str, str] | None
    mark: Callable[[str, str, str | None], Event]


def deliver(executor: CommandExecutor, delivery: Delivery, context: Context, placing: Placing | None = None) -> Answer:
    """Record a message from a channel: in its thread's conversation, or in a new one of a known or new customer. What
    somebody else says in a thread is theirs, and not its customer's.

    A message delivered twice, or by two processes at once, is recorded once. A message that says something else under
    the id of an earlier one is recorded, too, and marked. Many messages at once in a new thread make one conversation.
    `placing`: of a channel that finds the conversation itself.
    Raises Refusal as `CommandExecutor.run`.
    """
    content, body = executor.fingerprint(delivery.content), body_of(context, delivery)
    conversation_id, new_customer, new_stranger = (new_id(kind) for kind in ("conversation", "customer", "stranger"))
    came = files_in(delivery.attachments, delivery.files)
    delivery = replace(delivery, files=came)
    sent = delivery.within_limits
    contact, subject = sent.pop("contact"), sent.pop("subject")
    shown = {each: sent.pop(each) for each in ("order_number", "product_area", "channel", "kind", "thread")}
    delivery = replace(delivery, contact=contact, **shown)
    message: tuple[KeyKind, str] = ("channel-message", f"{delivery.channel}\x00{delivery.channel_message_id}")
    exchange = delivery.thread or delivery.channel_message_id
    if not is_legible(exchange):
        exchange = conversation_id  # such an id is that of many messages, and nobody's exchange
    thread: tuple[KeyKind, str] = ("channel-thread", f"{delivery.channel}\x00{exchange}")
    placed = placing.belongs_to[0] if placing is not None and placing.belongs_to is not None else None
    streams = [placed] if placed else []
    otherwise: tuple[KeyKind, str] = ("channel-message-otherwise", f"{message[1]}\x00{content.hex()}")
    speakers = list[str]()

    def work() -> UnitOfWork:
        known, first_in = executor.named(thread, message)
        known = placed or known
        first = None if first_in is None or not executor.brings_otherwise(message, content) else first_in
        contents = {message: content} if first is None else {}
        # The files of a repeat are kept already.
        brought = came if first_in is None or first is not None else {}
        if known is not None:
            before = executor.existing(CONVERSATION, known)
            speaker = speaker_for(executor, contact, before.state.customer_id, new_stranger)
            receive = ReceiveMessage(
                channel=delivery.channel,
                automatic=delivery.automatic,
                subject=subject,
                participant=speaker.participant,
                came=delivery.came(contact),
                **sent,
            )
            told = as_told(executor, known, before, context)
            said = policies_say(executor, known, before, receive, told)
            customer_id = before.state.customer_id
            check_attached(executor, attached(receive), speaker.id or customer_id)
            speakers.append(speaker.id or customer_id)
            receive, files = with_files(executor, receive, delivery.attachments, brought, speakers[-1])
            order = _order(executor, delivery, customer_id)
            events = decided(known, before, receive, said, executor.clock())
            events += _marks(delivery, order, first, customer_id, receive.message_id, speaker.id)
            if placing is not None:
                events.append(placing.mark(customer_id, receive.message_id, speaker.id))
            reached = changes(executor.load, known, before, receive, events, said.kept, said.aside)
            return UnitOfWork(
                known,
                [*speaker.changes, *(replace(change, context=told) for change in reached)],
                [
                    (*(otherwise if first else message), known),
                    *speaker.unique_keys,
                    *(order.unique_keys if order else ()),
                ],
                subject=customer_id,
                participant=speaker.id,
                contents=contents,
                files=files,
            )
        customer = customer_for(executor, [contact], drawn=new_customer)
        order = _order(executor, delivery, customer.id)
        begin = OpenConversation(
            customer_id=customer.id,
            kind=cast(InteractionKind, delivery.kind),  # `within_limits`, or else the command refuses it
            channel=delivery.channel,
            subject=subject,
            product_area=delivery.product_area,
            order_id=order.id if order else None,
            automatic=delivery.automatic,
            came=delivery.came(contact),
            **sent,
        )
        check_attached(executor, attached(begin), customer.id)
        speakers.append(customer.id)
        begin, files = with_files(executor, begin, delivery.attachments, brought, customer.id)
        events = decide(None, with_segment(executor, begin), executor.clock())
        events += _marks(delivery, order, first, customer.id, begin.message_id)
        if placing is not None:
            events.append(placing.mark(customer.id, begin.message_id, None))
        return UnitOfWork(
            conversation_id,
            [*customer.changes, Change(conversation_id, NOTHING, events)],
            [
                (*(otherwise if first else message), conversation_id),
                (*thread, conversation_id),
                *customer.unique_keys,
                *(order.unique_keys if order else ()),
            ],
            subject=customer.id,
            contents=contents,
            files=files,
        )

    ahead = KeptAhead({}, ())
    if came:
        speaker = likely_speaker(
            executor,
            contact,
            message,
            thread,
            placing.belongs_to if placing else None,
            new_customer=new_customer,
            new_stranger=new_stranger,
        )
        if speaker is not None:
            speakers.append(speaker)
            ahead = keep_ahead(executor, speaker, list(came.values()))
    answer = executor.run(
        context,
        partial(with_content, executor, work),
        body=body,
        streams=[*ids_in(sent.get("attachments", ())), *streams, *ahead.streams],
        names=[thread, *names_of(executor, [contact]), message],
        read_ahead=ahead.read_ahead,
    )
    if sent.get("adjusted") or came:
        unused = {new_customer, new_stranger}.intersection(speakers) - (set() if answer.repeated else {speakers[-1]})
        if unused:
            destroy_unused(executor, *unused)
    return answer


def _order(executor: CommandExecutor, delivery: Delivery, customer_id: str) -> FoundByName | None:
    return order_named(executor, customer_id, delivery.order_number) if delivery.order_number else None


def _marks(
    delivery: Delivery,
    order: FoundByName | None,
    first_in: str | None,
    customer_id: str,
    message_id: str,
    participant_id: str | None = None,
) -> list[Event]:
    """What there is to say of a message: that it names an order, and that its id was another message's before."""
    marks: list[Event] = []
    if order is not None and delivery.order_number is not None:
        marks.append(
            OrderNamed(
                customer_id=customer_id,
                message_id=message_id,
                order_id=order.id,
                number=delivery.order_number,
                participant_id=participant_id,
            )
        )
    if first_in is not None:
        marks.append(ChannelIdRepeated(customer_id=customer_id, message_id=message_id, first_in=first_in))
    return marks
