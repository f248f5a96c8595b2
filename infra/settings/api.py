"""Settings of the API: where it listens, the limits of callers, and when it is ready."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from domain.kernel.refusal import Refusal
from infra.settings.room import Room

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?")
"""As browsers write it: in small letters, no path, no slash at the end. So no `*`, and no `null`."""


def _origins(listed: str) -> str:
    for number, each in enumerate(listed.split(","), 1):
        if not _ORIGIN.fullmatch(each):
            raise ValueError(
                f"entry {number}: an origin is as browsers send it, such as https://desk.example.org: in small letters,"
                " without a path, a slash at the end or a blank"
            )
    return listed


class ApiSettings(Room):
    """The settings of each API process."""

    host: str = Field(
        "127.0.0.1", validation_alias="ANTIPHON_API_HOST", description="The address at which the API listens."
    )
    port: int = Field(
        8000, validation_alias="ANTIPHON_API_PORT", ge=1, le=65535, description="The port at which the API listens."
    )
    cors_origins: Annotated[str, AfterValidator(_origins)] | None = Field(
        None,
        validation_alias="ANTIPHON_CORS_ORIGINS",
        description="The origins of web pages that may call the API from a browser (CORS), exactly as browsers send "
        "them: https://desk.example.org, several with commas. Default: none.",
    )
    streams: int = Field(
        1000,
        validation_alias="ANTIPHON_STREAMS",
        ge=0,
        description="How many live streams one API process serves at once, at most.",
    )
    streams_per_caller: int = Field(
        50,
        validation_alias="ANTIPHON_STREAMS_PER_CALLER",
        ge=0,
        description="How many live streams one caller may have open, at most.",
    )
    connections: int = Field(
        3000,
        validation_alias="ANTIPHON_CONNECTIONS",
        ge=10,
        description="How many connections one API process keeps, at most: more than ANTIPHON_STREAMS. With one more, "
        "the one that was idle for longest is closed.",
    )
    requests: int = Field(
        500,
        validation_alias="ANTIPHON_REQUESTS",
        ge=1,
        description="How many requests one API process works on at once; further ones are refused for now (503).",
    )
    calls_per_minute: int = Field(
        6000,
        validation_alias="ANTIPHON_CALLS_PER_MINUTE",
        ge=1,
        description="How many calls one caller (the subject of a token) may make a minute, of which ten seconds' worth "
        "at once; more are refused (429). Each 32,768 bytes of a body or an answer count as one call more. Each API "
        "process counts its own.",
    )
    stranger_calls_per_minute: int = Field(
        600,
        validation_alias="ANTIPHON_STRANGER_CALLS_PER_MINUTE",
        ge=1,
        description="The same for each address, for calls without a valid token.",
    )
    body_bytes: int = Field(
        2_000_000,
        validation_alias="ANTIPHON_BODY_BYTES",
        ge=1000,
        description="How long a request's body may be, in bytes (413).",
    )
    body_seconds: float = Field(
        20.0,
        validation_alias="ANTIPHON_BODY_SECONDS",
        gt=0,
        le=600,
        description="How long a request's whole body may take to come, in seconds (408).",
    )
    head_seconds: float = Field(
        10.0,
        validation_alias="ANTIPHON_HEAD_SECONDS",
        gt=0,
        le=600,
        description="The same for a request's headers; a connection without them is closed.",
    )
    idle_seconds: float = Field(
        65.0,
        validation_alias="ANTIPHON_IDLE_SECONDS",
        gt=0,
        le=3600,
        description="How long, in seconds, a connection is kept between two requests, or while an answer is not read.",
    )
    ready_lag_seconds: float = Field(
        60.0,
        validation_alias="ANTIPHON_READY_LAG_SECONDS",
        gt=0,
        description="How old an event may become, in seconds, before a view has taken it in; beyond, /readyz says 503.",
    )
    ready_parked: int = Field(
        1000,
        validation_alias="ANTIPHON_READY_PARKED",
        ge=0,
        description="How many events a view may have quarantined; beyond, /readyz says 503.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_METRICS_TOKEN",
        min_length=16,
        description="The bearer token that may read /metrics. Default: requests from this machine may.",
    )

    @property
    def origins(self) -> list[str]:
        """The origins of web pages that may call."""
        return self.cors_origins.split(",") if self.cors_origins else []

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.connections <= self.streams:
            raise Refusal("settings-invalid", "ANTIPHON_CONNECTIONS must be more than ANTIPHON_STREAMS")
