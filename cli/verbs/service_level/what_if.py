"""`antiphon sla dry-run`: what another policy or calendar would have changed in the past."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.display.terminal import console, when
from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import antiphon
from cli.yaml_file import read_yaml
from commands.service_level.what_if import Flip, WhatIf
from commands.service_level.what_if import what_if as run
from domain.service_level.policy_file import PoliciesInFile

EXAMPLES = 3
"""How many examples of each change are named."""
MOST_NAMED = 20
"""How many conversations are named that could not be evaluated."""


def verbs(group: typer.Typer) -> None:
    """Put the verb of this file into the group `sla`."""
    group.command("dry-run")(what_if)


def what_if(
    file: Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="`policies` and `calendars`, as in a scenario.")],
    since: Annotated[str, typer.Option("--from", help="As if in force since: 2026-06-01T00:00:00+02:00.")],
    until: Annotated[str | None, typer.Option("--to", help="Only clocks that started before; else all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Print which outcomes would change, had the file held since then. Nothing is appended.

    Keys in the file replace keys of existing policies and calendars; others count as new.
    """
    tried, begin = PoliciesInFile.model_validate(read_yaml(file)), instant("--from", since)
    now = datetime.now(UTC)
    with antiphon() as parts:
        found = run(parts.log, tried, begin, instant("--to", until) if until else now, now, parts.executor.zone)
    if as_json:
        print(json.dumps(_document(found), indent=2))
        return
    out = console()
    for line in _lines(found):
        out.print(Text(line), soft_wrap=True)


def _lines(found: WhatIf) -> list[str]:
    lines = [f"{len(found.flips)} of {found.clocks} verdicts would be others"]
    lines += [f"not evaluated: {each.conversation_id} ({each.error})" for each in found.not_evaluated[:MOST_NAMED]]
    if more := found.not_evaluated[MOST_NAMED:]:
        lines.append(f"not evaluated: {len(more)} more; --json names all")
    examples: dict[Any, list[Flip]] = defaultdict(list)
    for flip in found.flips:
        examples[flip.cell, flip.before, flip.after].append(flip)
    for (cell, before, after), number in sorted(found.by_cell().items()):
        lines += ["", f"{cell.policy}, {cell.priority}, {cell.metric}: {number} from {before} to {after}"]
        for flip in examples[cell, before, after][:EXAMPLES]:
            lines.append(f"  {flip.conversation_id}  due {_due(flip.due_before)}, then {_due(flip.due_after)}")
    return lines


def _due(at: datetime | None) -> str:
    return when(at) if at else "never"


def _document(found: WhatIf) -> dict[str, Any]:
    flips = [
        {
            "conversation_id": flip.conversation_id,
            **asdict(flip.cell),
            "instance": flip.clock.number,
            "started_in": flip.clock.started_in,
            "before": flip.before,
            "after": flip.after,
            "due_before": flip.due_before and flip.due_before.isoformat().replace("+00:00", "Z"),
            "due_after": flip.due_after and flip.due_after.isoformat().replace("+00:00", "Z"),
        }
        for flip in found.flips
    ]
    return {
        "clocks": found.clocks,
        "flips": flips,
        "not_evaluated": [asdict(each) for each in found.not_evaluated],
    }
