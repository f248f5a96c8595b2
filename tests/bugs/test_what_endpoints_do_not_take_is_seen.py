"""Endpoints that do not take their posts are told of by doctor and metrics, and make no process unready."""

from __future__ import annotations

import httpx

from commands import webhook as webhooks
from commands.executor.executor import CommandExecutor
from domain.webhook import ChangeWebhookState, RemoveWebhook, RetryWebhook
from infra.health.subscriptions import LATE_SECONDS
from infra.log.application import Log
from infra.postgres.database import Database
from infra.webhooks import deliveries
from tests.bugs.test_whatever_waits_is_seen_by_doctor_and_metrics import anybody, metrics  # noqa: F401
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401
from tests.consumers.test_webhooks import fates, registered, said, sending
from tests.support.companies import AGENT
from tests.support.endpoint import endpoint
from tests.support.following import catch_up
from tests.support.waiting import wait_until

METRICS = ("waiting", "failing_seconds", "quarantined")


def numbers(anybody: httpx.Client) -> list[float]:  # noqa: F811
    """How many posts wait, whether one has failed, how many are quarantined, and how many webhooks are disabled."""
    found = metrics(anybody)
    posts = [found[f"antiphon_webhook_posts_{name}"][0] for name in METRICS]
    return [posts[0], float(posts[1] > 0), posts[2], found["antiphon_webhooks_disabled"][0]]


def test_what_endpoints_do_not_take_is_seen_by_doctor_and_metrics(
    antiphon: Antiphon,  # noqa: F811
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    anybody: httpx.Client,  # noqa: F811
) -> None:
    def doctor() -> list[str]:
        catch_up(log, projector)
        return [line for line in antiphon("doctor").out.splitlines() if line[4:].startswith("webhooks")]

    assert doctor() == ["ok  webhooks   none is registered"]
    assert numbers(anybody) == [0, 0, 0, 0]
    with endpoint() as their:
        # Given two replies that are given up, and one that is tried again in an hour
        id, other = registered(executor, their.url), registered(executor, their.url, channels=["chat"])
        catch_up(log, projector)
        their.answers = [(500, {})] * 2
        with sending(executor, projector, schedule=()):
            broken = said(executor, 1, "one", "two")
            wait_until(lambda: fates(projector, id) == ["quarantined"] * 2, 20, "both are given up")
        with sending(executor, projector, schedule=(3600.0,)):
            said(executor, 2, "three")
            wait_until(lambda: numbers(anybody)[:2] == [1, 1], 20, "it has failed")
    # Then
    assert numbers(anybody) == [1, 1, 2, 0]
    assert doctor() == [
        "ok  webhooks   2 registered, 1 posts wait",
        f"!!  webhooks   {id}: 1 posts wait, 2 are quarantined",
    ]
    ran = antiphon("doctor")
    assert (ran.status, f"webhooks: see to the endpoint, then: antiphon webhooks retry {id}" in ran.out) == (1, True)
    assert anybody.get("/readyz").status_code == 200
    # When they are asked for again, and still fail
    webhooks.act(executor, id, RetryWebhook(stream_id=broken), AGENT)
    with projector.connection() as connection:
        deliveries.release(connection, id, broken)
        connection.execute(
            "UPDATE antiphon.webhook_attempts SET at = at - make_interval(secs => %s)", (2 * LATE_SECONDS,)
        )
    (_, tried) = doctor()
    assert tried.startswith(f"!!  webhooks   {id}: 3 posts wait, 0 are quarantined, tried for 6")
    # And are disabled: by somebody, or because the endpoint is gone
    webhooks.act(executor, other, ChangeWebhookState(state="disabled"), AGENT)
    webhooks.act(executor, id, ChangeWebhookState(state="disabled", because="gone"), AGENT)
    assert sorted(doctor()[1:]) == sorted(
        [
            f"ok  webhooks   {other}: 0 posts wait, 0 are quarantined, disabled: asked",
            f"!!  webhooks   {id}: 3 posts wait, 0 are quarantined, disabled: gone",
        ]
    )
    assert numbers(anybody)[3] == 1
    # And are no more
    for each in (id, other):
        webhooks.act(executor, each, RemoveWebhook(), AGENT)
    assert doctor() == ["ok  webhooks   none is registered"]
    assert numbers(anybody) == [0, 0, 0, 0]
