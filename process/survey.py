"""The reactions of surveys: each of the sample is owed the question, and each answer is filed as a feedback item."""

from __future__ import annotations

from collections.abc import Iterable

from domain.attention.contacts import QuestionAnswered, stream_of
from domain.kernel.event import Recorded
from domain.signal.item import FileItem, item_id
from domain.survey import OweQuestion, SurveyOpened
from process.reaction import Reaction, Request


class SurveySamples(Reaction[SurveyOpened]):
    """Owes the question to each customer of the sample."""

    name = "survey-samples"
    begins = "at-zero"

    def react(self, recorded: Recorded[SurveyOpened]) -> Iterable[Request]:
        """One command for each customer."""
        for each in recorded.event.sample:
            command = OweQuestion(customer_id=each.customer_id, survey_id=recorded.event.survey_id)
            yield Request(stream_of(each.customer_id), command)


class SurveyItems(Reaction[QuestionAnswered]):
    """Files each answer as an item that we asked for. The table `themes` says what it is about."""

    name = "survey-items"
    begins = "at-end"
    ignores = frozenset({"customer-erased", "not-found", "table-unpublished"})

    def react(self, recorded: Recorded[QuestionAnswered]) -> Iterable[Request]:
        """The item."""
        event = recorded.event
        command = FileItem(
            kind="survey-answer",
            conversation_id=event.conversation_id,
            part=event.survey_id,
            message_id=event.message_id,
            product_area=event.product_area,
            theme=event.theme,
            prompted=True,
            said_at=recorded.at,
        )
        yield Request(item_id(event.conversation_id, event.survey_id, "survey-answer"), command)
