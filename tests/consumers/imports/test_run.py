"""Many records are in flight, those of one lane in order; a failure ends an import and hangs nothing."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from commands.executor.executor import CommandExecutor
from commands.importing import TakenIn
from consumers.imports.run import Counts, run
from consumers.imports.source import ImportRecord, Place, Reject
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal

NOBODY = cast(CommandExecutor, None)
"""The records of these tests take themselves in."""


def record(number: int, lane: str | None, take_in: Callable[[], bool]) -> ImportRecord:
    return ImportRecord(Place(number, number, ""), lane, (), lambda executor, history: TakenIn(new=take_in()))


def counted(records: Iterator[ImportRecord | Reject], rejects: list[Reject] | None = None) -> Counts:
    return run(records, NOBODY, (rejects if rejects is not None else []).append, lambda end, counts: None)


def test_a_lane_keeps_its_order_and_all_is_counted(chance: random.Random) -> None:
    # Given
    taken: list[tuple[str, int]] = []
    lanes = [f"customer {chance.randrange(50)}" for _ in range(3_000)]

    def records() -> Iterator[ImportRecord | Reject]:
        for number, lane in enumerate(lanes):

            def take_in(number: int = number, lane: str = lane) -> bool:
                taken.append((lane, number))
                return number % 3 == 0

            yield record(number, lane, take_in)

    # When
    counts = counted(records())
    # Then
    assert (counts.imported, counts.unchanged, counts.rejected) == (1_000, 2_000, 0)
    for lane in set(lanes):
        numbers = [number for of, number in taken if of == lane]
        assert numbers == sorted(numbers)


def test_records_are_in_flight_together() -> None:
    # Given
    both = threading.Barrier(2, timeout=30)

    def take_in() -> bool:
        both.wait()
        return True

    # When
    counts = counted(iter([record(1, "a", take_in), record(2, "b", take_in)]))
    # Then
    assert counts.imported == 2


def test_a_record_without_a_lane_keeps_its_place_among_all_others() -> None:
    # Given
    taken: list[int] = []

    def take(number: int) -> Callable[[], bool]:
        def take_in() -> bool:
            taken.append(number)
            return True

        return take_in

    # When
    counted(record(number, None if number == 50 else f"{number}", take(number)) for number in range(100))
    # Then
    assert sorted(taken[:50]) == [*range(50)]
    assert taken[50] == 50


def test_what_the_rules_refuse_is_a_reject() -> None:
    # Given
    rejects: list[Reject] = []

    def refuse() -> bool:
        raise Refusal("order-number-taken", "check it")

    # When
    counts = counted(iter([record(7, "a", refuse), record(8, "a", lambda: True)]), rejects)
    # Then
    assert str(counts) == "imported 1, unchanged 0, rejected 1"
    assert [(each.place.line, each.code) for each in rejects] == [(7, "order-number-taken")]


@pytest.mark.parametrize(("first", "then", "imported"), [
    (Overloaded("come again"), True, 1),
    (Overloaded("come again"), False, 0),
    (OutcomeUnknown(), False, 1),
])  # fmt: skip
def test_a_database_that_is_away_for_a_moment_is_waited_for(first: Refusal, then: bool, imported: int) -> None:
    # Given
    answers: list[Refusal | bool] = [first, then]

    def take_in() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Refusal):
            raise answer
        return answer

    # When
    counts = counted(iter([record(1, "a", take_in)]))
    # Then
    assert (counts.imported, counts.unchanged) == (imported, 1 - imported)


@pytest.mark.parametrize("lane", ["a", None])
def test_a_failure_ends_the_import(lane: str | None) -> None:
    # Given
    def fail() -> bool:
        raise RuntimeError("broken")

    def records() -> Iterator[ImportRecord | Reject]:
        for number in range(100_000):
            yield record(number, lane if number == 10 else "a", fail if number == 10 else lambda: True)

    # When
    with pytest.raises(RuntimeError, match="broken"):
        counted(records())
    # Then
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("import-")]
