"""Command handlers of webhooks, and their keys: each is made of a secret of the webhook in the key store, which is
sealed there under the master key, and destroyed with the webhook."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.kernel.refusal import NotFound
from domain.webhook import (
    FIRST_KEY,
    WEBHOOK,
    RegisterWebhook,
    RemoveWebhook,
    RetryWebhook,
    Webhook,
    WebhookCommand,
    WebhookEvent,
    WebhookKeyAdded,
    decide,
    evolve,
    register,
)
from infra.webhooks.signing import WebhookKey

SUBJECT = "webhook:"
"""The prefix of webhooks in the key store. No person's id begins so."""
_PAGE = 500


def begin(executor: CommandExecutor, command: RegisterWebhook, context: Context) -> Answer:
    """Register an endpoint. Raises Refusal `webhooks-too-many`, or as `CommandExecutor.run`."""
    there = len(webhooks(executor))
    end = executor.log.position()

    def work() -> UnitOfWork:
        before = executor.load(WEBHOOK, command.webhook_id)
        return UnitOfWork(command.webhook_id, [Change(command.webhook_id, before, register(command, there, end))])

    return executor.run(context, work, body=body_of(context, command), streams=[command.webhook_id])


def act(executor: CommandExecutor, id: str, command: WebhookCommand, context: Context) -> Answer:
    """Change a webhook. Raises Refusal `not-found` (the webhook, or the stream that is retried), or as
    `CommandExecutor.run`."""
    if isinstance(command, RetryWebhook) and command.stream_id is not None:
        there(executor, id)  # the webhook first
        if not executor.log.histories([command.stream_id])[command.stream_id]:
            raise NotFound(command.stream_id)

    def work() -> UnitOfWork:
        before = executor.existing(WEBHOOK, id)
        return UnitOfWork(id, [Change(id, before, decide(before.state, command))])

    answer = executor.run(context, work, body=body_of(context, command, id), streams=[id])
    if isinstance(command, RemoveWebhook):
        executor.log.vault.destroy(f"{SUBJECT}{id}")
    return answer


def webhooks(executor: CommandExecutor) -> Mapping[str, Webhook]:
    """The webhooks that are not removed, by id. Raises UnreadableEvent, Overloaded."""
    return {id: each for id, each in ever(executor).items() if not each.removed}


def ever(executor: CommandExecutor) -> Mapping[str, Webhook]:
    """All webhooks that there ever were, by id. Raises UnreadableEvent, Overloaded."""
    found: dict[str, Webhook | None] = {}
    after = ("", 0)
    while page := executor.log.of_kind(WEBHOOK.kind, after, _PAGE):
        for recorded in page:
            if isinstance(recorded.event, WebhookEvent):
                found[recorded.originator_id] = evolve(found.get(recorded.originator_id), recorded.event)
        after = (page[-1].originator_id, page[-1].originator_version)
        if len(page) < _PAGE:
            break
    return {id: state for id, state in found.items() if state is not None}


def there(executor: CommandExecutor, id: str) -> Webhook:
    """A webhook that is not removed. Raises Refusal `not-found`."""
    state = executor.read(WEBHOOK, id).existing(WEBHOOK.kind).state
    if state.removed:
        raise NotFound(id)
    return state


def keys(executor: CommandExecutor, webhook: Webhook) -> list[WebhookKey]:
    """The keys that sign, the newest last. Raises SubjectErased, Overloaded."""
    return _made(executor, webhook, webhook.keys)


def added_key(executor: CommandExecutor, answer: Answer) -> WebhookKey:
    """The key that came with the registration, or with the rotation, whose answer this is: a repeat shows the same.
    Raises Refusal `not-found`, SubjectErased, Overloaded."""
    webhook = there(executor, answer.id)
    events = [each.event for each in executor.log.streams([answer.id])[answer.id] if each.position == answer.position]
    number = next((event.key for event in events if isinstance(event, WebhookKeyAdded)), FIRST_KEY)
    return _made(executor, webhook, [number])[0]


def _made(executor: CommandExecutor, webhook: Webhook, numbers: Sequence[int]) -> list[WebhookKey]:
    secret = executor.log.vault.key(f"{SUBJECT}{webhook.webhook_id}")
    return [
        WebhookKey(webhook.algorithm, hmac.digest(secret, f"{webhook.algorithm} {key}".encode(), "sha256"))
        for key in numbers
    ]
