"""Batches: callers that wait while a batch is served go together into the next batch."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal

Q = TypeVar("Q")
A = TypeVar("A")


class _Waiting(Generic[Q, A]):
    __slots__ = ("answer", "answered", "given_up", "handed_over", "question", "since", "until")

    def __init__(self, question: Q, until: float) -> None:
        self.question = question
        self.until = until
        self.since = time.monotonic()
        self.handed_over = False
        self.given_up = False
        self.answer: A | BaseException | None = None
        self.answered = threading.Lock()  # a bare lock: several times cheaper than an Event
        self.answered.acquire()


class Batcher(Generic[Q, A]):
    """A bounded queue and one thread that serves what waits in it, up to `batch_size` questions at a time.

    `serve(questions, until)` returns answers in the same order. An answer that is an exception is raised in its caller
    alone; an exception that `serve` raises is raised in all callers. `until` is the latest caller's deadline
    (time.monotonic). `keys(question)` names what may appear once in a batch: a later question with the same key waits
    for the next batch.

    A `serve` that writes calls `hand_over` just before: for a caller that gives up earlier, nothing has happened.
    """

    LINGER = 0.25
    """How long a batch waits, at most, to be as large as the last one: a part of the time that the last one took.

    With 64 callers and batches of 5 ms, a batch has 57 questions on average, and without waiting 32; callers get 1.3 to
    1.45 times as many answers. Bench row `append`.
    """
    MOST_LINGER_SECONDS = 0.05

    def __init__(
        self,
        name: str,
        serve: Callable[[Sequence[Q], float], Sequence[A | BaseException]],
        *,
        batch_size: int = 500,
        queue: int = 2000,
        keys: Callable[[Q], Iterable[Hashable]] | None = None,
    ) -> None:
        self._serve = serve
        self._batch_size = batch_size
        self._queue = queue
        self._keys = keys
        self._name = name
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting[Q, A]] = deque()
        self._batch: list[_Waiting[Q, A]] = []
        self._thread: threading.Thread | None = None
        self._closed = False
        self._expected = 1

    def ask(self, question: Q, seconds: float) -> A:
        """Ask a question and wait for the answer, at most `seconds`.

        Raises Overloaded when the queue is full, or the deadline passes before the question was handed over (nothing
        happened and nothing will); OutcomeUnknown when the deadline passes later; or whatever the batch answered.
        """
        waiting: _Waiting[Q, A] = _Waiting(question, time.monotonic() + seconds)
        with self._changed:
            if self._closed:
                raise Overloaded("this process is stopping; send it to another one")
            if len(self._waiting) >= self._queue:
                raise Overloaded("too much is waiting already; try again shortly")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._waiting.append(waiting)
            if len(self._waiting) in (1, self._expected):
                self._changed.notify()
        if not waiting.answered.acquire(timeout=seconds):
            raise self._too_late(waiting)
        if isinstance(waiting.answer, BaseException):
            raise waiting.answer
        return waiting.answer  # type: ignore[return-value]

    def waiting(self) -> tuple[int, float]:
        """How many questions wait or are being served, and for how many seconds the oldest has."""
        with self._changed:
            waits = [*self._waiting, *(each for each in self._batch if each.answer is None)]
        since = min((each.since for each in waits), default=None)
        return len(waits), 0.0 if since is None else time.monotonic() - since

    def hand_over(self, numbers: Iterable[int]) -> list[int]:
        """The batch's questions that still have a caller. A caller that gives up from now on gets OutcomeUnknown.

        `serve` calls this just before it writes, and leaves out the others: their callers know that nothing will
        happen.
        """
        with self._changed:
            going = [number for number in numbers if not self._batch[number].given_up]
            for number in going:
                self._batch[number].handed_over = True
            return going

    def answer_now(self, number: int, answer: A | BaseException) -> None:
        """Answer one question of the batch before the others: `serve` found that it has nothing more to do for it. What
        `serve` answers for it in the end does not count."""
        each = self._batch[number]
        each.answer = answer
        each.answered.release()

    def _too_late(self, waiting: _Waiting[Q, A]) -> Refusal:
        with self._changed:
            if waiting.handed_over:
                return OutcomeUnknown()
            waiting.given_up = True
            with suppress(ValueError):  # the question may be in a batch already
                self._waiting.remove(waiting)
        return Overloaded("the database does not answer in time; try again shortly")

    def _run(self) -> None:
        took = 0.0
        while self._next_batch(took):
            batch, began = self._batch, time.monotonic()
            if not batch:
                continue
            try:
                answers = self._serve([each.question for each in batch], max(each.until for each in batch))
            except BaseException as error:
                answers = [error] * len(batch)
            for each, answer in zip(batch, answers, strict=True):
                if each.answer is None:
                    each.answer = answer
                    each.answered.release()
            took = time.monotonic() - began

    def _next_batch(self, last_took: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            # Callers just answered tend to be back at once. A batch that starts without them splits the callers into
            # two groups that wait for each other's batches. A moment of waiting costs much less than another batch.
            self._changed.wait_for(
                lambda: self._closed or len(self._waiting) >= self._expected,
                min(self.LINGER * last_took, self.MOST_LINGER_SECONDS),
            )
            if not self._waiting:  # closed; or the last caller gave up just now
                self._batch = []
                return not self._closed
            batch: list[_Waiting[Q, A]] = []
            kept: list[_Waiting[Q, A]] = []
            taken: set[Hashable] = set()
            while self._waiting and len(batch) < self._batch_size:
                each = self._waiting.popleft()
                keys = set(self._keys(each.question)) if self._keys else set()
                if taken.isdisjoint(keys):
                    batch.append(each)
                else:
                    kept.append(each)
                # Also the keys of questions left waiting: two that wait for the same key keep their order.
                taken |= keys
            self._waiting.extendleft(reversed(kept))
            self._batch = batch
            self._expected = len(batch)
            return True

    def close(self) -> None:
        """Serve what waits, then stop. Later questions are refused."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=10)
