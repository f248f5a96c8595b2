"""`antiphon survey`: ask a sample of customers one question, take in an answer, and show what a survey finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.terminal import console, one_line, people, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.promise import due
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up, signal_evidence
from commands.executor.unit_of_work import Answer
from commands.survey import handlers
from domain.kernel.refusal import Refusal
from domain.kernel.time import until_end
from domain.signal.statistics import Proportion
from domain.survey import SURVEY, AnswerSurvey, OpenSurvey, Question, SurveyOpened
from projections import survey as view
from projections.survey import SurveyResult

app = typer.Typer(help="Ask a sample of customers one question, and show what they answer.", no_args_is_help=True)


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="survey")


@app.command("open")
def open_(
    question: Annotated[Question, typer.Argument(help="What is asked for.")],
    text: Annotated[list[str], typer.Option(help="The message by language: 'en=… {token}'; otherwise=… for the rest.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="When the survey closes, and its tokens expire.")],
    area: Annotated[str | None, typer.Option(help="Ask who spoke about this product area.")] = None,
    signal: Annotated[str | None, typer.Option(metavar="signal-…", help="Ask who contributed to it.")] = None,
    segment: Annotated[list[str] | None, typer.Option(help="Only customers of this segment; any number.")] = None,
    choice: Annotated[list[str] | None, typer.Option(help="A choice; two or more.")] = None,
    theme: Annotated[list[str] | None, typer.Option(help="The word for the theme of an answer: 'no=leaks'.")] = None,
    margin: Annotated[float, typer.Option(help="Half the width of the interval that is wanted.")] = 0.05,
    response: Annotated[float, typer.Option(help="The share of those asked who are expected to answer.")] = 1.0,
    as_: As = None,
    key: Key = None,
) -> None:
    """Ask a sample of customers. How many are asked follows from the interval that is wanted."""

    def ask(parts: Antiphon) -> Answer:
        given = {
            "question": question,
            "choices": choice or (),
            "texts": _pairs("--text", text),
            "themes": _pairs("--theme", theme or ()),
            "product_area": area,
            "signal_id": signal,
            "segments": segment or (),
            "margin": margin,
            "expected_response": response,
            "closes_at": until_end(due(until), parts.executor.zone),
        }
        command = OpenSurvey.model_validate(given)
        with signal_evidence(parts) as evidence:
            return handlers.open_(parts.executor, command, context(parts.executor, as_, key), evidence)

    carry_out(ask)


@app.command()
def answer(
    token: Annotated[str, typer.Argument(help="The token of the message that asked.")],
    text: Annotated[str, typer.Argument(help="The answer.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Take in a customer's answer. The same one again changes nothing."""

    def ask(parts: Antiphon) -> Answer:
        command = AnswerSurvey(token=token, answer=text)
        return handlers.answer(parts.executor, command, context(parts.executor, as_, key))

    carry_out(ask)


@app.command()
def show(survey_id: Annotated[str, typer.Argument(metavar="survey-…", help="The survey's id.")]) -> None:
    """Show what a survey finds, and who responded, by segment. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        survey = parts.executor.read(SURVEY, survey_id).existing(SURVEY.kind).state
        found = view.result(connection, survey.opened, survey.answers)
    _print(console(), survey.opened, found)


def _print(out: Console, opened: SurveyOpened, found: SurveyResult) -> None:
    whose = opened.signal_id or opened.product_area
    out.print(Text(one_line(f"{opened.question}, to {whose}, until {when(opened.closes_at)}"), "bold"), soft_wrap=True)
    short = "" if found.enough else f", {found.needed - found.answered} too few for ±{opened.margin:.1%}"
    answered = f"{found.answered} of {found.asked} asked answered, of {found.drawn} drawn{short}"
    out.print(Text(answered), soft_wrap=True)
    for each in found.answers:
        share = (
            f"{each.people} ({Proportion(each.people, found.answered).share:.1%}, {each.low:.1%} to {each.high:.1%})"
        )
        out.print(Text(one_line(f"    {each.answer}: {share}")), soft_wrap=True)
    if found.texts:
        out.print(Text(f"    {found.texts} texts, in the conversations of those who were asked"), soft_wrap=True)
    for segment in found.segments:
        missed = ", ".join(f"{number} {reason}" for reason, number in sorted(segment.not_asked.items()))
        rate = f"{segment.answered} of {segment.asked} answered ({segment.low:.1%} to {segment.high:.1%})"
        drawn = f"{segment.drawn} drawn of {people(segment.people)}{f'; not asked: {missed}' if missed else ''}"
        out.print(Text(one_line(f"  {segment.segment or 'no segment'}: {rate}; {drawn}"), "dim"), soft_wrap=True)


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    found = dict(each.split("=", 1) for each in given if "=" in each)
    if len(found) < len(given):
        raise Refusal("input-invalid", f"{option}: write each as name=value, each name once")
    return found
