"""A legal hold that ends by itself is recorded, and what waited for its end is done."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from commands import hold as holds
from commands import registry
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from domain.hold import HoldCustomer, stream_of
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from process.hold import DeferredErasures, HoldTimers
from process.reaction import Reactor
from process.watch import Watch
from projections import timer as timers
from projections.timer import TIMERS
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import catch_up
from tests.support.open_work import Shown, erase
from tests.support.signal_evidence import NothingSaid
from tests.support.waiting import wait_until, wait_until_followed


def test_a_hold_ends_by_itself_and_what_waited_is_done(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given an erasure that waits for a hold that ends in a moment
    id = deliver(executor, mail(1), GATEWAY).id
    ada = executor.read(id).state.customer_id
    until = datetime.now(UTC) + timedelta(seconds=1)
    holds.hold(executor, HoldCustomer(customer_id=ada, until=until), replace(AGENT, reason="lawsuit"))
    erase(executor, ada, AGENT)
    catch_up(log, projector, subscriptions=[Projector(TIMERS)])
    # When it is looked at again and again
    with closing(Database(database_urls.database_url, "reader")) as reader:
        watch = Watch(HoldTimers(executor, reader))

        def expired() -> bool:
            watch.poll()
            return names(log, stream_of(ada))[-1] == "holds.expired"

        wait_until(expired, 60, "the hold has ended")
    reactor = Reactor(DeferredErasures(), partial(registry.ask, Ports(executor, Shown(), NothingSaid())))
    with Host(log, projector, [reactor, Projector(TIMERS)], lease_seconds=5, poll_seconds=0.2):
        wait_until(lambda: names(log, stream_of(ada))[-1] == "holds.erasure-resumed", 60, "what waited is done")
        wait_until_followed(projector, [(TIMERS.name, TIMERS.version)], log.position(), 60)
    # Then
    assert names(log, stream_of(ada))[1:] == [
        "holds.erasure-deferred", "holds.expired", "holds.erasure-begun", "holds.erasure-resumed",
    ]  # fmt: skip
    assert executor.read(ada).state.erased
    with projector.connection() as connection:
        assert timers.next_due(connection, "holds", datetime(1970, 1, 1, tzinfo=UTC)) is None
