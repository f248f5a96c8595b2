"""The examples of all requests and answers, by operation id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.contract.examples import (
    confirmation,
    content,
    conversation,
    customer,
    customer_side,
    decision_table,
    export,
    hold,
    item,
    live,
    measure,
    message,
    order,
    promise,
    search,
    service_level,
    signal,
    staff,
    stranger,
    survey,
    theme,
    webhook,
)

REQUESTS: Mapping[str, Any] = {
    **confirmation.REQUESTS,
    **conversation.REQUESTS,
    **customer.REQUESTS,
    **customer_side.REQUESTS,
    **decision_table.REQUESTS,
    **export.REQUESTS,
    **hold.REQUESTS,
    **item.REQUESTS,
    **measure.REQUESTS,
    **message.REQUESTS,
    **order.REQUESTS,
    **promise.REQUESTS,
    **service_level.REQUESTS,
    **signal.REQUESTS,
    **staff.REQUESTS,
    **stranger.REQUESTS,
    **survey.REQUESTS,
    **theme.REQUESTS,
    **webhook.REQUESTS,
}

ANSWERS: Mapping[str, Any] = {
    **confirmation.ANSWERS,
    **content.ANSWERS,
    **conversation.ANSWERS,
    **customer.ANSWERS,
    **customer_side.ANSWERS,
    **decision_table.ANSWERS,
    **export.ANSWERS,
    **hold.ANSWERS,
    **item.ANSWERS,
    **live.ANSWERS,
    **measure.ANSWERS,
    **message.ANSWERS,
    **order.ANSWERS,
    **promise.ANSWERS,
    **search.ANSWERS,
    **service_level.ANSWERS,
    **signal.ANSWERS,
    **staff.ANSWERS,
    **stranger.ANSWERS,
    **survey.ANSWERS,
    **theme.ANSWERS,
    **webhook.ANSWERS,
}
