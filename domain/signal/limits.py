"""The company's limits of evidence: from where on a signal counts as strong, as the decision table `evidence-limits`
says for a product area, a theme and a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from domain.decision_table.deciding import decide
from domain.decision_table.table import DecisionTable
from domain.decision_table.values import Value
from domain.kernel.refusal import Refusal
from domain.signal.assessment import STANDARD, Assessment, EvidenceLimits, Reason, assess
from domain.signal.evidence import Evidence
from domain.signal.identity import Stage

TABLE_NAME = "evidence-limits"
"""The table's inputs are some of `area`, `theme` and `stage`; its outputs, some of the fields of `EvidenceLimits`."""
_NAMES = {each.name for each in fields(EvidenceLimits)}
_NO_SHARE = {"fewest_people", "largest_effect"}


@dataclass(frozen=True, slots=True)
class SignalLimits:
    """The limits of all signals, by a version of the table; without a table, the standard ones for each."""

    table: DecisionTable | None = None
    version: int = 0

    def assess(self, evidence: Evidence, area: str, theme: str, stage: Stage) -> Assessment:
        """Weigh the evidence of a signal. Where the table says no limits that make sense, the signal is held, and a
        reason says so: nobody is to act on evidence that was weighed by other limits than the company's."""
        try:
            return assess(evidence, self.of(area, theme, stage))
        except Refusal as refusal:
            found = assess(evidence)
            unusable = Reason("limits", "thin", {}, (refusal.code,), f"correct the table {TABLE_NAME}")
            strength = "thin" if found.strength == "strong" else found.strength
            return Assessment(strength, (*found.reasons, unusable))

    def of(self, area: str, theme: str, stage: Stage) -> EvidenceLimits:
        """The limits of a signal; the standard ones where no rule decides. Raises Refusal `table-invalid`,
        `decision-ambiguous`, `table-input-invalid`."""
        if self.table is None:
            return STANDARD
        names = {column.name for column in self.table.inputs}
        given = {"area": area, "theme": theme, "stage": stage}
        asked = {name: value for name, value in given.items() if name in names}
        results = decide(self.table, TABLE_NAME, self.version, asked).results()
        return limits_in(results[0]) if results else STANDARD


def limits_in(outputs: Mapping[str, Value]) -> EvidenceLimits:
    """The limits that outputs say; what they leave out, or null, is as in the standard limits. Raises Refusal
    `table-invalid`."""
    said: dict[str, int | float] = {}
    for name, value in outputs.items():
        if name not in _NAMES:
            raise _unusable(f"{name} is no limit; those are {', '.join(sorted(_NAMES))}")
        if value is None:
            continue
        if not isinstance(value, Decimal) or value < 0:
            raise _unusable(f"{name} is a number, and not below 0")
        if name not in _NO_SHARE and value > 1:
            raise _unusable(f"{name} is a share, between 0 and 1")
        if name == "fewest_people" and (value != int(value) or not 1 <= value <= 1_000_000):
            raise _unusable("fewest_people is a whole number of people")
        said[name] = int(value) if name == "fewest_people" else float(value)
    return replace(STANDARD, **said)  # type: ignore[arg-type]  # fewest_people alone is whole


def _unusable(what: str) -> Refusal:
    return Refusal("table-invalid", f"table {TABLE_NAME}: {what}")
