"""The bodies of requests about surveys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.contract.bodies.fields import IdText
from domain import survey
from domain.kernel.text import Text
from domain.kernel.time import WrittenDayOrInstant, until_end
from domain.kernel.values import Frozen, Remark


class SurveyBody(survey.SurveyTerms):
    """A question to a sample of the customers of a product area, or of those who contributed to a signal; of some
    segments only, where they are named. `margin`: half the width of the interval that is wanted, which says how many
    are asked; `expected_response`: the share of those asked who are expected to answer. `texts`: the message by
    language, each with `{token}` once, where the link to the answer has the token; `otherwise` is for all other
    languages. `themes`: the word for the theme, by answer. `closes_at`: a date means the end of that day in the
    company's zone."""

    signal_id: IdText | None = None
    closes_at: WrittenDayOrInstant

    def command(self, zone: str) -> survey.OpenSurvey:
        """The command for this body. Raises pydantic.ValidationError."""
        return survey.OpenSurvey.model_validate({**dict(self), "closes_at": until_end(self.closes_at, zone)})


class SurveyClosing(Frozen):
    """Why a survey is closed before its date. The reason is kept, and not sealed: no personal text."""

    reason: Remark


class SurveyAnswerBody(Frozen):
    """What a customer answers, with the token of the message that asked: 1 to 7, yes or no, one of the choices, or a
    text."""

    token: Annotated[Text, Field(min_length=1, max_length=500)]
    answer: Annotated[Text, Field(min_length=1, max_length=survey.MOST_ANSWER)]
