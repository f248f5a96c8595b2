"""The view of webhooks: which there are, and to which nothing is posted, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from domain.kernel.event import Recorded
from domain.webhook import (
    DisabledBecause,
    WebhookDisabled,
    WebhookEnabled,
    WebhookRegistered,
    WebhookRemoved,
)
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook that is not removed. `disabled`: why nothing is posted; null while it is."""

    webhook_id: str
    disabled: DisabledBecause | None = None


_Reads = WebhookRegistered | WebhookDisabled | WebhookEnabled | WebhookRemoved


class Webhooks(View[WebhookRow, _Reads]):
    """Webhooks by id. What waits for each is in tables of the sender (`infra/webhooks/deliveries.py`)."""

    name = "webhooks"
    row = WebhookRow
    key = ("webhook_id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The webhook."""
        yield (recorded.event.webhook_id,)

    def fold(self, row: WebhookRow | None, recorded: Recorded[_Reads]) -> WebhookRow | None:
        """The webhook after one more event; none once it is removed."""
        match event := recorded.event:
            case WebhookRegistered():
                return WebhookRow(event.webhook_id)
            case WebhookDisabled():
                return row and replace(row, disabled=event.because)
            case WebhookEnabled():
                return row and replace(row, disabled=None)
            case WebhookRemoved():
                return None
            case _:
                assert_never(event)


WEBHOOKS = Webhooks()
