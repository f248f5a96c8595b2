"""What-if: inputs of the past decided by another version of a table. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.decision_table.deciding import evaluate, read_inputs
from domain.decision_table.table import DecisionTable
from domain.decision_table.values import literal
from domain.kernel.refusal import Refusal

MOST_KINDS = 1_000
"""The most kinds of changes that are told apart."""
MOST_EXAMPLES = 3
"""How many inputs are named for each kind of change."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a table comes to for inputs, so that two tables can be compared: results by output, as literals, or the code
    of a refusal."""

    results: tuple[tuple[tuple[str, str], ...], ...] = ()
    refused: str | None = None


@dataclass(slots=True)
class TableTrial:
    """What two tables decide for the same inputs. `changes`: by the two results, where they differ, how often and the
    first examples; `more_kinds`: how many differ in a further way. `refused_by_both`: how many neither table
    decides."""

    inputs: int = 0
    refused_by_both: int = 0
    changes: dict[tuple[TrialResult, TrialResult], list[Mapping[str, object]]] = field(default_factory=dict)
    numbers: dict[tuple[TrialResult, TrialResult], int] = field(default_factory=dict)
    more_kinds: int = 0

    @property
    def changed(self) -> int:
        """How many inputs are decided otherwise."""
        return sum(self.numbers.values()) + self.more_kinds


def try_table(before: DecisionTable, after: DecisionTable, inputs: Iterable[Mapping[str, object]]) -> TableTrial:
    """Decide inputs by two versions of a table. Each version takes the inputs that it has a column for."""
    trial = TableTrial()
    for given in inputs:
        trial.inputs += 1
        kind = (_result(before, given), _result(after, given))
        if kind[0] == kind[1]:
            trial.refused_by_both += kind[0].refused is not None
            continue
        if kind not in trial.numbers and len(trial.numbers) >= MOST_KINDS:
            trial.more_kinds += 1
            continue
        trial.numbers[kind] = trial.numbers.get(kind, 0) + 1
        examples = trial.changes.setdefault(kind, [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(given)
    return trial


def _result(table: DecisionTable, given: Mapping[str, object]) -> TrialResult:
    names = {column.name for column in table.inputs}
    try:
        found = evaluate(table, read_inputs(table, {name: value for name, value in given.items() if name in names}))
    except Refusal as refusal:
        return TrialResult(refused=refusal.code)
    return TrialResult(
        tuple(
            tuple((column.name, literal(value)) for column, value in zip(table.outputs, result, strict=True))
            for result in found.outputs
        )
    )
