"""Settings of webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from domain.webhook import LONGEST_SECONDS, MOST_ATTEMPTS
from infra.settings.room import Room


class WebhookSettings(Room):
    """How what happens is posted to webhooks."""

    schedule: Annotated[tuple[float, ...], NoDecode] = Field(
        (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0),
        validation_alias="ANTIPHON_WEBHOOK_RETRY_SECONDS",
        description="The seconds between one attempt to post to a webhook and the next, with commas. After the last "
        "attempt, all that waits for the conversation is quarantined. A webhook may have a schedule of its own.",
    )
    seconds: float = Field(
        15.0,
        validation_alias="ANTIPHON_WEBHOOK_SECONDS",
        gt=0,
        le=60,
        description="How long one post to a webhook may take, in seconds.",
    )
    private: bool = Field(
        False,
        validation_alias="ANTIPHON_WEBHOOK_PRIVATE",
        description="Whether webhooks may be at private addresses, such as 127.0.0.1, and at http:// addresses.",
    )
    kept_days: int = Field(
        30,
        validation_alias="ANTIPHON_WEBHOOK_DAYS",
        ge=1,
        le=3_650,
        description="For how many days it is shown what was posted to webhooks.",
    )

    @field_validator("schedule", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @field_validator("schedule")
    @classmethod
    def _bounded(cls, schedule: tuple[float, ...]) -> tuple[float, ...]:
        if len(schedule) > MOST_ATTEMPTS or not all(0 <= each <= LONGEST_SECONDS for each in schedule):
            raise ValueError(f"at most {MOST_ATTEMPTS} numbers of seconds from 0 to {LONGEST_SECONDS}, with commas")
        return schedule
