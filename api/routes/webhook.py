"""The routes of webhooks: endpoints to which we post what happens."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from api.contract.bodies import webhook as bodies
from api.edge.access import Guarded
from api.edge.parts import Done, Id, Limit, TheContext, TheParts, ask, done, json_answer
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import reading
from commands import webhook as webhooks
from commands.executor.unit_of_work import Answer
from domain.kernel.refusal import InputInvalid
from domain.webhook import (
    Algorithm,
    ChangeWebhookSchedule,
    ChangeWebhookState,
    DisabledBecause,
    RegisterWebhook,
    RemoveWebhook,
    ReplayWebhook,
    RetireWebhookKey,
    RetryWebhook,
    RotateWebhookKey,
)
from infra.webhooks import deliveries
from infra.webhooks.deliveries import DeliveryFate

queries = APIRouter(route_class=Guarded, tags=["gateways"])
router = APIRouter(route_class=StrictJSON, tags=["gateways"])


class WebhookKeyShown(Done):
    """A webhook with a new key. `key`: what the endpoint needs to verify, a secret (`whsec_…`) or a public key
    (`whpk_…`). It is shown here only, and in a repeat with the same Idempotency-Key: keep it."""

    key: str


class ListedWebhook(BaseModel):
    """An endpoint and what it gets. `keys`: how many sign. `disabled`: why nothing is posted; null: it is. `waiting`,
    `quarantined`: how many posts there are; `delivered`: of the newest 10,000 posts. `retry_seconds`: its schedule;
    null: the installation's; `schedule_version`: how often it was changed."""

    webhook_id: str
    url: str
    algorithm: Algorithm
    channels: list[str]
    events: list[str]
    keys: int
    disabled: DisabledBecause | None
    retry_seconds: list[int] | None
    schedule_version: int
    waiting: int
    delivered: int
    quarantined: int


class WebhooksPage(BaseModel):
    """All webhooks; there are at most 100."""

    position: int
    webhooks: list[ListedWebhook]


class WebhookAttempt(BaseModel):
    """One attempt. `status`: of the answer; `code`: why it was no success."""

    at: datetime
    status: int | None
    code: str | None
    milliseconds: int


class WebhookDelivery(BaseModel):
    """A post, and its last attempts, at most 20. `webhook_message_id`: the header `webhook-id` of each."""

    at_position: int
    stream_id: str
    event_id: str
    webhook_message_id: str
    state: DeliveryFate
    attempts: int
    next_at: datetime
    settled_at: datetime | None
    last: list[WebhookAttempt]


class WebhookDeliveriesPage(BaseModel):
    """Posts to an endpoint in the order of the log. `after`: give it to get the next page; `more`: whether there may be
    one."""

    position: int
    deliveries: list[WebhookDelivery]
    after: int
    more: bool


@queries.get("/webhooks", **reading(WebhooksPage, "lead", "auditor"))
def read_webhooks(parts: TheParts) -> Response:
    """The endpoints to which we post, and how much waits."""
    position, there = parts.executor.log.position(), webhooks.webhooks(parts.executor)
    with parts.database.connection() as connection:
        numbers = deliveries.numbers(connection, [*there])
    found = [
        ListedWebhook(
            webhook_id=id,
            url=each.url,
            algorithm=each.algorithm,
            channels=list(each.channels),
            events=list(each.events),
            keys=len(each.keys),
            disabled=each.disabled,
            retry_seconds=None if each.retry_seconds is None else list(each.retry_seconds),
            schedule_version=each.schedule_version,
            waiting=numbers.get((id, "waiting"), 0),
            delivered=numbers.get((id, "delivered"), 0),
            quarantined=numbers.get((id, "quarantined"), 0),
        )
        for id, each in sorted(there.items())
    ]
    return json_answer(to_json(WebhooksPage(position=position, webhooks=found)), position)


@queries.get("/webhooks/{id}/deliveries", **reading(WebhookDeliveriesPage, "lead", "auditor", codes=("not-found",)))
def read_webhook_deliveries(
    id: Id,
    parts: TheParts,
    state: DeliveryFate | None = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="Only what the log has after this position.")] = 0,
    limit: Limit = 100,
) -> Response:
    """What was posted to an endpoint, what waits, and what came of each attempt."""
    webhooks.there(parts.executor, id)
    position = parts.executor.log.position()
    with parts.database.connection() as connection:
        rows, attempts = deliveries.deliveries(connection, id, state, after, limit)
    last: dict[int, list[WebhookAttempt]] = {}
    for each in attempts:
        last.setdefault(each.at_position, []).append(
            WebhookAttempt(at=each.at, status=each.status, code=each.code, milliseconds=each.milliseconds)
        )
    page = WebhookDeliveriesPage(
        position=position,
        deliveries=[
            WebhookDelivery(
                **asdict(row), webhook_message_id=f"{row.event_id}_{id}", last=last.get(row.at_position, [])
            )
            for row in rows
        ],
        after=rows[-1].at_position if rows else after,
        more=len(rows) == limit,
    )
    return json_answer(to_json(page), position)


def _with_key(parts: TheParts, answer: Answer, status: int) -> Response:
    return done(answer, status, key=webhooks.added_key(parts.executor, answer).shown)


@router.post(
    "/webhooks",
    **changing(RegisterWebhook, codes=("webhooks-too-many", "not-found"), status=201, model=WebhookKeyShown),
)
def register_webhook(body: bodies.WebhookBody, parts: TheParts, context: TheContext) -> Response:
    """Register an endpoint. The answer has its key, which is shown here only."""
    try:
        command = RegisterWebhook.model_validate(body.model_dump())
    except ValidationError as error:
        raise InputInvalid(error) from None
    return _with_key(parts, ask(parts, command, context), 201)


@router.post(
    "/webhooks/{id}/keys", **changing(RotateWebhookKey, codes=("not-found",), status=201, model=WebhookKeyShown)
)
def rotate_webhook_key(id: Id, body: bodies.WebhookReason, parts: TheParts, context: TheContext) -> Response:
    """Add a key, which is shown here only. It signs beside the newest one before, until that is retired."""
    return _with_key(parts, ask(parts, RotateWebhookKey(), replace(context, reason=body.reason), id), 201)


@router.post("/webhooks/{id}/keys/retirement", **changing(RetireWebhookKey, codes=("not-found",)))
def retire_webhook_key(id: Id, body: bodies.WebhookReason, parts: TheParts, context: TheContext) -> Response:
    """Let the older of two keys sign no more."""
    return done(ask(parts, RetireWebhookKey(), replace(context, reason=body.reason), id))


@router.put("/webhooks/{id}/state", **changing(ChangeWebhookState, codes=("not-found",)))
def change_webhook_state(id: Id, body: bodies.WebhookStateBody, parts: TheParts, context: TheContext) -> Response:
    """Post, or let what happens wait until it is enabled again. An endpoint that answered 410 is disabled."""
    return done(ask(parts, ChangeWebhookState(state=body.state), context, id))


@router.post("/webhooks/{id}/retry", **changing(RetryWebhook, codes=("not-found",)))
def retry_webhook(id: Id, body: bodies.WebhookRetry, parts: TheParts, context: TheContext) -> Response:
    """Post what is quarantined again, in order: of one conversation, or of all."""
    return done(ask(parts, RetryWebhook(stream_id=body.stream_id), context, id))


@router.post("/webhooks/{id}/replay", **changing(ReplayWebhook, codes=("not-found",)))
def replay_webhook(id: Id, body: bodies.WebhookReplay, parts: TheParts, context: TheContext) -> Response:
    """Post once more all that the log has after a position, with the same ids."""
    return done(ask(parts, ReplayWebhook(after=body.after), context, id))


@router.put("/webhooks/{id}/schedule", **changing(ChangeWebhookSchedule, codes=("not-found",)))
def change_webhook_schedule(id: Id, body: bodies.WebhookScheduleBody, parts: TheParts, context: TheContext) -> Response:
    """Say when a failed post is tried again. It counts for attempts from then on; every version stays in the log."""
    return done(ask(parts, ChangeWebhookSchedule(retry_seconds=body.retry_seconds), context, id))


@router.post("/webhooks/{id}/removal", **changing(RemoveWebhook, codes=("not-found",)))
def remove_webhook(id: Id, body: bodies.WebhookReason, parts: TheParts, context: TheContext) -> Response:
    """Remove an endpoint for good, and destroy its keys."""
    return done(ask(parts, RemoveWebhook(), replace(context, reason=body.reason), id))
