"""The map of how conversations go equals what one works out from the log by hand, as it stands and as it was known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from typing import get_args

import pytest

from audit.replay import Replay
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.process_map.discovery import ProcessMap
from domain.process_map.path import Nodes
from domain.process_map.question import ProcessQuestion, asked
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from projections import process_map as view
from tests.oracle import process_map as oracle
from tests.oracle.measures import Line, told
from tests.projections.test_measure import converse, written
from tests.support.companies import AGENT
from tests.support.following import catch_up

SPAN = date(2026, 1, 1), date(2026, 6, 1)
EVERY: tuple[Nodes, ...] = get_args(Nodes)


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Database]:
    with closing(Database(database_urls.database_url, "reader")) as database:
        yield database


def the_map(database: Database, question: ProcessQuestion) -> ProcessMap:
    with database.connection() as connection:
        _, rows = view.answer(connection, question)
    return rows[0].map


Edges = Mapping[tuple[str, str], tuple[int, int, float | None]]
"""By what followed what: how often, in how many conversations, and how long was waited in all."""


def shown(found: ProcessMap) -> Edges:
    return {
        (edge.first, edge.then): (
            edge.number,
            edge.conversations,
            _rounded(edge.waiting.total if edge.waiting else None),
        )
        for edge in found.edges
    }


def by_hand(log: Sequence[Line], question: ProcessQuestion) -> Edges:
    found = oracle.edges(log, question.nodes, question.begin, question.end, **question.chosen)
    return {edge: (n, m, _rounded(sum(waits) if waits else None)) for edge, (n, m, waits) in found.items()}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def drawn(chance: random.Random, nodes: Nodes) -> ProcessQuestion:
    begin = date(2026, 1, chance.randint(1, 31))
    end = date(2026, chance.randint(3, 6), chance.randint(1, 28))
    kind = chance.choice([None, None, "inquiry", "complaint", "order"])
    return asked(begin, end, zone="UTC", nodes=nodes, chosen={"kind": kind})


def test_the_map_is_what_one_works_out_by_hand(
    log: Log, executor: CommandExecutor, projector: Database, reader: Database
) -> None:
    # Given conversations with merges, splits, undos and what was told late, and a calendar
    chance = random.Random(19)
    hours = OpeningHours(zone="UTC", hours={"mon-fri": ("09:00-17:00",)})
    sla.write_calendar(executor, WriteCalendar(name="office", opening_hours=hours), AGENT)
    others: list[str] = []
    for number in range(60):
        converse(log, chance, number, others)
    known_at = log.now()
    for number in range(40):
        converse(log, chance, number, others)
    catch_up(log, projector, subscriptions=[Projector(each) for each in view.READS])
    questions = [drawn(chance, nodes) for nodes in EVERY for _ in range(10)]
    whole, known = written(log), written(log, known_at)
    # When and then
    answers = [the_map(reader, each) for each in questions]
    assert [shown(each) for each in answers] == [by_hand(whole, each) for each in questions]
    with Replay(log, reader).everything(view.READS, Instants(known_at=known_at)) as then:
        answers_then = [the_map(then, each) for each in questions]
    assert [shown(each) for each in answers_then] == [by_hand(known, each) for each in questions]
    assert answers != answers_then
    assert sum(len(each.edges) for each in answers) > 30
    # And ways are those that people went, and an edge is made of its moves
    for nodes in EVERY:
        question = asked(*SPAN, zone="UTC", nodes=nodes)
        with reader.connection() as connection:
            found_paths = view.paths_of(connection, question)
        went = {each.id: [(stop.node, stop.at, stop.waits) for stop in each.stops] for each in found_paths}
        assert went == {each.id: oracle.way(each, nodes) for each in told(whole)}
        found = the_map(reader, question)
        ways = oracle.variants(whole, question.nodes, question.begin, question.end)
        assert {each.nodes: each.conversations for each in found.variants}.items() <= ways.items()
        assert len(found.variants) == min(len(ways), 20)
        worst = found.edges[0]
        with reader.connection() as connection:
            behind = view.moves_behind(connection, question, worst.first, worst.then)
        assert len(behind) == worst.number
        assert worst.waiting is not None
        assert sum(each.seconds or 0 for each in behind) == pytest.approx(worst.waiting.total)
    with reader.connection() as connection, pytest.raises(Refusal, match="no such calendar"):
        view.answer(connection, asked(*SPAN, zone="UTC", calendar="night"))
