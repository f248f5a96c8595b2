"""`antiphon survey`: ask a sample of customers one question, take in an answer, close a survey, list surveys, and show
what a survey finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, one_line, people, program, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.promise import due
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up, signal_evidence
from commands.executor.unit_of_work import Answer
from commands.survey import handlers
from domain.kernel.refusal import Refusal
from domain.kernel.time import until_end
from domain.statistics import Proportion
from domain.survey import SURVEY, AnswerSurvey, CloseSurvey, OpenSurvey, Question, Survey
from projections import survey as view
from projections import survey_list as listed
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
def close(
    survey_id: Annotated[str, typer.Argument(metavar="survey-…", help="The survey's id.")],
    reason: Annotated[str, typer.Option(help="Why; no personal text.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Close a survey before its date: nobody is asked any more, and no answer is taken in."""

    def ask(parts: Antiphon) -> Answer:
        by = replace(context(parts.executor, as_, key), reason=reason)
        return handlers.close(parts.executor, survey_id, CloseSurvey(), by)

    carry_out(ask)


@app.command("list")
def list_(
    open_only: Annotated[bool, typer.Option("--open", help="Only those that take answers in.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List surveys, the newest first. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = (listed.OPEN if open_only else listed.ALL).read(connection, cursor=cursor, limit=limit)
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    if not page.rows:
        typer.echo("no surveys here")
    for each in page.rows:
        until = f"{'closed' if each.closed_early else 'until'} {when(each.closes_at)}"
        said = f"{each.answered} of {each.asked} asked answered, of {each.drawn} drawn; {each.needed} needed"
        line = f"{each.survey_id} {each.question}, to {each.signal_id or each.product_area}, {until}: {said}"
        console().print(Text(one_line(line)), soft_wrap=True)
    if page.cursor:
        print(f"\nmore: {program()} survey list{' --open' if open_only else ''} --cursor {page.cursor}")


@app.command()
def show(survey_id: Annotated[str, typer.Argument(metavar="survey-…", help="The survey's id.")]) -> None:
    """Show what a survey finds, and who responded, by segment. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        survey = parts.executor.read(SURVEY, survey_id).existing(SURVEY.kind).state
        found = view.result(connection, survey.opened, survey.answers)
    _print(console(), survey, found)


def _print(out: Console, survey: Survey, found: SurveyResult) -> None:
    opened = survey.opened
    until = f"{'closed' if survey.closed_at else 'until'} {when(survey.closes_at)}"
    head = f"{opened.question}, to {opened.signal_id or opened.product_area}, {until}"
    out.print(Text(one_line(head), "bold"), soft_wrap=True)
    short = "" if found.enough else f", {found.needed - found.answered} too few for ±{opened.margin:.1%}"
    answered = f"{found.answered} of {found.asked} asked answered, of {found.drawn} drawn{short}"
    out.print(Text(answered), soft_wrap=True)
    for each in found.answers:
        share = (
            f"{each.people} ({Proportion(each.people, found.answered).share:.1%}, {each.low:.1%} to {each.high:.1%})"
        )
        weighted = f"{each.weighted:.1%}, {each.weighted_low:.1%} to {each.weighted_high:.1%}"
        line = f"    {each.answer}: {share}; weighted like the audience {weighted}"
        out.print(Text(one_line(line)), soft_wrap=True)
    if found.answers and found.answered:
        unheard = f"; {found.unheard:.1%} of the audience is of segments of which nobody answered"
        worth = f"    weighted, the {found.answered} answers are worth {found.effective:.1f}"
        out.print(Text(worth + (unheard if found.unheard else "")), soft_wrap=True)
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
