"""Settings of subscriptions."""

from __future__ import annotations

from pydantic import Field

from domain.kernel.refusal import Refusal
from infra.settings.room import Room


class SubscriptionSettings(Room):
    """How subscriptions wait, take turns and read."""

    lease_seconds: float = Field(
        10.0,
        validation_alias="ANTIPHON_LEASE_SECONDS",
        gt=0,
        description="How long the lease holder of a subscription may be silent, in seconds, before a standby "
        "takes over. At least twice ANTIPHON_POLL_SECONDS.",
    )
    poll_seconds: float = Field(
        1.0,
        validation_alias="ANTIPHON_POLL_SECONDS",
        gt=0,
        le=1,
        description="How long a subscription waits for a notification, in seconds, before it polls.",
    )
    page_size: int = Field(
        500,
        validation_alias="ANTIPHON_PAGE_SIZE",
        ge=1,
        le=500,
        description="How many events a subscription takes in at once, at most.",
    )

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.lease_seconds < 2 * self.poll_seconds:
            raise Refusal("settings-invalid", "ANTIPHON_LEASE_SECONDS must be at least twice ANTIPHON_POLL_SECONDS")
