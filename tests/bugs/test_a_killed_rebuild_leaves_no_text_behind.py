"""The table a killed rebuild left is out of every erasure's reach: the next start drops it."""

from __future__ import annotations

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.health.check import Reading, Sources
from infra.health.subscriptions import SubscriptionsKeepUp
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.rebuild import SUFFIX, drop_abandoned
from infra.views.schema import make_table
from infra.views.tables import Table
from projections.conversation.history import HISTORY
from tests.support.companies import GATEWAY, mail
from tests.support.following import rows


def test_what_a_killed_rebuild_left_is_dropped_and_one_that_goes_on_is_not(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    deliver(executor, mail(1), GATEWAY)
    with connect(database_urls.database_url, "owner") as owner:
        make_table(owner, Table(HISTORY, SUFFIX))
    LeaseHolder(Projector(HISTORY, SUFFIX), log, Pages(log), projector, "killed", seconds=30).step()

    def left() -> int:
        with connect(database_urls.database_url, "owner") as owner:
            table = Table(HISTORY, SUFFIX).name.as_string()
            return len(owner.execute("SELECT FROM pg_class WHERE oid = to_regclass(%s)", (table,)).fetchall())

    def readings() -> list[Reading]:
        with connect(database_urls.database_url, "auditor") as auditor:
            found = SubscriptionsKeepUp(()).read(Sources(auditor))
            return [each for each in found if each.labels[:1] == (f"{HISTORY.name}{SUFFIX}",)]

    # When, Then
    assert [each.wrong for each in readings()] == [None]
    with connect(database_urls.database_url, "owner") as owner:
        assert drop_abandoned(owner) == []
    assert left() == 1
    # When
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.followers SET lease_until = clock_timestamp() - interval '1 s'")
    # Then doctor says so, also where no login may drop it
    assert ["no erasure wipes its texts" in str(each.wrong) for each in readings()] == [True]
    # And
    with connect(database_urls.database_url, "owner") as owner:
        assert drop_abandoned(owner) == ["history_rebuild"]
    assert left() == 0
    assert rows(projector, HISTORY) == {}, "the live table is as it was"
