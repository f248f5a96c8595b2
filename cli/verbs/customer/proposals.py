"""`antiphon proposals`: customers who may be one person, and customers who may be two. People decide."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.customer.proposals import Reached
from commands.customer.proposals import proposals as proposed
from infra.postgres.database import Database
from projections.customer import contacts

PAGE = 500


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("proposals")(proposals)


def proposals() -> None:
    """List customers who may be one person, or two, by their contact points. Nothing is merged or separated."""
    count = 0
    with antiphon() as parts, caught_up(parts) as reader:
        for each in proposed(parts.executor, _reached(reader)):
            count += 1
            wording = "may be one person" if each.what == "one" else "may be two people: look at who wrote"
            typer.echo(f"{', '.join(each.customer_ids)} {wording} ({each.kind})")
    if not count:
        typer.echo("nothing to look at")


def _reached(reader: Database) -> Iterator[Reached]:
    cursor = None
    while True:
        with reader.connection() as connection:
            page = contacts.ALL.read(connection, cursor=cursor, limit=PAGE)
        for row in page.rows:
            yield from (
                Reached(row.customer_id, each["kind"], each["value"]) for each in row.points if not each["shared"]
            )
        if (cursor := page.cursor) is None:
            return
