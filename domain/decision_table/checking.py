"""What a decision table leaves open: inputs that no rule matches, rules that overlap, rules that never decide.

Each column falls into parts that no cell tells apart (`domain.decision_table.parts`), so that the answer is exact: it
holds for all inputs, not for samples. The work is counted and bounded; where it was cut short, the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from domain.decision_table.deciding import rank
from domain.decision_table.parts import InputColumn, columns
from domain.decision_table.table import DecisionTable, TableRule
from domain.decision_table.values import Value

MOST_STEPS = 3_000_000
"""The most steps of a check, each a comparison of a cell or of a set of rules: a few seconds of one processor."""
MOST_SHOWN = 50
"""The most gaps that are shown, the most overlaps that are refused, and the most that are not."""

Box = tuple[frozenset[int], ...]
"""For each column, some of its parts."""


@dataclass(frozen=True, slots=True)
class Region:
    """Inputs: what passes `tests`, by input (an input that is not named may have any value); `example` is one."""

    tests: dict[str, str]
    example: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that match the same inputs. `refused`: the hit policy refuses to decide some of these."""

    rules: tuple[int, int]
    region: Region
    refused: bool


@dataclass(slots=True)
class TableCheck:
    """What a check found. `more_gaps`, `more_overlaps`: there are more than are shown. `complete`: nothing was left out
    because the table is too large; else more may be found than what is here."""

    gaps: list[Region] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    never_decide: list[int] = field(default_factory=list)
    more_gaps: bool = False
    more_overlaps: bool = False
    complete: bool = True


def check_table(table: DecisionTable, most_steps: int = MOST_STEPS) -> TableCheck:
    """Look for gaps, overlaps and rules that never decide."""
    found = TableCheck()
    try:
        regions = _Regions(table, most_steps)
        gaps = regions.left_open(regions.everything, table.rules)
        for box in islice(gaps, MOST_SHOWN):
            found.gaps.append(regions.shown(box))
        found.more_gaps = next(gaps, None) is not None
        for rule in _never_decide(table, regions):
            found.never_decide.append(rule.number)
        _find_overlaps(table, regions, found)
    except _CutShort:
        found.complete = False
    found.overlaps.sort(key=lambda each: not each.refused)
    return found


def _never_decide(table: DecisionTable, regions: _Regions) -> Iterator[TableRule]:
    """The rules that decide nothing: they match nothing, or others come before them whatever they match."""
    for rule in table.rules:
        box = regions.box(rule)
        if box is None or next(regions.left_open(box, _before(table, rule)), None) is None:
            yield rule


def _before(table: DecisionTable, rule: TableRule) -> list[TableRule]:
    """The rules that decide in place of a rule wherever both match."""
    if table.hit_policy == "first":
        return list(table.rules[: rule.number - 1])
    if table.hit_policy == "priority":
        return [each for each in table.rules if rank(table, each) < rank(table, rule)]
    return []


def _find_overlaps(table: DecisionTable, regions: _Regions, found: TableCheck) -> None:
    shown = {True: 0, False: 0}
    for first, second in combinations(table.rules, 2):
        if (box := regions.common(first, second)) is None:
            continue
        refused = _is_refused(table, first, second, box, regions)
        shown[refused] += 1
        if shown[refused] > MOST_SHOWN:
            found.more_overlaps = True
        else:
            found.overlaps.append(Overlap((first.number, second.number), regions.shown(box), refused))


def _is_refused(table: DecisionTable, first: TableRule, second: TableRule, box: Box, regions: _Regions) -> bool:
    if table.hit_policy == "unique":
        return True
    if first.outputs == second.outputs:
        return False
    if table.hit_policy == "priority":
        # Where a rule of higher priority also matches, it decides.
        same = rank(table, first) == rank(table, second)
        return same and next(regions.left_open(box, _before(table, first)), None) is not None
    return table.hit_policy == "any"


class _CutShort(Exception):
    """The steps are used up."""


class _Regions:
    """The inputs of a table as boxes of parts, and which rules match where. A set of rules is the bits of a number."""

    def __init__(self, table: DecisionTable, most_steps: int) -> None:
        self._left = most_steps
        self._columns: Sequence[InputColumn] = tuple(columns(table))
        self.everything: Box = tuple(frozenset(range(len(column.parts))) for column in self._columns)
        self._boxes: dict[int, Box] = {}
        # For each column and part, the rules that it passes.
        self._passed = [[0] * len(column.parts) for column in self._columns]
        for rule in table.rules:
            box = tuple(self._passing(rule, index) for index in range(len(self._columns)))
            if all(box):
                self._boxes[rule.number] = box
            for index, parts in enumerate(box):
                for part in parts:
                    self._passed[index][part] |= 1 << rule.number

    def _passing(self, rule: TableRule, index: int) -> frozenset[int]:
        tests, parts = rule.tests[index], self._columns[index].parts
        self._step(1 + len(parts) * len(tests.tests))
        if not tests.tests:
            return self.everything[index]
        return frozenset(number for number, part in enumerate(parts) if tests.passed_by(part.sample))

    def box(self, rule: TableRule) -> Box | None:
        """What a rule matches; None: nothing."""
        return self._boxes.get(rule.number)

    def common(self, first: TableRule, second: TableRule) -> Box | None:
        """What two rules both match; None: nothing."""
        one, other = self._boxes.get(first.number), self._boxes.get(second.number)
        if one is None or other is None:
            return None
        found = []
        for left, right in zip(one, other, strict=True):
            self._step(1 + min(len(left), len(right)) // 8)
            if not (both := left & right):
                return None
            found.append(both)
        return tuple(found)

    def left_open(self, box: Box, rules: Sequence[TableRule]) -> Iterator[Box]:
        """The boxes within a box in which none of these rules matches; no two of them overlap."""
        if not all(box):
            return iter(())
        whole = [0] * len(box)
        for rule in rules:
            if (matched := self._boxes.get(rule.number)) is not None:
                # From which column on the rule matches all that is left of the box.
                for index in range(len(box) - 1, -1, -1):
                    self._step(1 + len(box[index]) // 8)
                    if not box[index] <= matched[index]:
                        break
                    whole[index] |= 1 << rule.number
        among = sum(1 << rule.number for rule in rules if rule.number in self._boxes)
        return self._divided(box, 0, among, whole, set())

    def _divided(
        self, box: Box, index: int, rules: int, whole: list[int], matched: set[tuple[int, int]]
    ) -> Iterator[Box]:
        """`rules`: those that match in the columns before `index`. `whole`: for each column, the rules that match
        whatever stands there and behind. `matched`: what was found to be matched everywhere."""
        if not rules:
            yield box
            return
        if index == len(box) or rules & whole[index] or (index, rules) in matched:
            return
        groups: dict[int, set[int]] = {}
        for part in box[index]:
            self._step(1)
            groups.setdefault(rules & self._passed[index][part], set()).add(part)
        is_open = False
        for passing in sorted(groups, key=lambda each: min(groups[each])):
            narrowed = (*box[:index], frozenset(groups[passing]), *box[index + 1 :])
            for each in self._divided(narrowed, index + 1, passing, whole, matched):
                is_open = True
                yield each
        if not is_open:
            matched.add((index, rules))

    def shown(self, box: Box) -> Region:
        """A box in the words of the table."""
        texts = {column.input.name: column.text(chosen) for column, chosen in zip(self._columns, box, strict=True)}
        return Region(
            {name: text for name, text in texts.items() if text != "-"},
            {
                column.input.name: column.parts[min(chosen)].sample
                for column, chosen in zip(self._columns, box, strict=True)
            },
        )

    def _step(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _CutShort
