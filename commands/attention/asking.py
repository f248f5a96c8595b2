"""How a person is asked the question of a survey: in the conversation in which they spoke about the product area, over
the channel that they prefer, in their language, with the token for their answer."""

from __future__ import annotations

from dataclasses import dataclass

from commands.attention.person import ContactedPerson
from commands.executor.executor import CommandExecutor
from commands.survey.token import token
from domain.attention.contacts import QuestionOwed, WaitReason
from domain.conversation.commands import SendReply
from domain.conversation.state import CONVERSATION
from domain.survey import SURVEY, TOKEN


@dataclass(frozen=True, slots=True)
class ByQuestion:
    """A person is asked by a message in a conversation of theirs."""

    executor: CommandExecutor
    person: ContactedPerson

    def prevented(self, owed: QuestionOwed) -> WaitReason | None:
        """Why it cannot be asked: the survey is closed, no conversation, a channel that nobody serves, no text."""
        survey = self.executor.load(SURVEY, owed.survey_id).state
        if survey is not None and survey.closed_at is not None:
            return "survey-closed"
        conversation = self.executor.load(CONVERSATION, owed.conversation_id).state
        if conversation is None:
            return "no-conversation"
        if (self._channel(owed) or conversation.channel) not in self.executor.channels.names:
            return "channel-unserved"
        return "no-text" if self._text(owed) is None else None

    def message(self, owed: QuestionOwed, message_id: str) -> SendReply:
        """The message with the question."""
        text = self._text(owed) or ""
        return SendReply(
            body=text.replace(TOKEN, token(self.executor, owed.survey_id, owed.customer_id)),
            channel=self._channel(owed),
            language=self._language(owed),
            automatic=True,
            message_id=message_id,
        )

    def _text(self, owed: QuestionOwed) -> str | None:
        survey = self.executor.load(SURVEY, owed.survey_id).state
        return survey.text(self._language(owed)) if survey else None

    def _channel(self, owed: QuestionOwed) -> str | None:
        return self.person.customers[owed.customer_id].state.channel

    def _language(self, owed: QuestionOwed) -> str | None:
        customer = self.person.customers[owed.customer_id].state
        conversation = self.executor.load(CONVERSATION, owed.conversation_id).state
        return customer.language or (conversation.language if conversation else None) or customer.native_language
