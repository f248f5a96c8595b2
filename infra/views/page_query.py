"""One statement that reads pages (or changes) of several selections as of one instant, and asks once more for those
whose rows are too large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.kernel.refusal import Overloaded
from infra.views.cursor import encoded
from infra.views.selection import Subselect
from infra.views.statements import TOGETHER

_WIDTH = 7
"""How many values one selection has in the row of a statement."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a selection, or of changes in it.

    `position`: the rows are as of this position of the log. `rows`: a JSON array. `number`: how many rows. `last`: the
    place of the last row in the selection's order; of changes, its position. `cursor`: where the next page begins; None
    at the end. `more`: whether further rows may follow: the page is full, by rows or by bytes. `generation`: changes
    when the whole table was replaced, so that positions tell nothing. `gone`: a JSON array of the keys of rows that
    belong to the selection no longer.
    """

    position: int
    rows: bytes
    number: int
    last: list[str]
    generation: int
    gone: bytes
    cursor: str | None
    more: bool


class PageQuery:
    """The statement. Run `sql` with `parameters` and hand the one row that it answers to `rows`, until that gives
    pages."""

    def __init__(self, parts: Sequence[Subselect], limits: Sequence[int], given: Mapping[str, Any]) -> None:
        """`limits`: how many rows each part has at most. `given`: the parameters of the selections."""
        self._parts = list(parts)
        self._limits = limits
        self._given = given

    @property
    def sql(self) -> str:
        """The statement's text."""
        subselects = ", ".join(part.sql for part in self._parts)
        return " ".join((*{part.given for part in self._parts}, "SELECT * FROM", subselects))

    @property
    def parameters(self) -> dict[str, Any]:
        """The statement's parameters, by name."""
        return {**self._given, **{name: value for part in self._parts for name, value in part.parameters.items()}}

    @property
    def cursor(self) -> str | None:
        """A caller's cursor in the statement, if there is one."""
        return next((part.cursor for part in self._parts if part.cursor), None)

    def rows(self, values: Sequence[Any]) -> list[Rows] | None:
        """The pages in the row that the statement answered. None: a row is larger than its share; ask once more.

        Raises Overloaded where a view is still being built.
        """
        if None in values[:: len(values) // len(self._parts)]:
            raise Overloaded("what this shows is still being built; `antiphon doctor` says how far it is")
        found = [values[n : n + _WIDTH] for n in range(0, len(values), _WIDTH)]
        # Where a row is larger than its share, nothing was read of the row yet.
        if any(sizes is not None for *_, sizes in found):
            self._parts = [
                part if sizes is None else part.cut(sizes) for part, (*_, sizes) in zip(self._parts, found, strict=True)
            ]
            return None
        parts = zip(found, self._limits, self._parts, strict=True)
        return [_rows(each, limit, part.limit) for each, limit, part in parts]


def _rows(values: Sequence[Any], limit: int, fitting: int) -> Rows:
    """A page of at most `limit` rows, of which so many fit."""
    position, rows, number, last, generation, gone, _ = values
    more = number >= min(limit, fitting)
    if fitting < limit and number > TOGETHER * fitting:
        number = max(number, TOGETHER * limit + 1)  # changes of one event that are too large to come together
    return Rows(position, rows, number, last, generation, gone, encoded(last) if more else None, more)
