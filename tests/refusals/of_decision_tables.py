"""How each refusal of a decision table is provoked."""

from __future__ import annotations

from domain.decision_table.deciding import decide
from domain.decision_table.table import DecisionTable, read_table
from domain.decision_table.written import TableWritten
from tests.refusals.place import Provoke, Table


def table(*cells: str, hit_policy: str = "unique") -> DecisionTable:
    """A table of one input, with one rule for each cell."""
    return read_table(
        TableWritten.model_validate(
            {
                "hit_policy": hit_policy,
                "inputs": [{"name": "weight", "type": "number"}],
                "outputs": [{"name": "team", "type": "string"}],
                "rules": [{"when": {"weight": cell}, "then": {"team": '"design"'}} for cell in cells],
            }
        )
    )


def deciding(weight: object, *cells: str) -> Provoke:
    """Decide by a table of these cells."""
    return lambda place: decide(table(*cells), "routing", 1, {"weight": weight})


DECISION_TABLES: Table = {
    "decision-ambiguous": deciding(7, "> 3", "> 5"),
    "table-input-invalid": deciding("heavy", "> 3"),
    "table-invalid": lambda place: table("> 3", hit_policy="priority"),
    "table-not-understood": lambda place: table("weight + 1"),
}
