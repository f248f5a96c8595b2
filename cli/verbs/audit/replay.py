"""`antiphon replay`: what a thing was as of a time, as known at a time, and what became known between two instants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from audit.replay import Replay
from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.conversation.show import shown
from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from domain.kernel.as_known import Instants
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from infra.postgres.database import Database
from projections import staff as staffing


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("replay")(replay)


def replay(
    id: Annotated[str, typer.Argument(metavar="conversation-…|customer-…|order-…", help="What to replay.")],
    as_of: Annotated[str | None, typer.Option(help="As of this time: 2026-06-12T16:30:00+02:00.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As known at this time.")] = None,
    diff: Annotated[
        str | None, typer.Option(help="Print what became known between --known-at and this time, event by event.")
    ] = None,
) -> None:
    """Show a conversation, a customer or an order as of a time and as known at a time; or what became known in between.
    Times are the company's."""
    if kind_of(id) not in ("conversation", "customer", "order"):
        raise NotFound(id)
    instants = Instants(
        instant("--as-of", as_of) if as_of else None, instant("--known-at", known_at) if known_at else None
    )
    until = instant("--diff", diff) if diff else None
    with antiphon() as parts, caught_up(parts) as reader:
        replayed = Replay(parts.log, reader)
        if until is not None:
            if instants.known_at is None or instants.as_of is not None:
                raise Refusal("input-invalid", "--diff: name the first instant by --known-at, and leave --as-of out")
            _print_known(replayed.became_known(id, instants.known_at, until), reader)
            return
        with replayed.reader(id, instants) as then:
            now = min(filter(None, (datetime.now(UTC), instants.as_of, instants.known_at)))
            print_found = shown(then, id, now)
    print_found()


def _print_known(recorded_events: Sequence[Recorded[Event]], reader: Database) -> None:
    """Print events, each with when it was recorded and happened, by whom, and why."""
    with reader.connection() as connection:
        staff = staffing.by_id(connection, {each.envelope.actor.id for each in recorded_events})
    out = console()
    print_zone(out)
    for each in recorded_events:
        actor = each.envelope.actor
        by = one_line(staff[actor.id].name) if actor.id in staff else f"{actor.kind} {actor.id}"
        happened = "" if each.at == each.recorded_at else f", happened {when(each.at, each.envelope.time_precision)}"
        why = f": {one_line(each.envelope.reason)}" if each.envelope.reason else ""
        line = (f"{when(each.recorded_at)}  ", "dim"), f"{each.event.stored_name}", f"  ({by}{happened}){why}"
        out.print(Text.assemble(*line, (f"  {each.originator_id}, position {each.position}", "dim")), soft_wrap=True)
    if not recorded_events:
        out.print(Text("nothing became known in between"))
