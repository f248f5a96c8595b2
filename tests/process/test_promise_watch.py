"""What the watch notices and what it leaves alone, look by look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from commands import promise as promises
from commands.customer.handlers import act as act_on_customer
from commands.executor.executor import CommandExecutor
from domain.customer import EraseCustomer
from domain.promise import KeepPromise, RevisePromise
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.views.projector import Projector
from process import watch as watching
from process.promise import PromiseTimers
from process.watch import BEHIND_SECONDS, MOST_SECONDS, Watch
from projections import promise as ledger
from projections.promise import PROMISES
from projections.timer import TIMERS
from tests.support.companies import AGENT, names
from tests.support.exactly_once import whole
from tests.support.following import catch_up
from tests.support.overdue import overdue, wrong_in_overdue
from tests.support.promised import Promised, database_clock, planned

LONG_AGO, LATER = -3600.0, 3600.0


@pytest.fixture
def ada(executor: CommandExecutor) -> Promised:
    return Promised(executor)


@pytest.fixture
def watch(executor: CommandExecutor, database_urls: Urls) -> Iterator[Watch]:
    """A watch that looks only when it is told to."""
    reader = Database(database_urls.database_url, "reader")
    yield Watch(PromiseTimers(executor, reader))
    reader.close()


def follow(log: Log, projector: Database) -> None:
    catch_up(log, projector, subscriptions=[Projector(PROMISES), Projector(TIMERS)])


def test_what_is_overdue_becomes_an_event_once_and_shows_in_the_ledger(
    log: Log, projector: Database, database_urls: Urls, ada: Promised, watch: Watch
) -> None:
    # Given
    missed, ahead = ada.due(LONG_AGO), ada.due(LATER)
    follow(log, projector)
    # When
    watch.poll()
    end = log.position()
    watch.poll()
    # Then
    assert names(log, missed) == ["promise.made", "promise.overdue"]
    assert names(log, ahead) == ["promise.made"]
    assert log.position() == end
    follow(log, projector)
    with projector.connection() as connection:
        found = ledger.one(connection, missed)
    assert found is not None
    assert found.state == "overdue"
    assert wrong_in_overdue(whole(log), database_clock(database_urls.database_url)) == []


def test_a_launch_whose_date_passes_is_overdue_once(
    executor: CommandExecutor, log: Log, projector: Database, ada: Promised, watch: Watch
) -> None:
    # Given
    signal_id = planned(executor, LONG_AGO)
    follow(log, projector)
    # When
    watch.poll()
    end = log.position()
    watch.poll()
    # Then
    assert names(log, signal_id)[-1] == "signal.launch-overdue"
    assert log.position() == end
    follow(log, projector)
    with projector.connection() as connection:
        (found,) = ledger.of_signal(connection, signal_id).rows
    assert (found.state, found.text) == ("overdue", "A stiffer rim")


def test_a_poll_says_how_long_nothing_will_be_due(log: Log, projector: Database, ada: Promised, watch: Watch) -> None:
    follow(log, projector)
    assert watch.poll() == MOST_SECONDS
    ada.due(30)
    assert watch.poll() <= BEHIND_SECONDS, "the ledger is behind"
    follow(log, projector)
    assert 20 < watch.poll() <= 30


def test_more_than_a_page_of_missed_dates_is_detected_in_one_look(
    log: Log, projector: Database, ada: Promised, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(watching, "PAGE", 2)
    missed = ada.all_due([LONG_AGO + n for n in range(7)])
    ada.due(LATER)
    follow(log, projector)
    # When
    wait = watch.poll()
    # Then
    assert overdue(whole(log)) == missed
    assert wait <= MOST_SECONDS


def test_a_ledger_that_lags_does_no_harm(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, ada: Promised, watch: Watch
) -> None:
    # Given
    revised, kept, missed = ada.due(LONG_AGO), ada.due(LONG_AGO), ada.due(LONG_AGO)
    follow(log, projector)
    later = RevisePromise(due_at=datetime.now(UTC) + timedelta(hours=1), because="She is ill")
    promises.act(executor, revised, later, AGENT)
    promises.act(executor, kept, KeepPromise(), AGENT)
    # When the ledger knows nothing of that,
    watch.poll()
    watch.poll()
    # Then
    assert overdue(whole(log)) == {missed}
    # And when it does,
    follow(log, projector)
    watch.poll()
    assert overdue(whole(log)) == {missed}
    assert wrong_in_overdue(whole(log), database_clock(database_urls.database_url)) == []


def test_what_cannot_be_detected_keeps_nobody_waiting(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, ada: Promised, watch: Watch
) -> None:
    # Given a promise that cannot be read, and one to somebody who was erased
    unreadable, missed = ada.due(LONG_AGO), ada.due(LONG_AGO + 60)
    follow(log, projector)
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = 'x' WHERE originator_id = %s", [unreadable])
    # When
    watch.poll()
    # Then
    assert overdue(log.recorded_events(log.records(missed))) == {missed}
    # And
    erased = ada.due(LONG_AGO)
    follow(log, projector)
    act_on_customer(executor, EraseCustomer(customer_id=ada.customer_id), AGENT)
    end = log.position()
    watch.poll()
    assert log.position() == end
    assert names(log, erased) == ["promise.made"]
