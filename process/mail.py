"""The reaction to replies over mail, where this installation sends mails itself: each is queued."""

from __future__ import annotations

from collections.abc import Iterable

from commands.mail import CHANNEL
from domain.conversation.events import MessageSent
from domain.kernel.event import Recorded
from domain.message import ReportDelivery, leaves
from process.reaction import Reaction, Request


class MailReplies(Reaction[MessageSent]):
    """Queues each reply over mail. What was said before mails were first sent here has left some other way."""

    name = "mail-replies"
    begins = "at-end"

    def react(self, recorded: Recorded[MessageSent]) -> Iterable[Request]:
        """The report that the reply is queued."""
        sent = recorded.event
        if sent.channel == CHANNEL and leaves(recorded.envelope):
            yield Request(sent.message_id, ReportDelivery(conversation_id=recorded.originator_id, state="queued"))
