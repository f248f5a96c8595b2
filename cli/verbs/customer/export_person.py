"""`antiphon export-person`: everything that is kept about one person, for the person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit import person
from cli.display.terminal import safe
from cli.verbs.content import new_file
from cli.verbs.customer.holds import told_if_it_waits
from cli.wiring.actors import As, actor
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.confirmation import AskedExport, export_waits, take_export
from commands.customer.links import same_person
from commands.executor.context import Context
from infra.trail import one_look
from infra.trail.exports import ROUTE, exported


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("export-person")(export_person)


def export_person(
    person_id: Annotated[str, typer.Argument(metavar="customer-…|stranger-…", help="Whose data.")],
    file: Annotated[Path, typer.Argument(help="The zip file to be written.")],
    reason: Annotated[str | None, typer.Option(help="Why; for who has to confirm it. No personal text.")] = None,
    confirmed: Annotated[
        str | None, typer.Option(metavar="confirmation-…", help="Another person confirmed it, under four eyes.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    as_: As = None,
) -> None:
    """Write everything that is kept about a customer and all merged customers, or about a stranger: for programs, to
    read, and a manifest of hashes. The trail has who did it.

    Where the policy wants a second person, it waits for one first (`antiphon confirmations`)."""
    with antiphon() as parts, caught_up(parts) as reader:
        by = actor(parts.executor, as_)
        context, command = Context(by, reason=reason), AskedExport(person_id=person_id, confirmation_id=confirmed)
        if waits := export_waits(parts.executor, command, context):
            told_if_it_waits(waits)
            print(f"then write it with: --confirmed {waits.id}")
            return
        # Before anything is written: what is not recorded is not shown.
        one_look.record(parts.log.database, exported(by, ROUTE, person_id, same_person(parts.executor.read, person_id)))
        with new_file(file, overwrite=force) as out:
            take_export(parts.executor, command, context)
            written = person.write(parts.executor, reader, person_id, out)
    print(f"{safe(str(file))}: {written.events} events of {', '.join(written.people)}")
