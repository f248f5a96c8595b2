"""What can be asked of a conversation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.conversation.events import Priority
from domain.conversation.interaction import Attachments, Body, InteractionKind
from domain.kernel.ids import new_id
from domain.kernel.values import Channel, Frozen, Label, Language, Remark

CompanyStatus = Literal["open", "waiting_on_customer", "on_hold", "resolved"]
"""What the company may say of it. Withdrawing is the customer's."""


class ConversationCommand(Frozen):
    """Something asked of one conversation."""


class OpenConversation(ConversationCommand):
    """Begin one, with its first interaction and, where there are words, the first message.

    A complaint may come without words. `message_id` is drawn here, so that a decision made anew says the same.
    """

    customer_id: str
    kind: InteractionKind
    channel: Channel
    opened_by: Literal["customer", "company"] = "customer"
    subject: Remark | None = None
    body: Body | None = None
    language: Language | None = None
    product_area: Label | None = None
    theme: Label | None = None
    segment: Label | None = None
    priority: Priority = "normal"
    order_id: str | None = None
    policy_id: str | None = None
    attachments: Attachments = ()
    interaction_id: str = Field(default_factory=lambda: new_id("interaction"))
    message_id: str = Field(default_factory=lambda: new_id("message"))


class AddInteraction(ConversationCommand):
    """The customer brings one more thing into the same conversation, which is open again where it was closed."""

    kind: InteractionKind
    order_id: str | None = None
    product_area: Label | None = None
    theme: Label | None = None
    interaction_id: str = Field(default_factory=lambda: new_id("interaction"))


class Words(Frozen):
    """What somebody says, and over which channel, where that is given."""

    body: Body
    channel: Channel | None = None
    language: Language | None = None
    attachments: Attachments = ()


class MessageCommand(ConversationCommand, Words):
    """Something said in one conversation."""

    message_id: str = Field(default_factory=lambda: new_id("message"))


class ReceiveMessage(MessageCommand):
    """The customer says something. Opens a waiting or closed conversation again; on hold stays on hold.

    `reopens` is False where the words come in late, and what the conversation went through since came after them.
    """

    reopens: bool = True


class SendReply(MessageCommand):
    """Answer the customer, over `channel`; if not said, over the one they want, or the conversation began on."""

    automatic: bool = False


class AddNote(ConversationCommand):
    """Tell colleagues something the customer never sees. `again`: also where it is a part of another; what is told
    afterwards needs it."""

    body: Body
    again: bool = False
    note_id: str = Field(default_factory=lambda: new_id("note"))


class Assign(ConversationCommand):
    """Give it to a team, a person, or nobody."""

    team_id: str | None = None
    agent_id: str | None = None


class GiveBack(ConversationCommand):
    """They do not see to it any more: if they have it, it is nobody's in the team it has."""

    agent_id: str


class HandOver(ConversationCommand):
    """Give it to another team, and say why."""

    team_id: str
    agent_id: str | None = None
    because: Remark | None = None


class ChangePriority(ConversationCommand):
    """Judge anew how urgent it is. `again`: say so also where it is that urgent already, or is a
    part of another; what is told afterwards needs it."""

    priority: Priority
    again: bool = False


class SetPolicy(ConversationCommand):
    """Say which policy its clocks go by, whatever would be chosen for it. `again`: also where it is part of another."""

    policy_id: str
    again: bool = False


class ChangeKind(ConversationCommand):
    """Say that an interaction is of another kind; without `interaction_id`, the conversation's first. Only what names
    its order is of kind order."""

    kind: InteractionKind
    interaction_id: str | None = None


class ChangeStatus(ConversationCommand):
    """Wait on the customer, hold, resolve, or reopen. A resolution is said with `resolved` only.

    What is resolved can be resolved anew in other words; without words that changes nothing. `again`: say so also where
    it stands so already, or is a part of another; what is told afterwards needs it, since it may have stood otherwise.
    """

    status: CompanyStatus
    resolution: Remark | None = None
    again: bool = False


class JudgeAnswer(ConversationCommand):
    """The customer's verdict on an answer; without `message_id`, on the last one, or on a resolution without words."""

    answered: bool
    because: Remark | None = None
    message_id: str | None = None


class RequestPerson(ConversationCommand):
    """The customer wants a person to see to it. A bot that has it gives it up; opens it again as their words would."""

    because: Remark | None = None


class Withdraw(ConversationCommand):
    """The customer takes the matter back. With other words it can be withdrawn anew."""

    because: Remark | None = None


REACHES_PARTS = (AddInteraction, ReceiveMessage, SendReply, JudgeAnswer, RequestPerson)
"""What may still be asked of a conversation that was merged into another: what is said in it, which is shown there."""
