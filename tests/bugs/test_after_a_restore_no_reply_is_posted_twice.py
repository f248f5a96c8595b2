"""After a restore, a webhook begins where it was registered: what its endpoint took is known from the log."""

from __future__ import annotations

from commands import webhook as webhooks
from commands.executor.executor import CommandExecutor
from domain.webhook import ReplayWebhook
from infra.postgres.database import Database
from tests.consumers.test_webhooks import came, fates, registered, reported, said, sending
from tests.support.companies import AGENT
from tests.support.endpoint import endpoint
from tests.support.waiting import wait_until


def test_after_a_restore_only_what_was_not_taken_is_posted(executor: CommandExecutor, projector: Database) -> None:
    with endpoint() as their:
        # Given a reply that was taken, and one that was not
        id = registered(executor, their.url)
        start = executor.log.position()
        with sending(executor, projector):
            said(executor, 1, "one")
            (first,) = came(their, 1)
            assert reported(executor, first) == "queued"
            wait_until(lambda: fates(projector, id) == ["delivered"], 20, "it is taken")
        said(executor, 2, "two")
        # When what no backup has is lost
        with projector.connection() as connection:
            connection.execute("DELETE FROM antiphon.webhook_deliveries")
            connection.execute("DELETE FROM antiphon.webhook_attempts")
            connection.execute("DELETE FROM antiphon.followers WHERE name = %s", (id,))
        with sending(executor, projector):
            wait_until(lambda: fates(projector, id) == ["delivered"] * 2, 20, "both are settled")
            # Then
            assert their.bodies == ["one", "two"]
            # And what somebody asks for comes all the same
            webhooks.act(executor, id, ReplayWebhook(after=start), AGENT)
            came(their, 4)
        assert sorted(their.bodies) == ["one", "one", "two", "two"]
