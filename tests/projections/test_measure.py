"""Figures of measures equal what one counts by hand from the log, as it stands and as it was known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.replay import Replay
from domain.kernel.as_known import Instants
from domain.kernel.event import Actor, Draft, Envelope, Event
from domain.kernel.ids import new_id
from domain.measure.question import MeasureQuestion, asked
from domain.order import events as o
from domain.promise import Broken, Kept, Made, PromiseWithdrawn, Revised
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.views.projector import Projector
from projections import measure as view
from projections.order import ORDERS
from projections.promise import PROMISES
from tests.oracle import measures as oracle
from tests.support.following import catch_up

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = BEGIN + timedelta(days=200)


def record(log: Log, chance: random.Random, number: int) -> None:
    """A promise, and an order whose delivery it may be, with the ends that a company gives them."""
    envelopes = (
        Envelope(event_id=new_id("event"), actor=Actor(id="staff-1", kind="agent"), occurred_at=BEGIN + each)
        for each in sorted(timedelta(hours=chance.randint(0, 5000)) for _ in range(20))
    )
    order_id = new_id("order") if chance.random() < 0.6 else None
    ids: dict[str, Any] = {"customer_id": f"customer-{number % 7}"}
    promise_id = new_id("promise")
    about = {"promise_id": promise_id, "order_id": order_id, **ids}
    due = BEGIN + timedelta(hours=chance.randint(0, 5000))
    story: list[Event] = [Made(**about, text="There by then", due_at=due, delivery=order_id is not None)]
    last = due
    for _ in range(chance.choice([0, 0, 1, 2])):
        later = last + timedelta(days=chance.randint(1, 30))
        story.append(Revised(**about, due_at=later, previous_due_at=last, because="late"))
        last = later
    story += chance.choice([[], [Kept(**about)], [Broken(**about, because="lost")], [PromiseWithdrawn(**about)]])
    drafts = [Draft(promise_id, n, event, next(envelopes)) for n, event in enumerate(story, 1)]
    if order_id is not None:
        whose = {"order_id": order_id, **ids}
        steps: list[Event] = [o.Placed(**whose), o.DeliveryPromised(**whose, promise_id=promise_id, due_at=due)]
        steps += chance.choice([[], [o.Delivered(**whose)], [o.Cancelled(**whose)]])
        drafts += [Draft(order_id, n, event, next(envelopes)) for n, event in enumerate(steps, 1)]
    log.save(*drafts)


def written(log: Log, until: datetime | None = None) -> list[oracle.Line]:
    """The log as lines."""
    lines: list[oracle.Line] = []
    after = 0
    while records := log.read(after):
        after = records[-1].id
        lines += [
            {"name": each.event.stored_name, "at": each.at, "data": each.event.model_dump()}
            for each in log.recorded_events(records)
            if until is None or each.recorded_at <= until
        ]
    return lines


def question(name: str, chance: random.Random) -> MeasureQuestion:
    first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 200))
    return asked(name, first, first + timedelta(days=chance.randint(1, 90)), zone="UTC", now=NOW)


def counted(connection: Connection, each: MeasureQuestion) -> Counter[str]:
    return Counter(item.outcome for item in view.items(connection, each))


def by_hand(log: list[oracle.Line], each: MeasureQuestion) -> Counter[str]:
    span = each.begin, each.end, each.now
    if each.measure.name == "order_on_first_promise":
        return oracle.on_first_date(log, *span)
    return oracle.kept(log, *span, by_last=each.measure.name == "promise_kept_last")


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Database]:
    with closing(Database(database_urls.database_url, "reader")) as database:
        yield database


def test_figures_are_what_one_counts_by_hand(log: Log, projector: Database, reader: Database) -> None:
    # Given
    chance = random.Random(19)
    for number in range(40):
        record(log, chance, number)
    known_at = log.now()
    for number in range(40):
        record(log, chance, number)
    catch_up(log, projector, subscriptions=[Projector(PROMISES), Projector(ORDERS)])
    names = ("promise_kept", "promise_kept_last", "order_on_first_promise")
    questions = [question(name, chance) for name in names for _ in range(20)]
    # When and then
    whole, known = written(log), written(log, known_at)
    with reader.connection() as connection:
        answers = [counted(connection, each) for each in questions]
    assert answers == [by_hand(whole, each) for each in questions]
    assert sum(map(Counter.total, answers)) > 300
    with (
        Replay(log, reader).everything(view.READS, Instants(known_at=known_at)) as then,
        then.connection() as connection,
    ):
        answers_then = [counted(connection, each) for each in questions]
    assert answers_then == [by_hand(known, each) for each in questions]
    assert answers_then != answers
    # And what is broken on purpose is seen
    with reader.connection() as connection:
        wrong = [counted(connection, asked("promise_kept_last", *SPAN, zone="UTC", now=NOW))]
    assert wrong != [by_hand(whole, asked("promise_kept", *SPAN, zone="UTC", now=NOW))]


SPAN = date(2026, 1, 1), date(2026, 7, 1)
