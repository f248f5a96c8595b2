"""`antiphon survey` opens a survey, takes in an answer, and shows what was found and who responded."""

from __future__ import annotations

import pytest

from commands.attention.contacting import review
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.attention.contacts import ReviewContacts
from domain.survey import OweQuestion
from tests.cli.conftest import Antiphon
from tests.support.companies import AGENT
from tests.support.contacting import AT_ONCE_AND_ALWAYS, Company
from tests.support.feedback import THEMES, complain


def test_a_survey_is_opened_answered_and_shown(
    antiphon: Antiphon, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    Company(executor.log, executor).publish(AT_ONCE_AND_ALWAYS)
    put(executor, {"themes": THEMES}, AGENT)
    ada, bea = (complain(executor, who) for who in ("ada", "bea"))
    open_ = ["survey", "open", "choice", "--text", "otherwise=Which? {token}", "--until", "2100-01-01"]
    assert "antiphon: input-invalid: " in antiphon(*open_, "--text", "en", "--area", "kettles").err
    assert "antiphon: input-invalid: " in antiphon(*open_, "--area", "kettles").err
    # When
    opened = antiphon(*open_, "--choice", "red", "--choice", "blue", "--area", "kettles")
    assert (opened.status, opened.err) == (0, "")
    # Without a consent nobody is asked; who waits is shown, and not counted as silent.
    surveys.owe(executor, OweQuestion(customer_id=ada, survey_id=opened.id), AGENT)
    review(executor, ReviewContacts(customer_id=ada), AGENT)
    assert (
        "antiphon: survey-token-invalid: " in antiphon("survey", "answer", token(executor, opened.id, bea), "red").err
    )
    # Then
    shown = antiphon("survey", "show", opened.id).out
    assert "0 of 0 asked answered, of 2 drawn, 2 too few for ±5.0%" in shown
    assert "red: 0 (0.0%, 0.0% to 100.0%); weighted like the audience 0.0%, 0.0% to 100.0%" in shown
    assert "no segment: 0 of 0 answered (0.0% to 100.0%); 2 drawn of 2 people; not asked: 1 consent-missing" in shown
    assert antiphon("survey", "show", "survey-1").err.startswith("antiphon: not-found")
    # And it is listed, and closed
    listed = antiphon("survey", "list", "--open").out
    assert f"{opened.id} choice, to kettles, until 2100-01-01" in listed
    assert "0 of 0 asked answered, of 2 drawn; 2 needed" in listed
    assert antiphon("survey", "close", opened.id, "--reason", "a slip").status == 0
    assert antiphon("survey", "list", "--open").out == "no surveys here\n"
    assert "closed" in antiphon("survey", "list").out
    assert f'"survey_id":"{opened.id}"' in antiphon("survey", "list", "--json").out.replace(" ", "")
    assert antiphon("survey", "close", "survey-1", "--reason", "a slip").err.startswith("antiphon: not-found")
