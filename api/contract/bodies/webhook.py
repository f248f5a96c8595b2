"""The bodies of requests about webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.contract.bodies.fields import IdText
from domain.kernel.values import Channel, Frozen, Remark, Whole
from domain.webhook import MOST_CHANNELS, MOST_EVENTS, Algorithm, RetrySeconds, Url, WebhookState

_EventName = Annotated[str, Field(max_length=100, json_schema_extra={"x-known-words": True})]


class WebhookBody(Frozen):
    """An endpoint, and what it gets: the replies over some `channels`, or some published `events` by their names.
    `after`: of what the log has after this position; null: from now on."""

    url: Url
    channels: tuple[Channel, ...] = Field((), max_length=MOST_CHANNELS)
    events: tuple[_EventName, ...] = Field((), max_length=MOST_EVENTS)
    algorithm: Algorithm = "hmac"
    after: Annotated[Whole, Field(ge=0, le=2**62)] | None = None


class WebhookReason(Frozen):
    """Why a webhook is changed. The reason is kept, and not sealed: no personal text."""

    reason: Remark


class WebhookStateBody(Frozen):
    """Whether it is posted."""

    state: WebhookState


class WebhookRetry(Frozen):
    """What is posted again: what is quarantined of one stream, such as a conversation; null: of all."""

    stream_id: IdText | None = None


class WebhookScheduleBody(Frozen):
    """When a failed post is tried again: so many seconds after each attempt that failed, so many times; null: as the
    installation says (`ANTIPHON_WEBHOOK_RETRY_SECONDS`)."""

    retry_seconds: RetrySeconds | None


class WebhookReplay(Frozen):
    """What is posted once more: all that the log has after this position."""

    after: Annotated[Whole, Field(ge=0, le=2**62)]
