"""`antiphon signals list`, `show`, `assess`: which signals there are, what customers said, and what each rests on."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

from cli.display.terminal import TIME_COLUMNS, console, one_line, people, print_block, print_zone, program, when
from cli.verbs.signal.trace import trace
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.executor.executor import CommandExecutor
from commands.signal.limits import limits_in_force
from domain.kernel.refusal import NotFound
from domain.signal.after_shipping import BeforeAndAfter
from domain.signal.assessment import Assessment, Reason
from domain.signal.commands import Month
from domain.signal.limits import SignalLimits
from domain.signal.trend import change_point
from infra.postgres.database import Connection, Database
from projections import staff as staffing
from projections.signal import shown, verbatims
from projections.signal.shown import AfterShipping, GroupShown, MonthWeighed, SignalInFull, SignalShown
from projections.signal.signals import SignalWindow
from projections.signal.verbatims import Verbatim

_Signal = Annotated[str, typer.Argument(metavar="signal-…", help="The signal's id.")]
_MONTH: TypeAdapter[str | None] = TypeAdapter(Month | None)
VERBATIMS = 10
"""How many verbatims are shown."""


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file among those of signals."""
    app.command("list")(list_signals)
    app.command("show")(show)
    app.command("assess")(assess)
    app.command("trace")(trace)


def list_signals(
    area: Annotated[str | None, typer.Option(help="Only signals of this product area.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at once.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
) -> None:
    """List the signals, those with the most people first: how strong each is, and which team has it."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = shown.listed(
            connection, parts.executor.zone, limits_in_force(parts.executor), area=area, cursor=cursor, limit=limit
        )
        teams = _teams(connection, page.rows)
    out = console()
    for row in page.rows:
        out.print(Text(one_line(_head(row)), "bold"), soft_wrap=True)
        out.print(Text(f"    {row.signal_id}  {_stand(row, teams)}", "dim"), soft_wrap=True)
    if not page.rows:
        typer.echo("no signals here")
    if page.cursor:
        options = ["--limit", str(limit), *(["--area", area] if area else []), "--cursor", page.cursor]
        typer.echo("\nmore: " + shlex.join([program(), "signals", "list", *options]))


def show(signal_id: _Signal) -> None:
    """Show a signal month by month, what it rests on, and what customers said last, in their own words."""
    with antiphon() as parts, caught_up(parts) as reader:
        print_found = in_full(parts.executor, reader, signal_id, parts.executor.clock())
    print_found()


def in_full(executor: CommandExecutor, reader: Database, signal_id: str, now: datetime) -> Callable[[], None]:
    """Read all that `show` prints, as of `now`; answers a function that prints it. Raises NotFound."""
    zone, limits = executor.zone, limits_in_force(executor, now)
    with reader.connection() as connection:
        found = _found(connection, zone, limits, signal_id)
        months = shown.by_month(connection, zone, limits, found)
        said = verbatims.newest(connection, signal_id, VERBATIMS)
        teams = _teams(connection, [found.signal])
        shipped = shown.after_shipping(connection, zone, signal_id, now)
    return lambda: _print_in_full(found, months, said, teams, shipped)


def _print_in_full(
    found: SignalInFull,
    months: Sequence[MonthWeighed],
    said: Sequence[Verbatim],
    teams: dict[str, staffing.Entry],
    shipped: AfterShipping | None,
) -> None:
    out = console()
    _print_facts(out, found.signal, teams)
    print_zone(out)
    _print_months(out, months, found.windows)
    _print_reasons(out, found.assessment, against_only=True)
    _print_groups(out, "segments", found.segments)
    _print_groups(out, "channels", found.channels)
    if shipped:
        _print_after_shipping(out, shipped)
    _print_verbatims(out, said)


def assess(
    signal_id: _Signal,
    month: Annotated[str | None, typer.Option(help="Weigh only what was said in this month, such as 2026-11.")] = None,
) -> None:
    """Weigh the evidence of a signal: every reason with its numbers, and what would make the signal strong."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        limits = limits_in_force(parts.executor)
        found = _found(connection, parts.executor.zone, limits, signal_id, _MONTH.validate_python(month))
    out = console()
    out.print(Text(found.assessment.strength, "bold"))
    _print_reasons(out, found.assessment)


def _found(connection: Connection, zone: str, limits: SignalLimits, id: str, month: str | None = None) -> SignalInFull:
    found = shown.in_full(connection, zone, limits, id, month)
    if found is None:
        raise NotFound(id)
    return found


def _teams(connection: Connection, rows: Sequence[SignalShown]) -> dict[str, staffing.Entry]:
    return staffing.by_id(connection, [row.team_id for row in rows if row.team_id])


def _head(row: SignalShown) -> str:
    return f"{people(row.people)}, {row.strength}: {row.product_area}, {row.theme}, {row.stage}"


def _stand(row: SignalShown, teams: dict[str, staffing.Entry]) -> str:
    if row.merged_into:
        return f"part of {row.merged_into}"
    if row.team_id is None:
        return "with no team"
    team = teams.get(row.team_id)
    return f"{one_line(team.name) if team else row.team_id}: {row.status}"


def _print_facts(out: Console, row: SignalShown, teams: dict[str, staffing.Entry]) -> None:
    out.print(Text(one_line(_head(row)), "bold"), soft_wrap=True)
    out.print(Text(row.signal_id, "dim"))
    facts = {
        "team": _stand(row, teams),
        "said": f"{when(row.first_said_at)} to {when(row.last_said_at)}, {row.items} items",
        "did so": people(row.doers) if row.doers else "",
        "noted": f"by {row.colleagues} of our own" if row.colleagues else "",
    }
    for name, fact in facts.items():
        if fact:
            out.print(Text.assemble((f"{name:<10}", "dim"), fact), soft_wrap=True)


def _print_months(out: Console, months: Sequence[MonthWeighed], windows: Sequence[SignalWindow]) -> None:
    counted = {each.month: each for each in windows}
    for each in months:
        window = counted.get(each.month)
        prompted = f", {window.prompted} asked for" if window and window.prompted else ""
        doers = f"; {window.doers} did so" if window and window.doers else ""
        against = ", ".join(reason.code for reason in each.assessment.against)
        said = f"{people(each.share.count)} of {each.share.of}, {window.items if window else 0} items{prompted}{doers}"
        strength = f"  {each.assessment.strength}{f': {against}' if against else ''}"
        out.print(Text.assemble((each.month.ljust(10), "dim"), said, (strength, "dim")), soft_wrap=True)
    if change := change_point([each.share for each in months]):
        since = f"since {months[change.window].month}: {change.after.share:.1%}, before {change.before.share:.1%}"
        out.print(Text.assemble(("changed".ljust(10), "dim"), since), soft_wrap=True)


def _print_reasons(out: Console, assessment: Assessment, *, against_only: bool = False) -> None:
    against = assessment.against
    for reason in against if against_only else (*against, *(each for each in assessment.reasons if not each.against)):
        head = Text.assemble((f"{reason.against or 'fine':<14}", "bold" if reason.against else "dim"), _numbers(reason))
        out.print(head, soft_wrap=True)
        if reason.what_would_help:
            print_block(out, Text(one_line(reason.what_would_help), "dim"), first=Text(" " * 14))


def _numbers(reason: Reason) -> str:
    numbers = ", ".join(f"{name} {_number(each)}" for name, each in reason.numbers.items())
    names = f" ({one_line(', '.join(reason.names))})" if reason.names else ""
    return f"{reason.code}{names}: {numbers}"


def _number(value: float) -> str:
    return f"{value:g}" if not math.isfinite(value) or value == int(value) else f"{value:.3g}"


def _print_groups(out: Console, name: str, groups: Sequence[GroupShown]) -> None:
    said = ", ".join(f"{one_line(each.name)} {each.contributors} of {each.base}" for each in groups[:20])
    more = f", and {len(groups) - 20} more" if len(groups) > 20 else ""
    out.print(Text.assemble((f"{name:<10}", "dim"), said + more), soft_wrap=True)


def _print_after_shipping(out: Console, found: AfterShipping) -> None:
    if found.begin is None:
        lines = ["not known yet: less than a day was collected before or after"]
    else:
        compared = {"in the area": found.area, "in all others": found.comparison}
        lines = [f"{where}: {_compared(each)}" for where, each in compared.items()]
    out.print(Text.assemble(("shipped".ljust(10), "dim"), when(found.shipped_at)), soft_wrap=True)
    for line in lines:
        out.print(Text(" " * 10 + line), soft_wrap=True)


def _compared(found: BeforeAndAfter | None) -> str:
    if found is None:
        return "not known: nobody was active before or after"
    rates = [f"{each.people} of {each.of} ({each.low:.1%} to {each.high:.1%})" for each in (found.before, found.after)]
    change = f"{100 * found.change_low:+.1f} to {100 * found.change_high:+.1f} points"
    return f"before {rates[0]}, after {rates[1]}: {found.verdict}, {change}"


def _print_verbatims(out: Console, said: Sequence[Verbatim]) -> None:
    for each in said:
        head = f"{each.kind}, {one_line(each.channel or 'unknown')}, {each.conversation_id}"
        out.print(Text.assemble((when(each.said_at).ljust(TIME_COLUMNS), "dim"), (head, "dim")), soft_wrap=True)
        print_block(out, Text(one_line(each.words or "(no words)")), first=Text(" " * TIME_COLUMNS))
