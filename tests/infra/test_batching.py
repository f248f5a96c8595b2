"""Many callers, one batch; and what those hear who do not want to wait that long."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.batching import Batcher
from tests.support.waiting import wait_until


class Doubler:
    """Serves numbers by doubling them, when it is let."""

    def __init__(self, batch_size: int = 10, queue: int = 10) -> None:
        self.batches: list[list[int]] = []
        self.went: list[int] = []
        self.may_hand_over = threading.Event()
        self.may_answer = threading.Event()
        self.batcher: Batcher[int, int] = Batcher(
            "test", self.serve, batch_size=batch_size, queue=queue, keys=lambda question: [question % 100]
        )
        self.threads: list[threading.Thread] = []
        self.heard: dict[int, int | BaseException] = {}

    def serve(self, questions: Sequence[int], until: float) -> list[int | BaseException]:
        self.batches.append(list(questions))
        assert self.may_hand_over.wait(10)
        going = self.batcher.hand_over(range(len(questions)))
        self.went += [questions[number] for number in going]
        assert self.may_answer.wait(10)
        return [ValueError(str(each)) if each < 0 else 2 * each for each in questions]

    def ask(self, question: int, seconds: float = 10) -> None:
        def run() -> None:
            try:
                self.heard[question] = self.batcher.ask(question, seconds)
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
def doubler() -> Iterator[Doubler]:
    doubler = Doubler()
    yield doubler
    doubler.go()
    doubler.batcher.close()
    doubler.done()


def under_way(doubler: Doubler, batches: int = 1) -> None:
    wait_until(lambda: len(doubler.batches) == batches, 5, "a batch is under way")


def waiting(doubler: Doubler, count: int) -> None:
    wait_until(lambda: len(doubler.batcher._waiting) == count, 5, f"{count} wait")


def code_of(answer: int | BaseException) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def test_who_waits_meanwhile_goes_in_the_next_batch_and_hears_its_own(doubler: Doubler) -> None:
    # Given
    doubler.ask(1)
    under_way(doubler)
    # When
    for question in (2, 3, -4):
        doubler.ask(question)
    waiting(doubler, 3)
    doubler.go()
    doubler.done()
    # Then
    assert [sorted(batch) for batch in doubler.batches] == [[1], [-4, 2, 3]]
    assert [doubler.heard[question] for question in (1, 2, 3)] == [2, 4, 6]
    assert isinstance(doubler.heard[-4], ValueError)


def test_two_with_the_same_key_go_one_after_the_other_in_their_order(doubler: Doubler) -> None:
    # Given
    doubler.ask(1)
    under_way(doubler)
    # When
    for number, question in enumerate((105, 205, 6, 305), start=1):
        doubler.ask(question)
        waiting(doubler, number)
    doubler.go()
    doubler.done()
    # Then
    assert doubler.batches == [[1], [105, 6], [205], [305]]


def test_who_gives_up_before_the_hand_over_is_left_out_and_told_so(doubler: Doubler) -> None:
    # Given one that is in a batch, and one that waits for the next
    doubler.ask(1, seconds=0.05)
    under_way(doubler)
    doubler.ask(2, seconds=0.05)
    # When
    doubler.done()
    doubler.go()
    # Then
    assert [code_of(doubler.heard[question]) for question in (1, 2)] == ["unavailable", "unavailable"]
    doubler.ask(3)
    doubler.done()
    assert doubler.heard[3] == 6
    assert doubler.went == [3]
    assert doubler.batches == [[1], [3]]


def test_who_gives_up_after_it_was_handed_over_is_told_that_nobody_knows(doubler: Doubler) -> None:
    # Given
    doubler.may_hand_over.set()
    # When
    doubler.ask(1, seconds=0.2)
    doubler.done()
    # Then
    assert isinstance(doubler.heard[1], OutcomeUnknown)
    assert doubler.went == [1]


def test_more_than_may_wait_are_refused_at_once(doubler: Doubler) -> None:
    # Given
    doubler.ask(1)
    under_way(doubler)
    for question in range(10, 20):
        doubler.ask(question)
    waiting(doubler, 10)
    # When
    with pytest.raises(Overloaded):
        doubler.batcher.ask(99, 10)
    # Then
    doubler.go()
    doubler.done()
    assert doubler.heard[19] == 38


def test_closing_answers_what_waits_and_refuses_what_comes(doubler: Doubler) -> None:
    # Given
    doubler.ask(1)
    under_way(doubler)
    doubler.ask(2)
    waiting(doubler, 1)
    # When
    doubler.go()
    doubler.batcher.close()
    # Then
    doubler.done()
    assert doubler.heard == {1: 2, 2: 4}
    with pytest.raises(Overloaded):
        doubler.batcher.ask(3, 10)


def test_a_question_may_be_answered_before_the_others_of_its_batch() -> None:
    early, others = threading.Event(), threading.Event()

    def serve(questions: Sequence[int], until: float) -> list[int | BaseException]:
        if 1 in questions:
            batcher.answer_now(questions.index(1), 10)
            early.set()
            assert others.wait(10)
        return [2 * each for each in questions]

    batcher: Batcher[int, int] = Batcher("test", serve)
    # When it is answered while its batch goes on
    assert batcher.ask(1, 10) == 10
    assert early.is_set()
    others.set()
    # Then what the batch answers in the end does not count
    assert batcher.ask(2, 10) == 4
    batcher.close()
