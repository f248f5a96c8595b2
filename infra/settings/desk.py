"""Settings of the desk: where its door listens, by which address browsers know it, and how much it holds."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from domain.kernel.refusal import Refusal
from infra.settings.room import Room

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?")
_ISSUER = re.compile(r"(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])[^\s?#]+")
_URL = re.compile(r"https?://[^\s?#]+")


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError("an origin is as browsers send it, such as https://desk.example.org: without a path")
    return text


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise ValueError("a URL begins with http:// or https:// and has no query, such as http://127.0.0.1:8000")
    return text.rstrip("/")


def _issuer(text: str) -> str:
    if not _ISSUER.fullmatch(text):
        raise ValueError("an issuer is a URL as the provider writes it, with https:// (http:// on this machine only)")
    return text


class DeskSettings(Room):
    """The settings of each process of the door."""

    host: str = Field(
        "127.0.0.1", validation_alias="ANTIPHON_DESK_HOST", description="The address at which the desk's door listens."
    )
    port: int = Field(
        8080,
        validation_alias="ANTIPHON_DESK_PORT",
        ge=1,
        le=65535,
        description="The port at which the desk's door listens. Where it is taken, and no ANTIPHON_DESK_ORIGIN is set, "
        "`antiphon run` takes another and prints it.",
    )
    origin: Annotated[str, AfterValidator(_origin)] | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_ORIGIN",
        description="The origin by which browsers know the desk, exactly as they send it: https://desk.example.org. "
        "Requests to any other are refused. Default: the address at which the door listens.",
    )
    api_url: Annotated[str, AfterValidator(_url)] | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_API_URL",
        description="Where the door finds the API. Default: where ANTIPHON_API_HOST and ANTIPHON_API_PORT say.",
    )
    sessions: int = Field(
        10_000,
        validation_alias="ANTIPHON_DESK_SESSIONS",
        ge=1,
        description="How many people one door keeps signed in, at most. With one more, whoever was away for longest "
        "signs in again.",
    )
    session_hours: float = Field(
        12.0,
        validation_alias="ANTIPHON_DESK_SESSION_HOURS",
        gt=0,
        le=24 * 7,
        description="How long somebody stays signed in, in hours.",
    )
    calls_at_once: int = Field(
        2000,
        validation_alias="ANTIPHON_DESK_CALLS",
        ge=10,
        description="How many calls, live streams among them, one door hands to the API at once, at most; further ones "
        "are refused for now (503).",
    )
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_OIDC_ISSUER",
        description="The provider with which people sign in (OpenID Connect), exactly as it names itself: "
        "https://login.example.org. It issues the tokens that the API checks (ANTIPHON_TOKEN_JWKS_FILE). It needs "
        "ANTIPHON_DESK_ORIGIN and ANTIPHON_DESK_OIDC_CLIENT_ID, and knows the client's redirect URI: the origin with "
        "/signed-in behind it (docs/desk.md).",
    )
    oidc_client_id: str | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_OIDC_CLIENT_ID",
        min_length=1,
        description="How the provider calls the desk.",
    )
    oidc_client_secret: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_OIDC_CLIENT_SECRET",
        description="By what the provider knows the desk (client_secret_basic). Default: none, a public client.",
    )
    oidc_scope: str = Field(
        "openid",
        validation_alias="ANTIPHON_DESK_OIDC_SCOPE",
        pattern=r"^openid( [!#-\[\]-~]+)*$",
        description="What the desk asks for, with blanks between. With offline_access, where the provider gives it, "
        "nobody signs in again when a token ends.",
    )
    oidc_resource: str | None = Field(
        None,
        validation_alias="ANTIPHON_DESK_OIDC_RESOURCE",
        min_length=1,
        description="For which API the token is, where the provider wants to be told (RFC 8707).",
    )

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.oidc_issuer and not (self.oidc_client_id and self.origin):
            raise Refusal(
                "settings-invalid",
                "with ANTIPHON_DESK_OIDC_ISSUER, set ANTIPHON_DESK_OIDC_CLIENT_ID and ANTIPHON_DESK_ORIGIN, too",
            )
