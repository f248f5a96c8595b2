"""Signals that must not pass, and those that must not be held, in simulated companies of 5,000 customers each."""

from __future__ import annotations

from collections import Counter

from bench.rows import Row, Size
from tests.support.databases import Databases
from tests.support.signal_plants import PLANTS, assessed, broad, strong

_SEED = 1985
_POWER = {f"broad, {part:.0%}": broad(part) for part in (0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.2)}


def false_pass(databases: Databases, size: Size) -> Row:
    """How often each plant passes for a strong signal; of the plants, that which passes most often. No database."""
    found = {kind: strong(assessments) for kind, assessments in assessed(PLANTS, size.companies, _SEED).items()}
    return Row(
        "false-pass",
        f"of {size.companies:,} companies, those in which a planted signal passes, of the plant that passes most often",
        "all of them",
        "<=",
        0.02,
        [max(found.values())],
        found,
    )


def false_hold(databases: Databases, size: Size) -> Row:
    """How often what 12 in 100 customers say is held; and how often what fewer or more say passes. No database."""
    found = assessed(_POWER, size.companies, _SEED)
    held = Counter(reason.code for each in found["broad, 12%"] for reason in each.against)
    return Row(
        "false-hold",
        f"of {size.companies:,} companies, those in which a true signal of 12 in 100 customers is held",
        "all of them",
        "<=",
        0.05,
        [1 - strong(found["broad, 12%"])],
        {f"{kind} passes": strong(assessments) for kind, assessments in sorted(found.items())}
        | {f"held for {code}": count for code, count in held.items()},
    )
