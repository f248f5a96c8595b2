"""`antiphon sla put`, `sla rules`: put policies and calendars in force from a file, and show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

from cli.display.names import of_staff
from cli.display.terminal import console, when
from cli.verbs.customer.customers import Reason
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from cli.yaml_file import read_yaml
from commands.service_level.putting_in_force import put_in_force
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.kernel.time import duration_text
from domain.service_level.policy_file import PoliciesInFile
from infra.postgres.database import Database
from projections.service_level import policies as view
from projections.service_level.policies import RuleRow


def verbs(group: typer.Typer) -> None:
    """Put the verbs of this file into the group `sla`."""
    group.command("put")(put)
    group.command("rules")(rules)


def put(
    file: Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="`policies` and `calendars`, as in a scenario.")],
    since: Annotated[str | None, typer.Option("--from", help="From this future date on.")] = None,
    correct_since: Annotated[str | None, typer.Option("--since", help="As a correction, since this date.")] = None,
    reason: Reason = None,
    as_: As = None,
) -> None:
    """Put in force what the file says, as `dry-run` tries it. A date is 2026-06-17, or an instant with its offset.

    Keys in the file replace keys of existing policies and calendars; new ones are written. All of it or none.
    """
    policies = PoliciesInFile.model_validate(read_yaml(file))
    with antiphon() as parts:
        because = replace(context(parts.executor, as_, None), reason=reason)
        done = put_in_force(parts.executor, policies, because, effective_from=since, correct_from=correct_since)
        for name, answer in done:
            print(f"{kind_of(answer.id)} {name}: {answer.id} at {answer.position}")


def rules(
    name: Annotated[str | None, typer.Argument(help="Only the policy or the calendar of this name.")] = None,
) -> None:
    """Show the policies and calendars, each version with its author. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found = [*view.every(connection, "calendar"), *view.every(connection, "policy")]
        authors = of_staff(connection, (str(each["author_id"]) for rule in found for each in rule.versions))
    out = console()
    if not any(name in (None, rule.name) for rule in found):
        print("no rules here")
    for rule in found:
        if name in (None, rule.name):
            print_rule(out, rule, authors)


def one(reader: Database, id: str) -> Callable[[], None]:
    """Read a policy or a calendar; answers a function that prints it. Raises NotFound."""
    with reader.connection() as connection:
        rule = view.by_id(connection, id)
        if rule is None:
            raise NotFound(id)
        authors = of_staff(connection, (str(each["author_id"]) for each in rule.versions))
    return lambda: print_rule(console(), rule, authors)


def print_rule(out: Console, rule: RuleRow, authors: Mapping[str, str]) -> None:
    """Print a policy or a calendar, each version with its author."""
    for line in _shown(rule, authors):
        out.print(Text(line), soft_wrap=True)


def _shown(rule: RuleRow, authors: Mapping[str, str]) -> Iterator[str]:
    yield f"{rule.kind} {rule.name}  {rule.id}"
    for each in rule.versions:
        since = when(datetime.fromisoformat(each["since"])) if each["since"] else "the beginning"
        how = f"corrected since {since}" if each["corrects"] else f"from {since}"
        reason = f": {each['reason']}" if each["reason"] else ""
        recorded_at = when(datetime.fromisoformat(each["recorded_at"]))
        yield f"  version {each['version']}, {how}, said {recorded_at} by {authors[each['author_id']]}{reason}"
        says = {
            key: _in_hours(value) if key in _DURATIONS else value
            for key, value in each["says"].items()
            if key not in ("holiday_dates", "zone_data")
        }
        yield from (f"    {line}" for line in yaml.safe_dump(says, sort_keys=False, allow_unicode=True).splitlines())


_DURATIONS = ("targets", "by_priority", "warn_before")
_SPAN: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def _in_hours(value: Any) -> Any:
    """The value with each duration as people write business time: PT40H, not P1DT16H."""
    if isinstance(value, str):
        return duration_text(_SPAN.validate_python(value))
    if isinstance(value, dict):
        return {key: _in_hours(each) for key, each in value.items()}
    return [_in_hours(each) for each in value]
