"""In the long form: 500 drawn questions have one answer, whichever way they are asked, 300 histories are as they were,
and citations stay."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.replay import Replay
from commands.executor.executor import CommandExecutor
from commands.measure import cite, cited
from domain.kernel.as_known import Instants
from domain.measure import catalogue
from domain.measure.as_csv import as_csv
from domain.measure.catalogue import OF_CONVERSATIONS, OF_PROMISES, SLICES
from domain.measure.citation import CiteFigures, asked_again, cited_question, differences, read, written
from domain.measure.definition import COUNTED, HIT, MISS, MeasuredItem
from domain.measure.figure import FigureRow
from domain.measure.promise import PROMISE_KEPT
from domain.measure.question import MeasureQuestion, asked
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from infra.views.view import AnyView
from projections import measure as view
from projections.conversation.steps import CONVERSATION_STEPS
from projections.order import ORDERS
from projections.promise import PROMISES
from tests.oracle import measures as oracle
from tests.projections.test_measure import NOW, by_hand, converse, counted, found, record
from tests.projections.test_measure import written as lines_of_log
from tests.support.companies import AGENT
from tests.support.following import catch_up

pytestmark = [pytest.mark.long_only, pytest.mark.faults]

QUESTIONS, HISTORIES = 500, 300
_CONVERSATIONS = {each.name for each in OF_CONVERSATIONS}
_MEASURES = [each.name for some in (OF_CONVERSATIONS, OF_PROMISES) for each in some]


def drawn(chance: random.Random) -> MeasureQuestion:
    """A question about a measure that the oracle knows, by any period and slice."""
    name = chance.choice(_MEASURES)
    first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 200))
    slices = chance.sample(SLICES[name], min(chance.randint(0, 2), len(SLICES[name])))
    return asked(
        name,
        first,
        first + timedelta(days=chance.randint(1, 90)),
        zone=chance.choice(("UTC", "Europe/Berlin", "America/Santiago")),
        now=NOW,
        by=chance.choice(("day", "week", "month", "quarter", "whole")),
        slice_by=",".join(slices) or None,
    )


def counts(of: list[MeasuredItem]) -> tuple[int, int, int, int]:
    """How many count, hit, are open, are unknown: out of items, one by one."""
    outcomes = Counter(each.outcome for each in of)
    return (
        outcomes[HIT] + outcomes[MISS] + outcomes[COUNTED], outcomes[HIT], outcomes["open"], outcomes["unknown"]
    )  # fmt: skip


def behind(row: FigureRow, items: list[MeasuredItem]) -> list[MeasuredItem]:
    """The items of a figure."""
    return [
        each
        for each in items
        if row.period.begin <= each.at < row.period.end
        and all(each.slices[name] == value for name, value in row.slices.items())
    ]


def tell(log: Log, chance: random.Random, number: int) -> None:
    """Stories of conversations, of promises and of orders."""
    others: list[str] = []
    for each in range(number):
        converse(log, chance, each, others)
        record(log, chance, each)


def test_five_hundred_questions_have_one_answer(log: Log, projector: Database, database_urls: Urls) -> None:
    # Given
    chance = random.Random(19)
    tell(log, chance, 300)
    catch_up(log, projector, subscriptions=[Projector(CONVERSATION_STEPS), Projector(PROMISES), Projector(ORDERS)])
    lines = lines_of_log(log)
    shown = 0
    with closing(Database(database_urls.database_url, "reader")) as reader:
        for _ in range(QUESTIONS):
            question = drawn(chance)
            # When
            with reader.connection() as connection:
                rows, items = view.answer(connection, question), view.items(connection, question)
                outcomes = counted(connection, question)
            # Then the table, the export and a citation say what the items say
            exported = list(csv.DictReader(io.StringIO(as_csv(rows), newline="")))
            assert written(read(written(rows))) == written(rows)
            for row, line in zip(rows, exported, strict=True):
                if row.figure.too_small:
                    assert (line["too_small"], line["n"], line["hits"]) == ("True", "", "")
                    continue
                n, hits, open_, unknown = counts(behind(row, items))
                of = row.figure
                assert (of.n or 0, of.hits or 0, of.open, of.unknown) == (n, hits, open_, unknown)
                assert (line["n"] or "0", line["open"], line["unknown"]) == (str(n), str(open_), str(unknown))
                shown += n > 0
            # And the items are what one counts from the log by hand
            if question.measure.name in _CONVERSATIONS:
                span = question.begin, question.end, question.now
                expected = oracle.of_conversations(question.measure.name, lines, *span)
                assert [(each.id, each.at, each.outcome, each.value) for each in items] == expected
            else:
                assert outcomes == by_hand(lines, question)
    assert shown > 100


def lines_then(log: Log, instants: Instants) -> list[oracle.Line]:
    """The log's lines as they count: a stream is there from the first time that any of its events names."""
    records = log.recorded_events(log.read(0, 1_000_000, 10**9))
    streams: dict[str, list[int]] = {}
    for number, each in enumerate(records):
        if instants.known_at is None or each.recorded_at <= instants.known_at:
            streams.setdefault(each.originator_id, []).append(number)
    counting = set[int]()
    for numbers in streams.values():
        happened = [each for each in numbers if instants.as_of is None or records[each].at <= instants.as_of]
        counting |= {*happened, *numbers[: bool(happened)]}
    return [line for number, line in enumerate(lines_of_log(log)) if number in counting]


def test_three_hundred_histories_are_as_they_were(log: Log, projector: Database, database_urls: Urls) -> None:
    # Given
    chance = random.Random(20)
    instants: list[datetime] = []
    for _ in range(10):
        tell(log, chance, 20)
        instants.append(log.now())
    views: list[AnyView] = [CONVERSATION_STEPS, PROMISES, ORDERS]
    catch_up(log, projector, subscriptions=[Projector(each) for each in views])
    differ = set()
    with closing(Database(database_urls.database_url, "reader")) as reader:
        for _ in range(HISTORIES):
            as_of = datetime(2026, 1, 1, tzinfo=NOW.tzinfo) + timedelta(days=chance.randint(10, 250))
            then = Instants(chance.choice((None, as_of)), chance.choice((None, *instants)))
            lines = lines_then(log, then)
            with Replay(log, reader).everything(views, then) as replayed:
                for name in chance.sample(_MEASURES, 2):
                    first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 150))
                    days = first, first + timedelta(days=chance.randint(20, 120))
                    question = asked(name, *days, zone="UTC", now=then.now(NOW))
                    # When
                    if name not in _CONVERSATIONS:
                        with replayed.connection() as connection:
                            answer: object = counted(connection, question)
                        expected: object = by_hand(lines, question)
                    else:
                        answer = found(replayed, question)
                        expected = oracle.of_conversations(name, lines, question.begin, question.end, question.now)
                    # Then
                    assert answer == expected, (name, then)
                    differ.add((name, str(answer)))
    assert len(differ) > HISTORIES // 2


def test_a_citation_outlives_ten_thousand_events(
    log: Log, executor: CommandExecutor, projector: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given figures that are cited, of each of these measures
    chance = random.Random(21)
    tell(log, chance, 60)
    views: list[Projector[Any]] = [Projector(CONVERSATION_STEPS), Projector(PROMISES), Projector(ORDERS)]
    # Any: of rows of different views
    catch_up(log, projector, subscriptions=views)
    kept = {}
    for name in _MEASURES:
        question = asked(name, date(2026, 1, 1), date(2026, 7, 1), zone="UTC", now=NOW, by="month")
        with projector.connection() as connection:
            figures = written(view.answer(connection, question))
        command = CiteFigures(
            question=cited_question(question, Instants()),
            version=1,
            position=log.position(),
            counted_at=NOW,
            figures=figures,
        )
        kept[cite(executor, command, AGENT).id] = figures
    # When ten thousand events are told, and one definition has another version
    end = log.position()
    while log.position() < end + 10_000:
        tell(log, chance, 100)
    catch_up(log, projector, subscriptions=views)
    present = replace(PROMISE_KEPT, version=2, changed="all is kept", outcome=lambda facts, now: HIT)
    monkeypatch.setattr(catalogue, "MEASURES", {**catalogue.MEASURES, "promise_kept": present})
    monkeypatch.setattr(catalogue, "FORMER", (PROMISE_KEPT,))
    # Then each is the same, byte by byte, and says that today it is different
    for id, figures in kept.items():
        _, found_ = cited(executor, id)
        assert found_.figures == figures
        with projector.connection() as connection:
            today, same = (view.answer(connection, asked_again(found_.question, NOW, version)) for version in (None, 1))
        different = differences(read(found_.figures), today, same)
        assert different, found_.question
        assert (found_.question.measure == "promise_kept") == any(
            each.today != each.same_definition for each in different
        )
