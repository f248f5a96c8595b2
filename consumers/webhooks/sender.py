"""The sender of webhooks: queues what the log has for each endpoint, and posts it, in order for each conversation.

An endpoint is a subscription with a position of its own (`feed.py`); what it has not taken yet are rows
(`infra/webhooks/deliveries.py`). Several processes may send: each delivery is claimed by one of them, for longer than a
post may take. The attempts are no events: they tell of a transport and not of a conversation, and there are as many as
there are posts. So their dues are not in the timer table, which is folded from events.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Self

import structlog

from commands import message as messages
from commands import webhook as webhooks
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from consumers.webhooks.feed import Feed
from consumers.webhooks.posts import Post, Posts
from domain.kernel.event import Actor
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from domain.message import ReportDelivery
from domain.webhook import ChangeWebhookState, DisabledBecause, Webhook
from infra.failures import Failures, error_code
from infra.postgres.database import Connection, Database
from infra.postgres.listener import Listener
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.webhooks import deliveries
from infra.webhooks.deliveries import Claimed
from infra.webhooks.posting import Posted, Poster
from infra.webhooks.signing import headers

ACTOR = Actor(id="system-webhooks", kind="system")

GIVEN_UP = "webhook-given-up"
"""The code of a reply that its endpoint did not take."""

_LOGGER = structlog.get_logger("webhooks")


class Sender:
    """Queues and posts within `with`, in threads of its own."""

    AT_ONCE = 16
    """How many posts are on their way at once, of one process."""
    OF_ONE = 4
    """How many of these go to one endpoint, so that one that hangs leaves turns for others."""
    MOST_QUEUED = 10_000
    """How many deliveries of an endpoint may wait before its subscription waits, too; and how many may be quarantined
    before it is disabled."""
    PAGES_A_ROUND = 10
    KNOWN_SECONDS = 0.5
    """How old the list of webhooks may be."""
    PRUNE_SECONDS = 60.0
    PRUNED_AT_ONCE = 10_000

    def __init__(
        self,
        executor: CommandExecutor,
        database: Database,
        poster: Poster,
        *,
        schedule: Sequence[float],
        claim_seconds: float,
        kept_days: int = 30,
        lease_seconds: float = 10.0,
        poll_seconds: float = 1.0,
        page_size: int = 500,
    ) -> None:
        """`database` is the projector's. `schedule`: the seconds between one attempt and the next, for endpoints that
        have none of their own. `claim_seconds`: for how long no other process takes a delivery; longer than a post may
        take. `kept_days`: for how long it is shown what was delivered."""
        self._executor = executor
        self._database = database
        self._poster = poster
        self._schedule = schedule
        self._claim_seconds = claim_seconds
        self._kept_days = kept_days
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._posts = Posts(executor)
        self._pages = Pages(executor.log, page_size)
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._feeds: dict[tuple[str, int], LeaseHolder] = {}
        self._known: Mapping[str, Webhook] = {}
        self._forgotten: set[str] = set()
        self._known_until = self._prune_at = 0.0
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(self.AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def __enter__(self) -> Self:
        self._listener = Listener(self._database, self._woken.set, self._poll_seconds)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._woken.set()
        self._thread.join(timeout=2 * self._database.deadline_seconds)
        self._pool.shutdown(cancel_futures=True)
        for feed in self._feeds.values():
            with suppress(Refusal):
                feed.release()
        self._listener.close()

    def _run(self) -> None:
        failures = Failures(self._stopping, partial(_LOGGER.warning, "webhooks-wait"))
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                went_on = self.step()
            except Exception as error:
                # Whatever the error was: the thread must outlive it.
                failures.wait_after(error)
                continue
            failures.over()
            if not went_on:
                self._woken.wait(self._poll_seconds)

    def step(self) -> bool:
        """Queue what is new, and begin to post what is due. Answers whether there may be more at once. Raises
        Overloaded."""
        self._know()
        went_on = [self._feed(feed) for feed in self._feeds.values()]
        return any([*went_on, self._begin_posts()])

    def _know(self) -> None:
        """Know the webhooks as they are now, or were a moment ago."""
        if (now := time.monotonic()) < self._known_until:
            return
        ever = webhooks.ever(self._executor)
        known = {id: each for id, each in ever.items() if not each.removed}
        feeds = {(id, each.replay): each for id, each in known.items()}
        with self._database.connection() as connection:
            for key, each in feeds.items():
                if key not in self._feeds:
                    deliveries.begin(connection, *key, each.after)
            if removed := ever.keys() - known.keys() - self._forgotten:
                deliveries.forget(connection, sorted(removed))
            if now >= self._prune_at:
                pruned = deliveries.prune(connection, self._kept_days, self.PRUNED_AT_ONCE)
                self._prune_at = now + (0 if pruned >= self.PRUNED_AT_ONCE else self.PRUNE_SECONDS)
        for key in self._feeds.keys() - feeds.keys():
            self._pages.forget(self._feeds.pop(key))
        for key in feeds.keys() - self._feeds.keys():
            self._feeds[key] = LeaseHolder(
                Feed(feeds[key]), self._executor.log, self._pages, self._database, self._holder, self._lease_seconds
            )
        self._forgotten |= removed
        self._known, self._known_until = known, now + self.KNOWN_SECONDS

    def _feed(self, feed: LeaseHolder) -> bool:
        """Queue the next pages. Answers whether there may be more."""
        feed.lead()
        if feed.position is None:
            return False
        id = feed.subscription.name
        with self._database.connection() as connection:
            full = deliveries.number(connection, id, "waiting") >= self.MOST_QUEUED
        if full or self._known[id].disabled:
            feed.step(upto=feed.position)  # the lease is kept
            return False
        return all(feed.step() for _ in range(self.PAGES_A_ROUND))

    def _begin_posts(self) -> bool:
        with self._lock:
            free = self.AT_ONCE - self._under_way.total()
            open_ = [id for id, each in self._known.items() if not each.disabled and self._under_way[id] < self.OF_ONE]
        if free <= 0 or not open_:
            return False
        with self._database.connection() as connection:
            claimed = deliveries.claim(connection, open_, free, self.OF_ONE, self._claim_seconds)
        until = time.monotonic() + self._claim_seconds / 2
        for each in claimed:
            with self._lock:
                self._under_way[each.webhook_id] += 1
            self._pool.submit(self._one, self._known[each.webhook_id], each, until)
        return bool(claimed)

    def _one(self, webhook: Webhook, claimed: Claimed, until: float) -> None:
        try:
            # A process that was paused meanwhile leaves it to who takes over.
            if time.monotonic() < until and not self._stopping.is_set():
                self._deliver(webhook, claimed)
        except Exception as error:
            # Whatever it was: the claim runs out, and it is tried again.
            _LOGGER.warning("webhook-waits", webhook=claimed.webhook_id, error=error_code(error))
        finally:
            with self._lock:
                self._under_way[claimed.webhook_id] -= 1
            self._woken.set()

    def _deliver(self, webhook: Webhook, claimed: Claimed) -> None:
        post: Post | None = None
        began = time.monotonic()
        try:
            post = self._posts.made(webhook, claimed.at_position)
        except (Overloaded, OutcomeUnknown):
            raise
        except Refusal as refusal:  # it cannot be read, and those behind it must not overtake it
            posted = Posted(None, refusal.code)
        else:
            if post is None:
                with self._database.connection() as connection:
                    deliveries.settle(connection, claimed, "left-out")
                return
            if self._was_taken(webhook, claimed):
                with self._database.connection() as connection:
                    deliveries.settle(connection, claimed, "delivered")
                return
            keys = webhooks.keys(self._executor, webhook)
            signed = headers(keys, claimed.id, int(time.time()), post.body)
            posted = self._poster.post(webhook.url, signed, post.body)
        milliseconds = int((time.monotonic() - began) * 1000)
        if posted.code is None and post is not None:
            report = ReportDelivery(conversation_id=post.conversation_id, state="queued")
            self._report(post, report, _taken(claimed))
        with self._database.connection() as connection, connection.transaction():
            deliveries.record_attempt(connection, claimed, posted.status, posted.code, milliseconds)
            given_up = self._settle(connection, webhook, claimed, posted)
            too_many = given_up and deliveries.number(connection, webhook.webhook_id, "quarantined") > self.MOST_QUEUED
        if posted.status == 410:
            self._disable(webhook, "gone")
        if given_up and post is not None:
            failed = ReportDelivery(conversation_id=post.conversation_id, state="failed", code=GIVEN_UP)
            self._report(post, failed, f"{claimed.id} failed {claimed.attempts}")
        if too_many:
            self._disable(webhook, "given-up")
        if posted.code is not None:
            _LOGGER.warning(
                "webhook-not-taken", webhook=claimed.webhook_id, position=claimed.at_position, code=posted.code
            )

    def _settle(self, connection: Connection, webhook: Webhook, claimed: Claimed, posted: Posted) -> bool:
        """Record what came of it. Answers whether it was given up."""
        if posted.code is None:
            deliveries.settle(connection, claimed, "delivered")
            return False
        if posted.retry_after:
            deliveries.pause(connection, claimed.webhook_id, posted.retry_after)
        if posted.status == 410:
            deliveries.put_off(connection, claimed, 0.0, tried=False)
            return False
        schedule = self._schedule if webhook.retry_seconds is None else webhook.retry_seconds
        if claimed.attempts >= len(schedule):
            return deliveries.quarantine(connection, claimed)
        deliveries.put_off(connection, claimed, max(schedule[claimed.attempts], posted.retry_after or 0.0))
        return False

    def _disable(self, webhook: Webhook, because: DisabledBecause) -> None:
        command = ChangeWebhookState(state="disabled", because=because)
        webhooks.act(self._executor, webhook.webhook_id, command, Context(ACTOR))
        self._known_until = 0.0

    def _was_taken(self, webhook: Webhook, claimed: Claimed) -> bool:
        """Whether the log says that the endpoint took a reply: the process that posted it died before it settled it, or
        the log was restored. What a replay asks for is posted all the same."""
        if webhook.replay > 1 or webhook.events or claimed.attempts:
            return False
        return self._executor.find("command", f"{ACTOR.id}\x00{_taken(claimed)}") is not None

    def _report(self, post: Post, report: ReportDelivery, command_id: str) -> None:
        """Report how far a reply has come: the endpoint has it, or will not get it. Raises Overloaded,
        OutcomeUnknown."""
        if post.message_id is None:
            return
        context = Context(ACTOR, command_id=command_id)
        try:
            messages.report_delivery(self._executor, post.message_id, report, context)
        except (Overloaded, OutcomeUnknown):
            raise
        except Refusal as refusal:  # whoever it was for is erased meanwhile, say
            _LOGGER.info("webhook-report-refused", code=refusal.code)


def _taken(claimed: Claimed) -> str:
    """The id of the command that reports a reply as taken: by it, the log knows which endpoint took which reply."""
    return f"{claimed.id} queued"
