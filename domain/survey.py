"""Surveys: one question to a sample of the customers of a product area, or of those who contributed to a signal.

How many answers a survey needs follows from the interval that is wanted (Cochran, Sampling Techniques, 1977, chapter 4:
the size for a share of one half, with the correction for a finite population).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal, Self, assert_never
from uuid import UUID, uuid5

from pydantic import Field, Strict, model_validator

from domain.kernel.adjusted import Sent
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text, is_legible
from domain.kernel.time import Instant
from domain.kernel.values import Frozen, Label, Language, RecordedValue, Remark
from domain.statistics import Z_95

Question = Literal["effort", "yes-no", "choice", "text"]
"""What is asked for: how much effort it took (1 is very little, 7 very much), yes or no, one of several choices, or a
text."""
FIXED: Mapping[Question, tuple[str, ...]] = {"effort": tuple("1234567"), "yes-no": ("yes", "no")}
"""The answers that a question allows, where the survey does not say them."""
OTHERWISE = "otherwise"
"""The key of the text for everybody whose language has none."""
TOKEN = "{token}"  # noqa: S105 (no password: the place in a text)
"""Where a text has the token with which a customer answers."""
MOST_ASKED = 1_100
"""How many customers one survey asks at most. An interval of three points either way needs 1,068 answers."""
MOST_ANSWER = 4_000
"""The most characters of an answer that a form sends."""


class AskedCustomer(RecordedValue):
    """A customer of the sample, the conversation in which they are asked, and their segment, where they have one."""

    customer_id: str
    conversation_id: str
    segment: Text | None = None


class Segment(RecordedValue):
    """How many people of the audience are of a segment."""

    name: Text | None
    people: int


class SurveyOpened(Event, name="survey.opened", published_as=None):
    """A question is asked of a sample. `audience`: its people by segment. `margin`: half the width of the interval that
    is wanted; `needed`: how many answers that takes. `texts`: the message by language. `themes`: the word for the
    theme, by answer."""

    survey_id: str
    question: Question
    choices: tuple[Text, ...] = ()
    texts: Mapping[Text, Text]
    product_area: Text
    signal_id: str | None = None
    themes: Mapping[Text, Text]
    margin: float
    expected_response: float
    needed: int
    audience: tuple[Segment, ...]
    sample: tuple[AskedCustomer, ...]
    closes_at: Instant


class SurveyClosed(Event, name="survey.closed", published_as=None):
    """The survey was closed before its date: nobody is asked any more, and what is answered later is not taken in. The
    reason stands in the envelope."""

    survey_id: str
    closes_at: Instant


SurveyEvent = SurveyOpened | SurveyClosed


@dataclass(frozen=True, slots=True)
class Survey:
    """The aggregate state of a survey: what was opened, and when somebody closed it before its date."""

    opened: SurveyOpened
    closed_at: datetime | None = None

    @property
    def closes_at(self) -> datetime:
        """From when on no answer is taken in."""
        return self.closed_at or self.opened.closes_at

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that the question allows; none where it asks for a text."""
        return self.opened.choices or FIXED.get(self.opened.question, ())

    def text(self, language: str | None) -> str | None:
        """The message in a language, in the language without its region, or otherwise. None where there is none."""
        texts = {name.lower(): text for name, text in self.opened.texts.items()}
        exact = (language or "").lower()
        return texts.get(exact) or texts.get(exact.partition("-")[0]) or texts.get(OTHERWISE)

    def allowed(self, answer: str) -> str:
        """The answer as it is recorded; capital letters make no other answer. Raises Refusal `answer-invalid`."""
        said = answer.strip()
        if self.opened.question == "text":
            if not said:
                raise Refusal("answer-invalid", "a text answers this question, with something to read")
            return answer
        alike = [each for each in self.answers if each.casefold() == said.casefold()]
        if said not in alike and len(alike) != 1:
            raise Refusal("answer-invalid", f"this question is answered by one of: {', '.join(self.answers)}")
        return said if said in alike else alike[0]


def evolve(state: Survey | None, event: SurveyEvent) -> Survey | None:
    """Fold one event into the state."""
    match event:
        case SurveyOpened():
            return state or Survey(event)
        case SurveyClosed():
            return state and replace(state, closed_at=event.closes_at)
        case _:
            assert_never(event)


SURVEY = Stream("survey", SurveyEvent, evolve)

# -- commands


class SurveyTerms(Frozen):
    """What is asked, and of whom: a sample of the customers of a product area, or of those who contributed to a signal;
    of some segments only, where they are named. `margin`: half the width of the interval that is wanted.
    `expected_response`: the share of those asked who are expected to answer. `texts`: the message by language, with
    `{token}` where the link to the answer has the token; `otherwise` is for all other languages. `themes`: the word for
    the theme, by answer."""

    question: Question
    choices: Annotated[tuple[Label, ...], Field(max_length=20)] = ()
    texts: Annotated[Mapping[Language | Literal["otherwise"], Remark], Field(min_length=1, max_length=50)]
    product_area: Label | None = None
    signal_id: str | None = None
    segments: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    themes: Annotated[Mapping[Label, Label], Field(max_length=20)] = {}
    margin: Annotated[float, Strict(), Field(gt=0, le=0.5)] = 0.05
    expected_response: Annotated[float, Strict(), Field(gt=0, le=1)] = 1.0


class OpenSurvey(SurveyTerms):
    """Ask the question of a survey of a sample, until `closes_at`."""

    closes_at: Instant
    survey_id: str = Field(default_factory=lambda: new_id("survey"))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.product_area is None) == (self.signal_id is None):
            raise ValueError("name a product area, or a signal")
        if (self.question == "choice") != (len(self.choices) > 1) or len(set(self.choices)) < len(self.choices):
            raise ValueError("a choice has two choices or more, each once; other questions have none")
        if not all(is_legible(text.replace(TOKEN, "")) for text in self.texts.values()):
            raise ValueError(f"each text has words to read beside {TOKEN}")
        if any(text.count(TOKEN) != 1 for text in self.texts.values()):
            raise ValueError(f"each text has {TOKEN} once, where the link to the answer has the token")
        allowed = self.choices or FIXED.get(self.question, ())
        if not set(self.themes) <= set(allowed):
            raise ValueError("themes are given by answers that the question allows, and not for texts")
        return self


class CloseSurvey(Frozen):
    """Close a survey before its date."""


class OweQuestion(Frozen):
    """Record that a customer is to be asked the question of a survey. Once for each survey."""

    customer_id: str
    survey_id: str


class AnswerSurvey(Frozen):
    """Record what a customer answers. The token says which survey and which customer."""

    token: Annotated[Text, Field(min_length=1, max_length=500)]
    answer: Annotated[Sent, Field(min_length=1)]


# -- decisions


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person of an audience: the customer whose last conversation about the product area it is, in which they are
    asked."""

    person_id: str
    customer_id: str
    conversation_id: str
    segment: str | None


def answers_needed(people: int, margin: float) -> int:
    """How many of so many people have to answer, for an interval of a share of `margin` either way, with a confidence
    of 95 %, whatever the share is."""
    # Divided by what grows with the margin: a margin near 0 makes no number that is too large.
    return math.ceil(people / (1 + (people - 1) * (2 * margin / Z_95) ** 2)) if people else 0


def open_survey(command: OpenSurvey, product_area: str, audience: Sequence[Reachable], now: datetime) -> SurveyOpened:
    """Decide the event: who is asked is drawn by the hash of survey and person, so that nobody chose them.

    Raises Refusal `due-in-past`, `audience-empty`, `sample-too-large`.
    """
    if command.closes_at <= now:
        raise Refusal("due-in-past", "a survey closes in the future; name a later date")
    people = [each for each in audience if not command.segments or each.segment in command.segments]
    if not people:
        raise Refusal(
            "audience-empty",
            "there is nobody to ask: no customer of the area, signal or segments that the survey names",
        )
    needed = answers_needed(len(people), command.margin)
    asked = math.ceil(min(len(people), needed / command.expected_response))
    if asked > MOST_ASKED:
        raise Refusal("sample-too-large", f"{asked} people would be asked, and {MOST_ASKED} at most are; widen margin")
    drawn = sorted(people, key=lambda each: sha256(f"{command.survey_id} {each.person_id}".encode()).digest())
    sizes: dict[str | None, int] = {}
    for each in people:
        sizes[each.segment] = sizes.get(each.segment, 0) + 1
    said = command.model_dump(
        include={"survey_id", "question", "choices", "texts", "signal_id", "themes", "margin", "expected_response"}
    )
    return SurveyOpened(
        **said,
        product_area=product_area,
        needed=needed,
        audience=tuple(
            Segment(name=name, people=sizes[name]) for name in sorted(sizes, key=lambda name: (name is None, name))
        ),
        sample=tuple(
            AskedCustomer(customer_id=each.customer_id, conversation_id=each.conversation_id, segment=each.segment)
            for each in drawn[:asked]
        ),
        closes_at=command.closes_at,
    )


def close(survey: Survey, now: datetime) -> list[Event]:
    """Decide the event; none where the survey is closed already."""
    if survey.closes_at <= now:
        return []
    return [SurveyClosed(survey_id=survey.opened.survey_id, closes_at=now)]


_ANSWERS = UUID("2b0f6c0e-9a51-5e0b-8d3c-6a5f0c1d7e42")
"""The namespace of texts that were answered. It never changes: else a repeat would be another answer."""


def message_of(survey_id: str, customer_id: str, fingerprint: bytes) -> str:
    """The id of the message with a text that was answered: always the same for the same text."""
    return f"message-{uuid5(_ANSWERS, chr(0).join((survey_id, customer_id, fingerprint.hex())))}"
