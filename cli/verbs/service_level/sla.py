"""`antiphon sla`: explains the clocks of a conversation or a signal, and what they would be by other policies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from cli.display.terminal import console, when, zone_shown
from cli.verbs.service_level import policies
from cli.verbs.service_level import what_if as sla_dry_run
from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import antiphon
from commands.service_level.facts import ClockFacts, check_within_reach
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import NotFound
from domain.service_level.detection import ClocksAnswer
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.timeline import ClockMoment, timeline

MOST_LINES = 40
"""The most lines of a clock's timeline, and the most positions of its events; the middle is left out."""

_HELP = "Explain the clocks of a conversation or a signal, and try other policies."
app = typer.Typer(help=_HELP, no_args_is_help=True)


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    sla_dry_run.verbs(app)
    policies.verbs(app)
    parent.add_typer(app, name="sla")


@app.command()
def explain(
    of: Annotated[str, typer.Argument(metavar="conversation-…|signal-…", help="Whose clocks.")],
    as_of: Annotated[str | None, typer.Option(help="As of this time: 2026-06-12T16:30:00+02:00.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As known at this time.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many clocks to show, at most.")] = 100,
    skip: Annotated[int, typer.Option(min=0, help="How many clocks to leave out first.")] = 0,
) -> None:
    """Show each clock as a timeline: what counted, what did not, when it was due, how it ended. Times are the
    company's."""
    with antiphon() as parts:
        facts = ClockFacts(parts.log, parts.executor.zone)
        now = datetime.now(UTC)
        asked = instant("--as-of", as_of) if as_of else now
        check_within_reach(asked, now)
        answer = facts.of(of).at(asked, instant("--known-at", known_at) if known_at else None)
        names = _names(facts.policy_events())
    found = answer.conversations.get(of)
    if found is None:
        raise NotFound(of)
    out = console()
    out.print(
        Text(f"{of} as of {when(answer.now)} ({zone_shown()}): {found.status.replace('_', ' ')}"),
        soft_wrap=True,
    )
    if found.merged_into:
        out.print(Text(f"merged into {found.merged_into}, where its clocks are"), soft_wrap=True)
    elif not found.clocks:
        out.print(Text("no clocks: it is under no policy that promises anything"))
    for clock in found.clocks[skip : skip + limit]:
        for line in _explained(clock, answer, names):
            out.print(Text(line), soft_wrap=True)
    if (left := len(found.clocks) - skip - limit) > 0:
        out.print(Text(f"\n{left} clocks more: --skip {skip + limit} --as-of {answer.now.isoformat()}"), soft_wrap=True)


def _names(policy_events: list[Recorded[Event]]) -> dict[str, str]:
    return {
        recorded.originator_id: name
        for recorded in policy_events
        if (name := getattr(recorded.event, "policy_name", None) or getattr(recorded.event, "calendar_name", None))
    }


def _explained(clock: EvaluatedClock, answer: ClocksAnswer, names: dict[str, str]) -> list[str]:
    target = (
        "nothing is promised any more"
        if clock.target is None
        else f"promised within {_span(clock.target.total_seconds())}"
    )
    policy = f"policy {names[clock.policy_id]}, version {clock.policy_version}"
    calendar = f"calendar {names[clock.calendar_id]}, version {clock.calendar_version}"
    lines = ["", f"{clock.metric} {clock.instance}: {clock.state}; {target} ({policy}; {calendar})"]
    moments = [f"  {_line(moment)}" for moment in timeline(clock, answer.policies, answer.now)]
    if len(moments) > MOST_LINES:
        half = MOST_LINES // 2
        moments[half:-half] = [f"  … {len(moments) - 2 * half} lines more"]
    lines += moments
    took = f"  took {_span(clock.consumed_seconds)} of business time"
    lines.append(took + (f", {_span(clock.over_seconds)} too much" if clock.over_seconds else ""))
    if clock.breached_at is not None:
        detected = answer.detected.get(clock.origin)
        why = f"by a change of {clock.missed_by}" if clock.missed_by else "as time went by"
        lines.append(
            f"  missed at {when(clock.breached_at)}, {why}; detected {when(detected) if detected else 'by nobody yet'}"
        )
    if clock.precision != "exact":
        known = "to the day" if clock.precision == "day" else "not at all"
        lines.append(f"  when it started or stopped is known {known}")
    if clock.origin in answer.withdrawn:
        lines.append("  was held to be missed, and is not, as what came in later shows")
    if clock.never_opens:
        lines.append("  never due: the calendar never opens")
    positions = [str(each) for each in clock.positions]
    if len(positions) > MOST_LINES:
        half = MOST_LINES // 2
        positions[half:-half] = [f"… {len(positions) - 2 * half} more …"]
    lines.append(f"  judged by the events at {', '.join(positions)}")
    return lines


def _line(moment: ClockMoment) -> str:
    until = f" to {when(moment.until)}" if moment.until else ""
    took = f", {_span(moment.seconds)}" if moment.kind == "counted" else ""
    return f"{when(moment.at)}{until}  {moment.kind.replace('-', ' ')}{took}"


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
