"""Settings of the tokens that callers of the API present."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from domain.kernel.refusal import Refusal
from domain.service import Services
from infra.keys.master_key import make_once
from infra.settings.home import make_home
from infra.settings.room import AbsolutePath, Listed, Room

TOKEN_SECRET_BYTES = 32


def _registered(described: tuple[str, ...]) -> tuple[str, ...]:
    Services.of(described)
    return described


class TokenSettings(Room):
    """The key that checks tokens."""

    secret: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_TOKEN_SECRET",
        description="The secret shared with whoever issues tokens (HS256): at least 32 bytes in base64. Default: "
        "ANTIPHON_TOKEN_JWKS_FILE, or, with the embedded PostgreSQL only, ANTIPHON_HOME/keys/token.secret, made at the "
        "first start.",
    )
    jwks_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_TOKEN_JWKS_FILE",
        description="A file with the JSON Web Key Set (RFC 7517) of whoever issues tokens (ES256, Ed25519, RS256). "
        "It is read again when it changed.",
    )
    issuer: str = Field(
        "antiphon",
        validation_alias="ANTIPHON_TOKEN_ISSUER",
        min_length=1,
        description="The issuer (iss) that tokens must name.",
    )
    audience: str = Field(
        "antiphon",
        validation_alias="ANTIPHON_TOKEN_AUDIENCE",
        min_length=1,
        description="The audience (aud) that tokens must name.",
    )
    registered_services: Annotated[Listed, AfterValidator(_registered)] = Field(
        (),
        validation_alias="ANTIPHON_SERVICES",
        description="The services that may call the API, with commas between them, each with what it may do: "
        "service-mail=read+deliver:mail,service-bot=read+act (docs/access.md). Default: every service to which the "
        "issuer gives a token, with everything that the role allows.",
    )

    @property
    def services(self) -> Services:
        """The services that may call the API, and what each may do."""
        return Services.of(self.registered_services)

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.secret and self.jwks_file:
            raise Refusal("settings-invalid", "set one of ANTIPHON_TOKEN_SECRET and ANTIPHON_TOKEN_JWKS_FILE, not both")

    def read_key(self, own_home: Path | None) -> bytes | Path:
        """The key that checks tokens: the bytes of a shared secret, or the file of a JSON Web Key Set. `own_home`:
        where a secret is made at the first call (see `Settings.own_home`).

        Raises Refusal `token-key-missing`, `token-key-invalid`.
        """
        if self.jwks_file:
            return self.jwks_file
        try:
            if self.secret:
                return _secret(self.secret.get_secret_value(), "ANTIPHON_TOKEN_SECRET")
            if own_home is None:
                raise Refusal(
                    "token-key-missing",
                    "with a DATABASE_URL, set ANTIPHON_TOKEN_JWKS_FILE to the key set of whoever issues tokens, or "
                    "ANTIPHON_TOKEN_SECRET to the secret shared with them",
                )
            file = own_home / "keys" / "token.secret"
            make_home(own_home)
            make_once(file)
            return _secret(file.read_text(), str(file))
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("token-key-missing", f"the key for tokens cannot be read: {error}") from error


def _secret(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < TOKEN_SECRET_BYTES:  # RFC 7518 section 3.2: no shorter than the hash
        raise Refusal(
            "token-key-invalid",
            f"{where} must hold at least {TOKEN_SECRET_BYTES} bytes in base64; `openssl rand -base64 32` makes them",
        )
    return secret
