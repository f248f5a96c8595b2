"""What a touch costs: the company's rates, out of the published decision table `cost-to-serve`, version by version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.decision_table.deciding import evaluate, read_inputs
from domain.decision_table.table import DecisionTable, read_table
from domain.decision_table.written import RecordedTable
from domain.kernel.refusal import Refusal

RATES_TABLE = "cost-to-serve"
"""The name of the table. Its inputs are some of RATE_INPUTS; its output `cost` is a number."""
RATE_INPUTS = ("touch", "kind", "channel")


@dataclass(frozen=True, slots=True)
class Touch:
    """What a person of the company did in a conversation: `answered`, `noted`, `assigned` or `handed-over`."""

    what: str
    at: datetime


@dataclass(slots=True)
class Rates:
    """The versions of the table with the times from which they are in force, the first one first."""

    versions: Sequence[tuple[datetime, DecisionTable]] = ()
    _known: dict[tuple[int, str, str, str], Decimal | None] = field(default_factory=dict)

    def cost(self, touches: Iterable[Touch], kind: str, channel: str) -> float | None:
        """What these touches cost together, each by the version in force at its time; None where one has no rate.
        Raises Refusal `table-input-invalid`, `decision-ambiguous`."""
        total = Decimal()
        for touch in touches:
            number = self._in_force(touch.at)
            if number is None:
                return None
            asked = number, touch.what, kind, channel
            if asked not in self._known:
                self._known[asked] = _rate(self.versions[number][1], dict(zip(RATE_INPUTS, asked[1:], strict=True)))
            if (rate := self._known[asked]) is None:
                return None
            total += rate
        return float(total)

    def _in_force(self, at: datetime) -> int | None:
        """The version that was published last, of those that had begun."""
        return max((number for number, (since, _) in enumerate(self.versions) if since <= at), default=None)


def rates_of(versions: Iterable[tuple[datetime, RecordedTable]]) -> Rates:
    """The rates of a table's versions, in the order in which they were published. Raises Refusal `table-invalid` where
    the table asks for something that no touch has, or says no cost."""
    return Rates([(since, _checked(read_table(written))) for since, written in versions])


def _checked(table: DecisionTable) -> DecisionTable:
    if unknown := sorted({each.name for each in table.inputs} - {*RATE_INPUTS}):
        inputs = ", ".join(RATE_INPUTS)
        raise Refusal("table-invalid", f"table {RATES_TABLE}: no input {unknown[0]}; there are {inputs}")
    if [each.type for each in table.outputs if each.name == "cost"] != ["number"]:
        raise Refusal("table-invalid", f"table {RATES_TABLE}: name an output `cost`, of the type number")
    return table


def _rate(table: DecisionTable, given: dict[str, str]) -> Decimal | None:
    names = [column.name for column in table.inputs]
    outcome = evaluate(table, read_inputs(table, {name: given[name] for name in names}))
    if not outcome.outputs:
        return None
    cost = outcome.outputs[0][[each.name for each in table.outputs].index("cost")]
    return cost if isinstance(cost, Decimal) else None
