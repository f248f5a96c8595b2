"""Told to leave an erasure out, a follower wipes all the same: what it shows would stay readable for good."""

from __future__ import annotations

from commands import subscription as subscription_requests
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.personal import ERASED
from domain.subscription import Skip
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from projections.conversation.history import HISTORY
from tests.support.changes import Onlooker
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, catch_up, rows, verify_all
from tests.support.open_work import erase


def test_a_subscription_asked_to_skip_an_erasure_wipes_and_equals_a_replay(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    catch_up(log, projector)
    erased_at = erase(executor, customer_id, AGENT).position
    choking = LeaseHolder(Choking(HISTORY, {erased_at}), log, Pages(log), projector, "me", seconds=5)
    choking.step()
    choking.release()
    onlooker = Onlooker(projector)
    onlooker.look()
    # When
    why = Context(AGENT.actor, reason="by mistake")
    skip = Skip(follower="history", version=HISTORY.version, stream=customer_id, position=erased_at)
    subscription_requests.request(executor, skip, why)
    catch_up(log, projector)
    # Then
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    verify_all(log, projector, database_urls.database_url)
    onlooker.look()  # whoever follows the rows by position sees the wiping
