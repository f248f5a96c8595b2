"""`antiphon measures cite` and `citation`: figures that are published are kept as they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.names import of_staff
from cli.display.terminal import console, one_line, when
from cli.verbs.conversation.acting import Key
from cli.verbs.customer.customers import Reason
from cli.verbs.measures.as_table import figure_words, print_figures
from cli.verbs.measures.asking import By, Compare, Name, Slice, Version, instants_of, question_of
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.spans import AsOf, From, KnownAt, To, ZoneName, views_known
from cli.wiring.views import caught_up
from commands.measure import cite as cite_figures
from commands.measure import cited
from domain.kernel.as_known import Instants
from domain.measure.catalogue import measure
from domain.measure.citation import (
    CiteFigures,
    FigureDifference,
    MeasureCited,
    asked_again,
    cited_question,
    definition_changes,
    differences,
    read,
    written,
)
from domain.measure.definition import Measure
from domain.measure.question import MeasureQuestion
from infra.postgres.database import Connection
from projections import measure as view

Which = Annotated[str, typer.Argument(metavar="citation-…", help="The citation's id, as `measures cite` printed it.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file among those of measures."""
    app.command()(cite)
    app.command()(citation)


def cite(
    name: Name,
    from_: From,
    to: To,
    by: By = "whole",
    slice_: Slice = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    compare: Compare = None,
    version: Version = None,
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Cite figures that are published: keep them as `measures show` shows them now, and print the citation's id."""
    instants = instants_of(as_of, known_at)
    with antiphon() as parts:
        because = replace(context(parts.executor, as_, key), reason=reason)
        # The views reach this position before they answer; what was recorded meanwhile may be in the figures, too.
        position = parts.log.position()
        asked = question_of(parts, name, from_, to, by, slice_, zone, instants, compare, version)
        with asked as (connection, question):
            rows = view.answer(connection, question)
        command = CiteFigures(
            question=cited_question(question, instants),
            version=question.measure.version,
            position=position,
            counted_at=question.now,
            figures=written(rows),
        )
        answer = cite_figures(parts.executor, command, because)
    print(f"{answer.id} at {answer.position}")


def citation(id: Which, as_json: AsJson = False) -> None:
    """Show figures as they were published, and what would be different today."""
    now = datetime.now(UTC)
    with antiphon() as parts, caught_up(parts) as reader:
        recorded, found = cited(parts.executor, id)
        instants = Instants(found.question.as_of)
        question = asked_again(found.question, instants.now(now))
        with views_known(parts, reader, view.reads(question), instants) as connection:
            different = _different(connection, found, question)
        with reader.connection() as connection:
            author = of_staff(connection, [recorded.envelope.actor.id])[recorded.envelope.actor.id]
    definition = measure(found.question.measure, found.version)
    if as_json:
        print_documents(
            [
                {
                    "id": id,
                    "cited_at": recorded.recorded_at,
                    "question": found.question.model_dump(mode="json"),
                    "version": found.version,
                    "log_position": found.position,
                    "figures": json.loads(found.figures),
                    "differences": [asdict(each) for each in different],
                }
            ]
        )
        return
    out = console()
    because = f": {recorded.envelope.reason}" if recorded.envelope.reason else ""
    out.print(Text(f"cited {when(recorded.recorded_at)} by {author}, at position {found.position}{because}"))
    out.print(Text(f"asked: {found.question.begin} to {found.question.end}, {found.question.zone}"))
    print_figures(definition, read(found.figures))
    _print_today(definition, found, different)


def _different(connection: Connection, found: MeasureCited, question: MeasureQuestion) -> Sequence[FigureDifference]:
    today = same = view.answer(connection, question)
    if found.version != question.measure.version:
        same = view.answer(connection, asked_again(found.question, question.now, found.version))
    return differences(read(found.figures), today, same)


# Any: of facts of whatever kind
def _print_today(definition: Measure[Any], found: MeasureCited, different: Sequence[FigureDifference]) -> None:
    out = console()
    for each in definition_changes(definition.name, found.version):
        out.print(Text(f"version {each.version} of the definition: {each.changed}"))
    if not different:
        out.print("today it would be the same")
        return
    out.print("today it would be different:")
    for row in different:
        figures = (row.cited, row.today, row.same_definition)
        was, today, same = (figure_words(each, definition.unit) for each in figures)
        by_then = f" (by version {found.version}: {same})" if same != today else ""
        where = one_line(" ".join(filter(None, (row.period or "all", row.slice))))
        out.print(Text(f"  {where}: {was} -> {today}{by_then}"), soft_wrap=True)
    span = f"--from {found.question.begin} --to {found.question.end} --zone {found.question.zone}"
    known = (found.question.known_at or found.counted_at).isoformat()
    out.print(
        Text(f"why, item by item: antiphon measures changed {definition.name} {span} --known-at {known}"),
        soft_wrap=True,
    )
