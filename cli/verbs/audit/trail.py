"""`antiphon audit trail`: who did what, and who looked at what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from audit.trail import AuditTrail, Between, TrailEntry
from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.service_level.calendar import instant
from cli.wiring.actors import staff
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal

ACTORS = ("staff", "customer", "stranger", "service", "operator", "system")
"""With what the ids of those who do something begin."""
RECORDED_ACTORS = ("staff", "customer", "stranger")
"""Those of them whom the log knows before they do anything."""


def trail(
    conversation: Annotated[str | None, typer.Option(metavar="conversation-…", help="About this conversation.")] = None,
    customer: Annotated[str | None, typer.Option(metavar="customer-…", help="About this customer.")] = None,
    actor: Annotated[
        str | None, typer.Option(metavar="HANDLE|ID", help="By this staff member, customer or service.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only events of this name, or `looked`.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", "--since", help="From this time on: 2026-06-12T16:30:00+02:00.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", "--until", help="Before this time.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print who did what and who looked at what, about a conversation or a customer, by somebody, or by anybody in a
    time; in the order of time. Times are the company's."""
    given = [each for each in (conversation, customer, actor) if each]
    if len(given) > 1 or (not given and not (since and until)):
        raise Refusal("input-invalid", "name one of --conversation, --customer and --actor, or --from and --to")
    between = Between(
        instant("--from", since) if since else datetime.min.replace(tzinfo=UTC),
        instant("--to", until) if until else datetime.max.replace(tzinfo=UTC),
    )
    with antiphon() as parts, caught_up(parts) as reader, parts.database("auditor") as auditor:
        found = AuditTrail(parts.log, auditor, reader)
        if actor:
            entries = _by(parts.executor, found, actor, between)
        else:
            entries = found.about(given[0], between) if given else found.between(between)
    shown = [each for each in entries if kind is None or each.what.partition(":")[0] == kind]
    if as_json:
        print_documents(shown)
    elif shown:
        _print(shown)
    else:
        print("nothing here")


def _by(executor: CommandExecutor, trail: AuditTrail, typed: str, between: Between) -> Sequence[TrailEntry]:
    """What the staff member with this handle, or whoever has this id, did and looked at. Raises NotFound, Refusal
    `staff-unknown`."""
    if kind_of(typed) not in ACTORS:
        return trail.by(staff(executor, typed) or typed, between)
    entries = trail.by(typed, between)
    # A service may do nothing for long; whoever the log knows by a stream of their own has one.
    if not entries and kind_of(typed) in RECORDED_ACTORS and executor.log.one(typed, 1) is None:
        if kind_of(typed) == "staff":
            raise Refusal("staff-unknown", f"nobody has the id {typed}; check it, or name them by their handle")
        raise NotFound(typed)
    return entries


def _print(entries: Sequence[TrailEntry]) -> None:
    out = console()
    print_zone(out)
    for each in entries:
        roles = f" ({', '.join(each.roles)})" if each.roles else ""
        where = f"  {each.about}" if each.about else ""
        why = f": {one_line(each.why)}" if each.why else ""
        purpose = f", for {one_line(each.purpose)}" if each.purpose else ""
        until = f", live, until {when(each.until) if each.until else 'no recorded end'}" if each.live else ""
        who = one_line(f"{each.handle} {each.actor_id}" if each.handle else each.actor_id)
        line = f"{one_line(each.what)}{purpose}{until}{why}", f"  {who}{roles}{where}"
        out.print(Text.assemble((f"{when(each.at)}  ", "dim"), line[0], (line[1], "dim")), soft_wrap=True)
