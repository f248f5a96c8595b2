"""Told to leave an erasure out, a follower wipes all the same: what it shows would stay readable for good."""

from __future__ import annotations

from audit.erasure import erase
from commands import following
from commands.context import Context
from commands.conversations import deliver
from commands.handling import Handling
from domain.following import Skip
from domain.kernel import ERASED
from infra.embedded import Urls
from infra.follower import Leader
from infra.log import Log
from infra.pages import Pages
from infra.postgres import Database
from projections.history import HISTORY
from tests.support.changes import Onlooker
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, catch_up, rows, verify_all


def test_a_follower_told_to_skip_an_erasure_wipes_and_equals_a_replay(
    handling: Handling, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    customer_id = handling.read(deliver(handling, mail(1), GATEWAY).id).state.customer_id
    catch_up(log, projector)
    erased_at = erase(handling, customer_id, AGENT).position
    choking = Leader(Choking(HISTORY, {erased_at}), log, Pages(log), projector, "me", seconds=5)
    choking.step()
    choking.release()
    onlooker = Onlooker(projector)
    onlooker.look()
    # When
    why = Context(AGENT.actor, reason="by mistake")
    skip = Skip(follower="history", version=HISTORY.version, stream=customer_id, position=erased_at)
    following.tell(handling, skip, why)
    catch_up(log, projector)
    # Then
    assert {row.text for row, _ in rows(projector, HISTORY).values()} == {None, ERASED}
    verify_all(log, projector, database_urls.database_url)
    onlooker.look()  # whoever follows the rows by position sees the wiping
