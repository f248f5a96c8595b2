"""The same again is harmless: one message however often and wherever it is delivered, one conversation a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.conversation.delivering import Delivery, deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support import sabotage
from tests.support.checking import wrong_in_deliveries
from tests.support.companies import GATEWAY, mail, opened, opened_log
from tests.support.databases import Databases
from tests.support.writing import Writers, numbered


def everything(log: Log, after: int = 0) -> list[Recorded[Event]]:
    return log.recorded_events(log.read(after, 10**6))


def delivered_by_processes(urls: Urls, numbers: list[list[int]], threads: int, callers: int) -> list[list[list[int]]]:
    """Deliver these at once, each list in a process of its own; (number, conversation, position) of each."""
    writers = Writers(
        [
            {
                "do": "deliver",
                "urls": [urls.database_url, urls.vault_url],
                "numbers": each,
                "threads": threads,
                "callers": callers,
            }
            for each in numbers
        ]
    )
    writers.begin()
    return writers.end()


def test_the_same_messages_from_several_processes_at_once_are_in_once(database_urls: Urls) -> None:
    # Given
    numbers = list(range(60))
    # When
    answers = delivered_by_processes(database_urls, [numbers, numbers, numbers[::-1]], threads=12, callers=8)
    # Then
    with opened_log(database_urls) as log:
        assert wrong_in_deliveries([numbered(number, 12) for number in numbers], everything(log)) == []
    assert sorted(answers[0]) == sorted(answers[1]) == sorted(answers[2])


def test_twenty_messages_at_once_from_two_processes_are_one_conversation(database_urls: Urls) -> None:
    # When
    answers = delivered_by_processes(database_urls, [list(range(10)), list(range(10, 20))], threads=1, callers=10)
    # Then
    with opened_log(database_urls) as log:
        assert wrong_in_deliveries([numbered(number, 1) for number in range(20)], everything(log)) == []
    assert len({id for answer in answers for _, id, _ in answer}) == 1


@pytest.mark.faults
def test_without_claims_the_same_check_finds_the_doubles(database_urls: Urls) -> None:
    # Given
    sabotage.claims_off(database_urls)
    numbers = list(range(30))
    # When
    delivered_by_processes(database_urls, [numbers, numbers], threads=6, callers=4)
    # Then
    with opened_log(database_urls) as log:
        wrong = wrong_in_deliveries([numbered(number, 6) for number in numbers], everything(log))
    assert any("is there 2 times" in each for each in wrong)
    assert any("conversations" in each for each in wrong)


@pytest.fixture(scope="module")
def two_processes(databases: Databases) -> Iterator[tuple[CommandExecutor, CommandExecutor]]:
    """Two that share a log and nothing else: what one knows, the other has to find out."""
    with databases.fresh() as urls, opened(urls) as one, opened(urls) as other:
        yield one, other


MESSAGES = 8
steps = st.lists(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, MESSAGES - 1)), min_size=1, max_size=4),
    min_size=1,
    max_size=8,
)
places = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=MESSAGES, max_size=MESSAGES)


@settings(max_examples=40)
@given(steps=steps, places=places)
def test_however_often_and_wherever_it_is_delivered_a_message_is_in_once(
    two_processes: tuple[CommandExecutor, CommandExecutor],
    steps: list[list[tuple[int, int]]],
    places: list[tuple[int, int]],
) -> None:
    """A step is what happens at once: messages by number, each to one of the processes. `places` says to which thread
    and by whom each message is."""
    # Given
    log = two_processes[0].log
    run = log.position()

    def message(number: int) -> Delivery:
        thread, sender = places[number]
        return mail(run * MESSAGES + number, f"{run}/{thread}", f"{run}/{sender}@Example.org")

    first: dict[int, str] = {}
    # When
    for step in steps:
        answers: list[tuple[int, str, bool]] = []

        def send(process: int, number: int, answers: list[tuple[int, str, bool]] = answers) -> None:
            answer = deliver(two_processes[process], message(number), GATEWAY)
            answers.append((number, answer.id, answer.repeated))

        threads = [threading.Thread(target=send, args=each) for each in step]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        # Then every answer names the conversation of the first
        assert len(answers) == len(step)
        before = set(first)  # of two at once, the repeat may be answered earlier
        for number, id, repeated in answers:
            assert repeated or number not in before
            assert first.setdefault(number, id) == id
    assert wrong_in_deliveries([message(number) for number in first], everything(log, run)) == []
