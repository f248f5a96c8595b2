"""`antiphon replay`: what a thing was as of a time, as known at a time, and what became known between two instants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from audit.replay import Replay
from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.conversation import show
from cli.verbs.conversation.inbox import Known
from cli.verbs.conversation.inbox import show as show_inbox
from cli.verbs.search import found_for
from cli.verbs.service_level import policies
from cli.verbs.service_level.calendar import instant
from cli.verbs.signal.reading import in_full
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.executor.executor import CommandExecutor
from domain.kernel.as_known import Instants
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from infra.postgres.database import Database
from projections import staff as staffing
from projections.conversation import inbox
from projections.signal import shown, verbatims

INBOX = "inbox"
INBOX_LINES = 100
"""How many conversations of the inbox are shown."""


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("replay")(replay)


def replay(
    id: Annotated[
        str,
        typer.Argument(
            metavar="conversation-…|customer-…|order-…|policy-…|calendar-…|signal-…|inbox", help="What to replay."
        ),
    ],
    as_of: Annotated[str | None, typer.Option(help="As of this time: 2026-06-12T16:30:00+02:00.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As known at this time.")] = None,
    diff: Annotated[
        str | None, typer.Option(help="Print what became known between --known-at and this time, event by event.")
    ] = None,
    search: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Of a customer: find what was there with these words.")
    ] = None,
) -> None:
    """Show a conversation, a customer, an order, a policy, a calendar, a signal or the inbox as of a time and as known
    at a time; or what became known in between. Times are the company's."""
    if kind_of(id) not in ("conversation", "customer", "order", "policy", "calendar", "signal") and id != INBOX:
        raise NotFound(id)
    if search is not None and kind_of(id) != "customer":
        raise Refusal("input-invalid", "--search: name the customer for whom to search")
    instants = Instants(
        instant("--as-of", as_of) if as_of else None, instant("--known-at", known_at) if known_at else None
    )
    until = instant("--diff", diff) if diff else None
    with antiphon() as parts, caught_up(parts) as reader:
        replayed = Replay(parts.log, reader)
        if until is not None:
            if instants.known_at is None or instants.as_of is not None or search is not None or id == INBOX:
                raise Refusal(
                    "input-invalid",
                    "--diff: name one thing, and the first instant by --known-at; leave --as-of and --search out",
                )
            _print_known(replayed.became_known(id, instants.known_at, until), reader)
            return
        print_found = _shown(parts.executor, replayed, id, instants, search)
    print_found()


def _shown(
    executor: CommandExecutor, replayed: Replay, id: str, instants: Instants, search: str | None
) -> Callable[[], None]:
    """Read what was; answers a function that prints it."""
    now = instants.now(datetime.now(UTC))
    if id == INBOX:
        with replayed.everything([inbox.INBOX], instants) as then, then.connection() as connection:
            page = inbox.read(connection, limit=INBOX_LINES)
        about = [item.conversation_id for item in page.rows]
        with replayed.reader(about, instants) as then, then.connection() as connection:
            known = Known.about(connection, page.rows)
        return lambda: show_inbox(page, known, now)
    if kind_of(id) == "signal":
        with replayed.everything({*shown.READS, *verbatims.READS}, instants) as then:
            return in_full(executor, then, id, now)
    with replayed.reader(id, instants) as then:
        if search is not None:
            return found_for(then, id, search)
        if kind_of(id) in ("policy", "calendar"):
            return policies.one(then, id)
        return show.shown(then, id, now)


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
