"""`antiphon sla put`, `sla rules`: policies and calendars are put in force from a file, and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.text import Text

from cli.display.terminal import console, when
from cli.verbs.customer.customers import Reason
from cli.verbs.service_level.calendar import read_yaml
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.service_level import handlers as sla
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.service_level.calendar import CorrectCalendar, EditCalendar, WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import CorrectPolicy, EditPolicy, Terms, WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from projections.service_level import policies as view
from projections.service_level.policies import Kind, Rule


def verbs(group: typer.Typer) -> None:
    """Put the verbs of this file into the group `sla`."""
    group.command("put")(put)
    group.command("rules")(rules)


def put(
    file: Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="`policies` and `calendars`, as in a scenario.")],
    since: Annotated[str | None, typer.Option("--from", help="What exists reads so from this date to come on.")] = None,
    correct_since: Annotated[
        str | None, typer.Option("--since", help="Or, as a correction: it should have read so ever since this date.")
    ] = None,
    reason: Reason = None,
    as_: As = None,
) -> None:
    """Put in force what the file says, as `dry-run` tries it. A date is 2026-06-17, or an instant with its offset.

    Of what exists, keys that the file gives replace others. What does not exist yet is written down.
    """
    said = PoliciesInFile.model_validate(read_yaml(file))
    dated = {"effective_from": since, "correct_from": correct_since}
    given = {name: value for name, value in dated.items() if value is not None}
    if len(given) > 1:
        raise Refusal("input-invalid", "say either --from or --since: an edit is about what comes, a correction is not")
    with antiphon() as parts:
        because = replace(context(parts.executor, as_, None), reason=reason)
        for name, answer in _put(parts.executor, said, given, because):
            print(f"{kind_of(answer.id)} {name}: {answer.id} at {answer.position}")


def rules(
    name: Annotated[str | None, typer.Argument(help="Only the policy or the calendar of this name.")] = None,
) -> None:
    """Show the policies and calendars there are, each version with who said so. Times are UTC."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found = [*view.every(connection, "calendar"), *view.every(connection, "policy")]
    out = console()
    for rule in found:
        if name in (None, rule.name):
            for line in _shown(rule):
                out.print(Text(line), soft_wrap=True)


def _put(
    executor: CommandExecutor, said: PoliciesInFile, dated: Mapping[str, Any], because: Context
) -> Iterator[tuple[str, Answer]]:
    # Calendars first: a new policy may name a new one.
    for name, keys in said.calendars.items():
        id = sla.named(executor, "calendar", name)
        if id is None:
            hours = OpeningHours.model_validate(keys)
            yield name, sla.write_calendar(executor, WriteCalendar(name=name, opening_hours=hours), because)
        else:
            change: Any = CorrectCalendar if "correct_from" in dated else EditCalendar
            command = change.model_validate({**keys, **_date(dated, "calendar", name)})
            yield name, sla.change_calendar(executor, id, command, because)
    for name, policy in said.policies.items():
        terms = policy.model_dump(exclude_none=True)
        if calendar := terms.pop("calendar", None):
            terms["calendar_id"] = sla.named(executor, "calendar", calendar)
            if terms["calendar_id"] is None:
                raise Refusal("calendar-unknown", f"there is no calendar {calendar}; write it into the file, too")
        id = sla.named(executor, "policy", name)
        if id is None:
            write = WritePolicy(name=name, terms=Terms.model_validate(terms))
            yield name, sla.write_policy(executor, write, because)
        else:
            change = CorrectPolicy if "correct_from" in dated else EditPolicy
            command = change.model_validate({**terms, **_date(dated, "policy", name)})
            yield name, sla.change_policy(executor, id, command, because)


def _date(dated: Mapping[str, Any], kind: Kind, name: str) -> Mapping[str, Any]:
    if not dated:
        what_to_do = f"there is a {kind} {name}: say --from when on it reads otherwise, or --since"
        raise Refusal("policy-exists" if kind == "policy" else "calendar-exists", what_to_do)
    return dated


def _shown(rule: Rule) -> Iterator[str]:
    yield f"{rule.kind} {rule.name}  {rule.id}"
    for each in rule.versions:
        since = when(datetime.fromisoformat(each["since"])) if each["since"] else "the beginning"
        how = f"corrected since {since}" if each["corrects"] else f"from {since}"
        reason = f": {each['reason']}" if each["reason"] else ""
        said_at = when(datetime.fromisoformat(each["recorded_at"]))
        yield f"  version {each['version']}, {how}, said {said_at} by {each['author_id']}{reason}"
        says = {key: value for key, value in each["says"].items() if key not in ("holiday_dates", "zone_data")}
        yield from (f"    {line}" for line in yaml.safe_dump(says, sort_keys=False, allow_unicode=True).splitlines())
