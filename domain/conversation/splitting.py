"""Splitting: a message about another matter is shown in a conversation of its own, and can be returned. The message
stays in its stream; an undo removes the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from domain.conversation import events as c
from domain.conversation.commands import AddInteraction
from domain.conversation.decisions import interaction_added, merged
from domain.conversation.events import MessagePlaced, MessageReturned, MessageSplit, MessageTaken
from domain.conversation.interaction import InteractionKind
from domain.conversation.merging import Side, decide_merge
from domain.conversation.standing import standings
from domain.conversation.state import Conversation
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen, Label, Remark


class SplitMessage(Frozen):
    """Split a customer's message off into a conversation of its own, of the given kind."""

    message_id: str
    kind: InteractionKind
    subject: Remark | None = None
    product_area: Label | None = None
    theme: Label | None = None
    order_id: str | None = None
    interaction_id: str = Field(default_factory=lambda: new_id("interaction"))


class UndoSplit(Frozen):
    """Undo a split: the message returns, and the conversation that it began becomes a part of the source."""


@dataclass(frozen=True, slots=True)
class WholeConversation:
    """A conversation with all its events."""

    id: str
    state: Conversation
    recorded_events: Sequence[Recorded[Event]]

    @property
    def side(self) -> Side:
        """What a merge needs to know of the conversation."""
        return Side(self.id, self.state)

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """The messages that this conversation has and does not show: message id -> conversation that shows it."""
        found: dict[str, str] = {}
        for recorded in self.recorded_events:
            match recorded.event:
                case MessageSplit() as event:
                    found[event.message_id] = event.into
                case MessageReturned() as event:
                    del found[event.message_id]
                case MessageTaken() as event:
                    found[event.message_id] = event.back_to
        return found


def check_splittable(whole: WholeConversation, message_id: str) -> tuple[Recorded[Event], c.MessageReceived]:
    """Find the message and check that it can be split off.

    Raises Refusal `conversation-merged`, `message-unknown`, `message-not-received`, `split-already`, `nothing-left`.
    """
    if whole.state.merged_into is not None:
        raise merged(whole.state.merged_into)
    messages = [
        (recorded, recorded.event) for recorded in whole.recorded_events
        if isinstance(recorded.event, (c.MessageReceived, c.MessageSent, MessagePlaced))
    ]  # fmt: skip
    found = next(((recorded, event) for recorded, event in messages if event.message_id == message_id), None)
    if found is None:
        raise Refusal("message-unknown", "the conversation has no such message; look at its history for the id")
    elsewhere = whole.elsewhere
    if message_id in elsewhere:
        raise Refusal("split-already", f"it was split off before: it is shown in {elsewhere[message_id]}")
    if len({event.message_id for _, event in messages} - elsewhere.keys()) == 1:
        raise Refusal("nothing-left", "nothing else was said in this conversation; change its kind instead")
    recorded, message = found
    if not isinstance(message, c.MessageReceived):
        raise Refusal("message-not-received", "only what the customer said in this conversation is split off")
    return recorded, message


def decide_split(whole: WholeConversation, command: SplitMessage, id: str) -> Mapping[str, list[Event]]:
    """Decide the events of a split, by stream; `id` is the new conversation. Raises as `check_splittable`, or Refusal
    `order-missing`."""
    recorded, message = check_splittable(whole, command.message_id)
    customer_id = whole.state.customer_id
    # No command opens it: what was recorded is not checked against the limits of what may be asked today.
    opened = c.Opened(
        customer_id=customer_id,
        opened_by="company",
        channel=message.channel,
        subject=command.subject,
        language=message.language,
        product_area=command.product_area,
        segment=_segment(whole),
    )
    brought = AddInteraction(
        kind=command.kind,
        order_id=command.order_id,
        product_area=command.product_area,
        theme=command.theme,
        interaction_id=command.interaction_id,
    )
    split = MessageSplit(
        customer_id=customer_id,
        message_id=command.message_id,
        message_version=recorded.originator_version,
        into=id,
    )
    precision = recorded.envelope.time_precision
    placed = MessagePlaced(
        customer_id=customer_id,
        message_id=command.message_id,
        out_of=whole.id,
        said_at=recorded.at,
        automatic=message.automatic,
        said_precision=precision,
        heard_at=None if precision == "exact" else recorded.recorded_at,
    )
    joined: list[Event] = []
    if message.participant_id is not None:
        who, channel = message.participant_id, message.channel
        joined = [c.ParticipantJoined(customer_id=customer_id, participant_id=who, channel=channel)]
    return {whole.id: [split], id: [opened, interaction_added(brought, customer_id), *joined, placed]}


def check_undone(whole: WholeConversation, source: WholeConversation) -> None:
    """Check that the split can be undone. Raises Refusal `split-merged`."""
    for each in (whole, source):
        if each.state.merged_into is not None:
            raise Refusal("split-merged", f"{each.id} was merged into {each.state.merged_into}; separate them first")


def not_split() -> Refusal:
    """The refusal of an undo where nothing was split."""
    return Refusal("not-split", "the conversation was not split off, or the split was undone; there is nothing to undo")


def decide_undo(whole: WholeConversation, source: WholeConversation) -> Mapping[str, list[Event]]:
    """Decide the events of an undo, by stream: the message returns to `source`, and the conversation that it began,
    with all that was said there since, becomes a part of `source`. Raises as `check_undone`, or Refusal
    `parts-too-many`."""
    check_undone(whole, source)
    message_id = next(
        recorded.event.message_id for recorded in whole.recorded_events if isinstance(recorded.event, MessagePlaced)
    )
    split = next(
        recorded.event
        for recorded in reversed(source.recorded_events)
        if isinstance(recorded.event, MessageSplit) and recorded.event.message_id == message_id
    )
    taken = MessageTaken(
        customer_id=whole.state.customer_id,
        message_id=message_id,
        back_to=source.id,
        order_id=_only_because_of_it(whole.recorded_events),
    )
    returned = MessageReturned(
        customer_id=source.state.customer_id,
        message_id=message_id,
        message_version=split.message_version,
        out_of=whole.id,
    )
    merging = decide_merge(whole.side, source.side)
    return {whole.id: [taken, *merging[whole.id]], source.id: [returned, *merging[source.id]]}


def opens_again(whole: WholeConversation) -> bool:
    """Whether a conversation that began with a split opens its source again once the split is undone: the conversation
    is open, and somebody waits in it, not only because of the split message."""
    placed = next(
        recorded.event.message_id for recorded in whole.recorded_events if isinstance(recorded.event, MessagePlaced)
    )
    own = standings(whole.recorded_events)[whole.id].own.shown_elsewhere(placed, True)
    return own.status == "open" and own.waiting_since is not None


def _segment(whole: WholeConversation) -> str | None:
    opened = whole.recorded_events[0].event
    return opened.segment if isinstance(opened, c.Opened) else None


def _only_because_of_it(recorded_events: Sequence[Recorded[Event]]) -> str | None:
    naming = (c.InteractionAdded, c.OrderNamed)
    orders = [recorded.event.order_id for recorded in recorded_events if isinstance(recorded.event, naming)]
    return orders[0] if orders.count(orders[0]) == 1 else None
