"""Many callers, one trip; and what those hear who do not want to wait that long."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.batching import Gather
from tests.support.waiting import wait_until


class Desk:
    """Serves numbers by doubling them, when it is let."""

    def __init__(self, batch: int = 10, queue: int = 10) -> None:
        self.trips: list[list[int]] = []
        self.went: list[int] = []
        self.may_hand_over = threading.Event()
        self.may_answer = threading.Event()
        self.gather: Gather[int, int] = Gather(
            "test", self.serve, batch=batch, queue=queue, keys=lambda question: [question % 100]
        )
        self.threads: list[threading.Thread] = []
        self.heard: dict[int, int | BaseException] = {}

    def serve(self, questions: Sequence[int], until: float) -> list[int | BaseException]:
        self.trips.append(list(questions))
        assert self.may_hand_over.wait(10)
        going = self.gather.hand_over(range(len(questions)))
        self.went += [questions[number] for number in going]
        assert self.may_answer.wait(10)
        return [ValueError(str(each)) if each < 0 else 2 * each for each in questions]

    def ask(self, question: int, seconds: float = 10) -> None:
        def run() -> None:
            try:
                self.heard[question] = self.gather.ask(question, seconds)
            except BaseException as error:
                self.heard[question] = error

        thread = threading.Thread(target=run)
        self.threads.append(thread)
        thread.start()

    def go(self) -> None:
        self.may_hand_over.set()
        self.may_answer.set()

    def done(self) -> None:
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.go()
    desk.gather.close()
    desk.done()


def under_way(desk: Desk, trips: int = 1) -> None:
    wait_until(lambda: len(desk.trips) == trips, 5, "a trip is under way")


def waiting(desk: Desk, count: int) -> None:
    wait_until(lambda: len(desk.gather._waiting) == count, 5, f"{count} wait")


def code_of(answer: int | BaseException) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def test_who_waits_meanwhile_goes_along_on_the_next_trip_and_each_hears_its_own(desk: Desk) -> None:
    # Given
    desk.ask(1)
    under_way(desk)
    # When
    for question in (2, 3, -4):
        desk.ask(question)
    waiting(desk, 3)
    desk.go()
    desk.done()
    # Then
    assert [sorted(trip) for trip in desk.trips] == [[1], [-4, 2, 3]]
    assert [desk.heard[question] for question in (1, 2, 3)] == [2, 4, 6]
    assert isinstance(desk.heard[-4], ValueError)


def test_two_with_the_same_key_go_one_after_the_other_in_their_order(desk: Desk) -> None:
    # Given
    desk.ask(1)
    under_way(desk)
    # When
    for number, question in enumerate((105, 205, 6, 305), start=1):
        desk.ask(question)
        waiting(desk, number)
    desk.go()
    desk.done()
    # Then
    assert desk.trips == [[1], [105, 6], [205], [305]]


def test_who_gives_up_before_it_is_handed_over_is_left_out_and_told_that_nothing_happens(desk: Desk) -> None:
    # Given one that is on a trip, and one that waits for the next
    desk.ask(1, seconds=0.05)
    under_way(desk)
    desk.ask(2, seconds=0.05)
    # When
    desk.done()
    desk.go()
    # Then
    assert [code_of(desk.heard[question]) for question in (1, 2)] == ["unavailable", "unavailable"]
    desk.ask(3)
    desk.done()
    assert desk.heard[3] == 6
    assert desk.went == [3]
    assert desk.trips == [[1], [3]]


def test_who_gives_up_after_it_was_handed_over_is_told_that_nobody_knows(desk: Desk) -> None:
    # Given
    desk.may_hand_over.set()
    # When
    desk.ask(1, seconds=0.2)
    desk.done()
    # Then
    assert isinstance(desk.heard[1], OutcomeUnknown)
    assert desk.went == [1]


def test_more_than_may_wait_are_refused_at_once(desk: Desk) -> None:
    # Given
    desk.ask(1)
    under_way(desk)
    for question in range(10, 20):
        desk.ask(question)
    waiting(desk, 10)
    # When
    with pytest.raises(Overloaded):
        desk.gather.ask(99, 10)
    # Then
    desk.go()
    desk.done()
    assert desk.heard[19] == 38


def test_closing_answers_what_waits_and_refuses_what_comes(desk: Desk) -> None:
    # Given
    desk.ask(1)
    under_way(desk)
    desk.ask(2)
    waiting(desk, 1)
    # When
    desk.go()
    desk.gather.close()
    # Then
    desk.done()
    assert desk.heard == {1: 2, 2: 4}
    with pytest.raises(Overloaded):
        desk.gather.ask(3, 10)
