"""`antiphon search`: finds messages, customers and orders by their words."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import TIME_COLUMNS, console, one_line, print_block, program, when
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from infra.postgres.database import Connection, Database
from infra.views.selection import Page
from projections import stranger as strangers
from projections.customer import timeline
from projections.search import finding
from projections.search.finding import Found, Scope

_WRITTEN_BY = {"received": "customer", "sent": "company", "note": "note, for colleagues only"}


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("search")(search_)


def search_(
    words: Annotated[
        list[str],
        typer.Argument(help="All of them must occur. kett* is a prefix; '\"the lid\"' is a phrase."),
    ],
    language: Annotated[
        str | None, typer.Option(help="Find other forms of a word in this language (de, en, …); in any by default.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option(metavar="customer-…", help="Only what belongs to this customer.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=finding.CANDIDATES, help="How many at once.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find messages, notes, subjects, customers and orders. Times are the company's."""
    asked = " ".join(words)
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = finding.read(connection, Scope(customer), asked, language=language, cursor=cursor, limit=limit)
        people, names = _people(connection, page)
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    _print_page(page, people, names)
    if page.cursor:
        again = {"language": language, "customer": customer, "limit": str(limit), "cursor": page.cursor}
        options = [part for name, value in again.items() if value for part in (f"--{name}", value)]
        print("\nmore: " + shlex.join([program(), "search", *options, "--", asked]))


def found_for(reader: Database, customer_id: str, asked: str) -> Callable[[], None]:
    """Search what belongs to a customer, the best passages first; answers a function that prints what was found. Raises
    Refusal `words-missing`, `words-too-many`."""
    with reader.connection() as connection:
        page = finding.read(connection, Scope(customer_id), asked)
        people, names = _people(connection, page)
    return lambda: _print_page(page, people, names)


def _people(connection: Connection, page: Page[Found]) -> tuple[list[str], dict[str, str]]:
    people = [each.passage.participant_id or each.passage.customer_id for each in page.rows]
    return people, timeline.names(connection, people) | strangers.names(connection, people)


def _print_page(page: Page[Found], people: Sequence[str], names: Mapping[str, str]) -> None:
    for found, who in zip(page.rows, people, strict=True):
        _print(found, names.get(who, "(no name)"))
    if not page.rows:
        print("nothing found")


def _print(found: Found, name: str) -> None:
    passage = found.passage
    out = console()
    kind = _WRITTEN_BY.get(passage.kind, passage.kind.replace("-", " "))
    if passage.participant_id:
        kind = {"received": "participant", "sent": "company, to a participant"}.get(passage.kind, kind)
    kind += " (but for a slip)" if found.alike else ""
    time = Text(when(passage.at, passage.time_precision).ljust(TIME_COLUMNS), "dim")
    out.print(Text.assemble(time, (one_line(name), "bold"), (f"  {kind}", "dim")))
    text = Text()
    for part in found.snippet:
        shown = one_line(f".{part.text}.")[1:-1]  # blanks at the edges belong to the text
        text.append(shown, "bold yellow" if part.hit else "")
    print_block(out, text)
    out.print(Text(" " * 4 + passage.stream, "dim"), soft_wrap=True)
