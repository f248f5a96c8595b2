"""What happens is posted to an endpoint: signed, at least once, in order for each matter, and given up visibly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from commands import webhook as webhooks
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.webhooks.sender import GIVEN_UP, Sender
from domain.conversation.commands import SendReply
from domain.message import MESSAGE
from domain.webhook import (
    WEBHOOK,
    ChangeWebhookSchedule,
    ChangeWebhookState,
    RegisterWebhook,
    RemoveWebhook,
    ReplayWebhook,
    RetireWebhookKey,
    RetryWebhook,
    RotateWebhookKey,
)
from infra.postgres.database import Database
from infra.webhooks import deliveries
from infra.webhooks.posting import Poster
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.endpoint import Endpoint, PostedTo, endpoint
from tests.support.open_work import erase
from tests.support.waiting import wait_until

POSTER = Poster(private=True, seconds=5)


@pytest.fixture
def their() -> Iterator[Endpoint]:
    with endpoint() as listening:
        yield listening


@contextmanager
def sending(
    executor: CommandExecutor, projector: Database, schedule: Sequence[float] = (0.0, 0.0), poster: Poster = POSTER
) -> Iterator[Sender]:
    """Within: what is queued is posted."""
    with Sender(
        executor, projector, poster, schedule=schedule, claim_seconds=20, lease_seconds=5, poll_seconds=0.1
    ) as sender:
        yield sender


def registered(executor: CommandExecutor, url: str, **more: Any) -> str:
    """An endpoint for replies by mail, or what else is said."""
    given = {"url": url} | (more if "events" in more else {"channels": ["mail"], **more})
    return webhooks.begin(executor, RegisterWebhook.model_validate(given), AGENT).id


def said(executor: CommandExecutor, number: int, *bodies: str) -> str:
    """A mail of a thread of its own, and replies to it: the conversation's id."""
    id = deliver(executor, mail(number, f"matter {number}", f"ada{number}@example.org"), GATEWAY).id
    for body in bodies:
        conversations.act(executor, id, SendReply(body=body), AGENT)
    return id


def came(their: Endpoint, number: int) -> list[PostedTo]:
    """The posts, once there are so many."""
    wait_until(lambda: len(their.posts) >= number, 20, f"{number} posts have come")
    return list(their.posts)


def fates(projector: Database, id: str) -> list[str]:
    """The states of the deliveries, in order."""
    with projector.connection() as connection:
        return [each.state for each in deliveries.deliveries(connection, id, None, 0, 100)[0]]


def reported(executor: CommandExecutor, post: PostedTo) -> str:
    """How far the reply has come, once something is reported."""
    id = post.said["data"]["message_id"]
    wait_until(lambda: executor.read(MESSAGE, id).state is not None, 20, "it is reported")
    return executor.read(MESSAGE, id).existing("message").state.state


def shown(executor: CommandExecutor, id: str) -> list[str]:
    """What the other side needs to verify, the newest key last."""
    return [each.shown for each in webhooks.keys(executor, webhooks.there(executor, id))]


def test_replies_are_posted_signed_and_count_as_taken(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    said(executor, 9, "before it was there")
    id = registered(executor, their.url)
    conversation = said(executor, 1, "one", "two")
    # When
    with sending(executor, projector):
        first, second = came(their, 2)
        state = reported(executor, second)
    # Then a library of others verifies them
    (secret,) = shown(executor, id)
    for post in (first, second):
        told: Any = Verifier(secret).verify(post.body, post.headers)
        assert told["type"] == "antiphon.outbound.message.v1"
        assert told["data"]["conversation_id"] == conversation == told["stream_id"]
        assert post.id == f"{told['event_id']}_{id}"
        assert "." not in post.id
    assert [each.said["data"]["body"] for each in (first, second)] == ["one", "two"]
    assert first.said["data"]["to"]["value"] == "ada1@example.org"
    assert (state, fates(projector, id)) == ("queued", ["delivered", "delivered"])


def test_two_keys_sign_while_they_change(executor: CommandExecutor, projector: Database, their: Endpoint) -> None:
    # Given
    id = registered(executor, their.url)
    webhooks.act(executor, id, RotateWebhookKey(), AGENT)
    old, new = shown(executor, id)
    with sending(executor, projector):
        # When
        said(executor, 1, "both")
        (both,) = came(their, 1)
        webhooks.act(executor, id, RetireWebhookKey(), AGENT)
        their.posts.clear()
        wait_until(lambda: _posted_with_one(executor, their), 20, "one key signs")
    # Then
    Verifier(old).verify(both.body, both.headers)
    Verifier(new).verify(both.body, both.headers)
    last = their.posts[-1]
    Verifier(new).verify(last.body, last.headers)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(old).verify(last.body, last.headers)
    assert shown(executor, id) == [new]


def _posted_with_one(executor: CommandExecutor, their: Endpoint) -> bool:
    said(executor, 100 + len(their.posts), "word")
    came(their, len(their.posts) + 1)
    return " " not in their.posts[-1].headers["webhook-signature"]


def test_ed25519_is_verified_with_the_public_key(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    from base64 import b64decode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    # Given
    id = registered(executor, their.url, algorithm="ed25519")
    with sending(executor, projector):
        said(executor, 1, "word")
        (post,) = came(their, 1)
    # Then
    (shown_key,) = shown(executor, id)
    assert shown_key.startswith("whpk_")
    version, _, signature = post.headers["webhook-signature"].partition(",")
    assert version == "v1a"
    signed = f"{post.id}.{post.headers['webhook-timestamp']}.".encode() + post.body
    Ed25519PublicKey.from_public_bytes(b64decode(shown_key.removeprefix("whpk_"))).verify(b64decode(signature), signed)


def test_later_replies_of_a_conversation_wait_and_others_do_not(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given an endpoint that answers the first post late
    id = registered(executor, their.url)
    their.held.clear()
    with sending(executor, projector):
        said(executor, 1, "one", "two", "three")
        came(their, 1)
        # When
        said(executor, 2, "of another matter")
        came(their, 2)
        # Then nothing of the first matter was posted beside it
        assert sorted(their.bodies) == ["of another matter", "one"]
        their.held.set()
        came(their, 4)
        wait_until(lambda: fates(projector, id) == ["delivered"] * 4, 20, "all are taken")
    assert [each for each in their.bodies if each != "of another matter"] == ["one", "two", "three"]


def test_after_the_last_attempt_all_of_the_conversation_is_quarantined(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    id = registered(executor, their.url)
    their.answers = [(500, {})] * 3
    with sending(executor, projector):
        # When
        broken = said(executor, 1, "one", "two")
        tried = came(their, 3)
        state = reported(executor, tried[0])
        wait_until(lambda: fates(projector, id) == ["quarantined"] * 2, 20, "both are quarantined")
        conversations.act(executor, broken, SendReply(body="three"), AGENT)
        said(executor, 2, "of another matter")
        came(their, 4)
        # Then the same was tried three times, and what comes later waits behind it
        assert their.bodies == ["one"] * 3 + ["of another matter"]
        assert len({(each.id, each.body) for each in tried}) == 1
        assert state == "failed"
        assert executor.read(MESSAGE, tried[0].said["data"]["message_id"]).existing("message").state.code == GIVEN_UP
        with projector.connection() as connection:
            _, attempts = deliveries.deliveries(connection, id, "quarantined", 0, 1)
        assert [(each.status, each.code) for each in attempts] == [(500, "http-500")] * 3
        # And when somebody asks for it, it is posted in order
        webhooks.act(executor, id, RetryWebhook(stream_id=broken), AGENT)
        came(their, 7)
        wait_until(lambda: fates(projector, id) == ["delivered"] * 4, 20, "all are taken")
    assert their.bodies[4:] == ["one", "two", "three"]


def test_an_endpoint_may_have_a_schedule_of_its_own(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given an endpoint that is never tried again, where others are
    id = registered(executor, their.url)
    webhooks.act(executor, id, ChangeWebhookSchedule(retry_seconds=()), AGENT)
    their.answers = [(500, {})] * 3
    with sending(executor, projector, schedule=(0.0, 0.0, 0.0)):
        # When
        broken = said(executor, 1, "one")
        wait_until(lambda: fates(projector, id) == ["quarantined"], 20, "it is given up")
    assert their.bodies == ["one"]
    # And then is tried again once
    webhooks.act(executor, id, ChangeWebhookSchedule(retry_seconds=(0,)), AGENT)
    webhooks.act(executor, id, RetryWebhook(stream_id=broken), AGENT)
    with sending(executor, projector, schedule=(0.0, 0.0, 0.0)):
        came(their, 3)
        wait_until(lambda: fates(projector, id) == ["quarantined"], 20, "it is given up once more")
    webhooks.act(executor, id, ChangeWebhookSchedule(), AGENT)
    # Then each version is in the log
    state = executor.read(WEBHOOK, id).existing("webhook").state
    assert (state.retry_seconds, state.schedule_version) == (None, 3)


def test_an_endpoint_that_is_gone_is_disabled_until_enabled(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    id = registered(executor, their.url)
    their.answers = [(410, {})]
    with sending(executor, projector):
        said(executor, 1, "one")
        wait_until(lambda: executor.read(WEBHOOK, id).existing("webhook").state.disabled == "gone", 20, "disabled")
        said(executor, 2, "two")
        # When
        webhooks.act(executor, id, ChangeWebhookState(state="enabled"), AGENT)
        came(their, 3)
    # Then
    assert sorted(their.bodies) == ["one", "one", "two"]


def test_an_endpoint_that_asks_to_wait_is_left_alone(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    registered(executor, their.url)
    their.answers = [(429, {"Retry-After": "2"})]
    with sending(executor, projector):
        said(executor, 1, "one")
        came(their, 1)
        wait_until(lambda: _paused(projector) > 0, 20, "it is noted")
        # When
        said(executor, 2, "two")
        before = _paused(projector)
        came(their, 3)
    # Then nothing was posted before its time
    assert before > 0
    assert _paused(projector) <= 0


def _paused(projector: Database) -> float:
    with projector.connection() as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM until - clock_timestamp())::float8 FROM antiphon.webhook_pauses"
        ).fetchone()
    return row[0] if row else 0.0


def test_a_replay_posts_the_same_with_the_same_ids(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    id = registered(executor, their.url)
    start = executor.log.position()
    with sending(executor, projector):
        said(executor, 1, "one", "two")
        before = came(their, 2)
        wait_until(lambda: fates(projector, id) == ["delivered"] * 2, 20, "both are taken")
        # When
        webhooks.act(executor, id, ReplayWebhook(after=start), AGENT)
        after = came(their, 4)[2:]
    # Then
    assert [(each.id, each.body) for each in after] == [(each.id, each.body) for each in before]


def test_a_replay_puts_no_second_post_beside_one_on_its_way(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given a reply that was taken, and the next one, which is on its way
    id = registered(executor, their.url)
    start = executor.log.position()
    with sending(executor, projector):
        conversation = said(executor, 1, "one")
        wait_until(lambda: fates(projector, id) == ["delivered"], 20, "the first is taken")
        their.held.clear()
        conversations.act(executor, conversation, SendReply(body="two"), AGENT)
        came(their, 2)
        # When
        webhooks.act(executor, id, ReplayWebhook(after=start), AGENT)
        wait_until(lambda: fates(projector, id) == ["waiting"] * 2, 20, "the first waits again")
        said(executor, 2, "of another matter")
        came(their, 3)
        # Then
        assert their.bodies == ["one", "two", "of another matter"]
        their.held.set()
        came(their, 4)
    assert their.bodies[3] == "one"


def test_events_are_posted_without_texts(executor: CommandExecutor, projector: Database, their: Endpoint) -> None:
    # Given
    registered(executor, their.url, events=["conversation.opened", "conversation.status-changed"])
    with sending(executor, projector):
        # When
        id = said(executor, 1, "a word of ours")
        first, *_ = came(their, 1)
    # Then
    assert (first.said["type"], first.said["stream_id"]) == ("antiphon.conversation.opened.v1", id)
    assert all(b"word" not in each.body and b"ada1" not in each.body for each in their.posts)


def test_nothing_of_who_was_erased_is_posted(executor: CommandExecutor, projector: Database, their: Endpoint) -> None:
    # Given
    id = registered(executor, their.url)
    gone = said(executor, 1, "for who is forgotten")
    erase(executor, executor.read(gone).state.customer_id, AGENT)
    said(executor, 2, "stays")
    # When
    with sending(executor, projector):
        wait_until(lambda: fates(projector, id) == ["left-out", "delivered"], 20, "both are settled")
    # Then
    assert their.bodies == ["stays"]


def test_a_webhook_that_is_removed_is_forgotten_with_its_keys(
    executor: CommandExecutor, projector: Database, their: Endpoint
) -> None:
    # Given
    id = registered(executor, their.url)
    with sending(executor, projector):
        said(executor, 1, "one")
        came(their, 1)
        # When
        webhooks.act(executor, id, RemoveWebhook(), AGENT)
        wait_until(lambda: fates(projector, id) == [], 20, "it is forgotten")
        said(executor, 2, "two")
    # Then
    assert their.bodies == ["one"]
    assert executor.log.vault.destroyed([f"webhook:{id}"])
    with projector.connection() as connection:
        assert connection.execute("SELECT FROM antiphon.followers WHERE name = %s", (id,)).fetchone() is None
