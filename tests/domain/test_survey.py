"""How many a survey asks, whom, and which answers its question allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.kernel.refusal import Refusal
from domain.survey import MOST_ASKED, OpenSurvey, Reachable, Survey, answers_needed, open_survey

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "question": "yes-no",
    "texts": {"en": "Good? {token}", "pt-BR": "Bom? {token}"},
    "product_area": "kettles",
    "closes_at": NOW + timedelta(days=14),
    "survey_id": "survey-1",
}


def people(number: int) -> list[Reachable]:
    """So many people, two of three in trade."""
    return [
        Reachable(f"customer-{each}", f"customer-{each}", f"conversation-{each}", "trade" if each % 3 else None)
        for each in range(number)
    ]


@pytest.mark.parametrize(
    ("of", "margin", "needed"),
    [
        (10**9, 0.05, 385), (10**9, 0.03, 1068), (1000, 0.05, 278), (500, 0.05, 218), (100, 0.05, 80), (3, 0.01, 3),
        (0, 0.05, 0),
    ],
)  # fmt: skip
def test_how_many_answers_an_interval_needs(of: int, margin: float, needed: int) -> None:
    assert answers_needed(of, margin) == needed


def test_who_is_asked_is_drawn_and_the_audience_is_told_by_segment() -> None:
    # Given
    command = OpenSurvey(**{**ASKED, "expected_response": 0.8})
    # When
    opened = open_survey(command, "kettles", people(100), NOW)
    # Then
    assert (opened.needed, len(opened.sample)) == (80, 100)
    assert [(each.name, each.people) for each in opened.audience] == [("trade", 66), (None, 34)]
    # And the same survey draws the same people, in whatever order they are found, and another one others
    fewer = command.model_copy(update={"margin": 0.2, "expected_response": 1.0})
    drawn = open_survey(fewer, "kettles", people(100), NOW).sample
    assert open_survey(fewer, "kettles", people(100)[::-1], NOW).sample == drawn
    other = fewer.model_copy(update={"survey_id": "survey-2"})
    assert {each.customer_id for each in open_survey(other, "kettles", people(100), NOW).sample} != {
        each.customer_id for each in drawn
    }


def test_a_sample_that_makes_no_sense_is_refused() -> None:
    def code(found: list[Reachable], **given: Any) -> str:
        with pytest.raises(Refusal) as why:
            open_survey(OpenSurvey(**{**ASKED, **given}), "kettles", found, NOW)
        return why.value.code

    assert code([]) == "audience-empty"
    assert code(people(9), segments=("students",)) == "audience-empty"
    assert code(people(9), closes_at=NOW) == "due-in-past"
    assert code(people(2 * MOST_ASKED), margin=0.001) == "sample-too-large"


@pytest.mark.parametrize(
    "wrong",
    [
        {"product_area": None}, {"signal_id": "signal-1"}, {"choices": ("a", "b")}, {"question": "choice"},
        {"question": "choice", "choices": ("a", "a")}, {"texts": {"en": "Good?"}}, {"texts": {}},
        {"texts": {"en": "{token} {token}"}}, {"themes": {"perhaps": "leaks"}}, {"margin": 0},
        {"question": "text", "themes": {"no": "leaks"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpenSurvey(**{**ASKED, **wrong})


def test_a_text_is_found_by_language_and_an_answer_has_to_fit() -> None:
    def of(**given: Any) -> Survey:
        return Survey(open_survey(OpenSurvey(**{**ASKED, **given}), "kettles", people(9), NOW))

    assert [of().text(each) for each in ("en-GB", "PT-br", "pt", None)] == ["Good? {token}", "Bom? {token}", None, None]
    assert of(texts={"otherwise": "? {token}"}).text("fr") == "? {token}"
    assert (of().allowed(" yes "), of().allowed("Yes")) == ("yes", "yes")
    assert of(question="effort").allowed("7") == "7"
    assert of(question="text").allowed(" It drips ") == " It drips "
    for survey, said in ((of(), "perhaps"), (of(question="effort"), "8"), (of(question="text"), "  ")):
        with pytest.raises(Refusal, match="answer"):
            survey.allowed(said)
