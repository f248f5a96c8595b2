"""Who takes part in a conversation: who said something there, and to whom an answer goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commands.conversation.whole_streams import whole_streams
from commands.customer.contact_points import ContactPoint, held, points, stranger_at
from commands.customer.handlers import told_name
from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded
from commands.executor.unit_of_work import Change, KeyKind
from domain.conversation.commands import ChosenContact, Participant
from domain.conversation.events import MessageReceived, ParticipantLeft
from domain.conversation.state import CONVERSATION, MOST_PARTICIPANTS, Conversation
from domain.customer import CUSTOMER
from domain.kernel.event import Event
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.stranger import STRANGER, StrangerMet, StrangerNamed


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said something in a conversation. Without a participant: its customer. With the changes that make a stranger
    known, or somebody's name; and the unique keys of a stranger who is new."""

    participant: Participant | None = None
    changes: Sequence[Change] = ()
    unique_keys: Sequence[tuple[KeyKind, str, str]] = ()

    @property
    def id(self) -> str | None:
        """The participant's id, if it is not the customer."""
        return self.participant.participant_id if self.participant else None


def speaker_of(
    executor: CommandExecutor, said_by: Participant | None, customer_id: str, drawn: str | None = None
) -> Speaker:
    """Who is meant by a participant of a conversation of this customer, where the caller names an id or a contact
    point. `drawn`: as of `speaker_for`. Part of other commands. Raises NotFound."""
    if said_by is None or said_by.participant_id == customer_id:
        return Speaker()
    if said_by.participant_id is None:
        assert said_by.contact_kind is not None
        assert said_by.contact is not None
        return speaker_for(
            executor, ContactPoint(said_by.contact_kind, said_by.contact, said_by.name), customer_id, drawn
        )
    id = said_by.participant_id
    if (executor.load(CUSTOMER, id).state or executor.load(STRANGER, id).state) is None:
        raise NotFound("the participant")
    return Speaker(said_by)


def speaker_for(
    executor: CommandExecutor, contact: ContactPoint, customer_id: str, drawn: str | None = None
) -> Speaker:
    """Who speaks from this contact point in a conversation of this customer: the customer to whom the contact point
    belongs; else the stranger who has it, or a new one. From one that several people use, the conversation's customer
    speaks, if it is one of theirs; so from an empty one, by which nobody is known. A name that comes with a contact
    point is theirs, where none is known. `drawn`: the id of a new stranger, the same each time a command is decided.
    Part of other commands."""
    if contact.empty:
        return Speaker()
    by_stranger = contact.stranger_key(executor.comparing)
    stranger = stranger_at(executor, contact)
    point = held(executor, [contact])[0]
    customer = None if point.shared else point.holder
    if customer == customer_id or (point.shared and _is_theirs(executor, contact, customer_id)):
        return Speaker(changes=told_name(executor, contact, customer_id))
    id = customer or stranger or drawn or new_id("stranger")
    participant = Participant(participant_id=id, contact_kind=contact.kind, contact=contact.value)
    if customer:
        return Speaker(participant, told_name(executor, contact, customer))
    if stranger:
        # Whoever is known by a former form is known by the present one from now on.
        takes = [] if executor.named(by_stranger)[0] else [(*by_stranger, stranger)]
        return Speaker(participant, _named(executor, stranger, contact.name), takes)
    met: list[Event] = [StrangerMet(stranger_id=id, contact_kind=contact.kind, value=contact.value, name=contact.name)]
    return Speaker(participant, [Change(id, NOTHING, met)], [(*by_stranger, id)])


def _named(executor: CommandExecutor, stranger: str, name: str | None) -> list[Change]:
    """The name of a stranger, where none is known."""
    if name is None:
        return []
    before = executor.existing(STRANGER, stranger)
    return [] if before.state.named else [Change(stranger, before, [StrangerNamed(stranger_id=stranger, name=name)])]


def _is_theirs(executor: CommandExecutor, contact: ContactPoint, customer_id: str) -> bool:
    return bool(points(executor, customer_id, contact, executor.load(CUSTOMER, customer_id).version))


def chosen(
    executor: CommandExecutor, contact: ChosenContact | None, whose: str
) -> tuple[ChosenContact | None, list[Change]]:
    """The contact point of a customer or stranger to which an answer shall go, as it was recorded; and the states that
    say so, as unchanged changes. A customer is reached under all ids of merged customers.

    Part of other commands. Raises Refusal `contact-point-unknown`, ReadAheadNeeded.
    """
    if contact is None:
        return None, []
    point = ContactPoint(contact.contact_kind, contact.contact)
    stranger = stranger_at(executor, point)
    for id in linked(executor.load, whose) if kind_of(whose) == CUSTOMER.kind else [whose]:
        if kind_of(id) == STRANGER.kind:
            if id == stranger:
                return contact.model_copy(update={"contact_of": id}), []
            continue
        before = executor.load(CUSTOMER, id)
        for said in points(executor, id, point, before.version):
            there = ChosenContact(contact_kind=point.kind, contact=said, contact_of=id)
            return there, [Change(id, before, [])]
    raise Refusal("contact-point-unknown", f"{whose} has no such contact point; look at who is to be answered")


def channel_to(executor: CommandExecutor, id: str, before: Loaded[Conversation], participant_id: str) -> str:
    """The channel by which this participant came into the conversation, or into one that is shown at it.

    Part of other commands. Raises Refusal `participant-unknown`, ReadAheadNeeded.
    """
    shown = {id: before, **{part: executor.existing(CONVERSATION, part) for part in before.state.parts}}
    for each in shown.values():
        if (channel := each.state.participants.get(participant_id)) is not None:
            return channel
    full = {one: each.version for one, each in shown.items() if len(each.state.participants) >= MOST_PARTICIPANTS}
    for stream in whole_streams(executor, full).values() if full else ():
        came_by: str | None = None
        for event in (recorded.event for recorded in stream):
            if isinstance(event, MessageReceived) and event.participant_id == participant_id:
                came_by = came_by or event.channel
            elif isinstance(event, ParticipantLeft) and event.participant_id == participant_id:
                came_by = None
        if came_by is not None:
            return came_by
    raise Refusal("participant-unknown", "nobody of this id takes part in the conversation; look at its participants")
