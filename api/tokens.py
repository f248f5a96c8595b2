"""Bearer tokens: JWTs (RFC 7519) of one issuer for one audience, signed with a shared secret or its published keys."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from domain.refusal import Refusal

WITH_SECRET = ("HS256",)
WITH_KEYS = ("ES256", "Ed25519", "RS256")
"""Pinned by what the key is, never by what a token says: a published key must not do as a shared secret."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that holds says. `expires_at`: seconds since 1970."""

    subject: str
    expires_at: int


class Tokens:
    """Checks tokens, and remembers for their lifetime those that held."""

    REMEMBERED = 10_000

    def __init__(self, key: bytes | str, issuer: str, audience: str) -> None:
        """`key`: a shared secret as bytes, or a JSON Web Key Set (RFC 7517) as text. Raises Refusal
        `token-key-invalid`."""
        self._algorithms: Sequence[str] = WITH_SECRET if isinstance(key, bytes) else WITH_KEYS
        try:
            self._key: Any = (
                OctKey.import_key(key) if isinstance(key, bytes) else KeySet.import_key_set(json.loads(key))
            )
        except (ValueError, JoseError) as error:
            raise Refusal("token-key-invalid", "ANTIPHON_TOKEN_JWKS_FILE holds no JSON Web Key Set") from error
        self._issuer = issuer
        self._audience = audience
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._held: OrderedDict[str, Claims] = OrderedDict()

    def bearer(self, authorization: str) -> Claims:
        """What the token in an Authorization header says. Raises Refusal `token-missing`, `token-invalid`."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("token-missing", "send a token in the header: Authorization: Bearer …")
        return self.check(token.strip())

    def check(self, token: str) -> Claims:
        """What the token says. Raises Refusal `token-invalid`."""
        held = self._held.get(token)
        if held is None:
            held = self._checked(token)
            self._held[token] = held
            if len(self._held) > self.REMEMBERED:
                self._held.popitem(last=False)
        if held.expires_at <= datetime.now(UTC).timestamp():
            del self._held[token]
            raise _invalid()
        return held

    def _checked(self, token: str) -> Claims:
        try:
            claims = jwt.decode(token, self._key, algorithms=list(self._algorithms)).claims
            self._claims.validate(claims)
            return Claims(str(claims["sub"]), int(claims["exp"]))
        except (JoseError, ValueError, TypeError, KeyError):
            # Not which check it was that failed: that would help whoever tries.
            raise _invalid() from None

    def issue(self, subject: str, valid_for: timedelta) -> str:
        """A token for development, signed with the shared secret."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + valid_for).timestamp()),
        }
        return jwt.encode({"alg": WITH_SECRET[0]}, claims, self._key, algorithms=list(WITH_SECRET))


def _invalid() -> Refusal:
    return Refusal("token-invalid", "get a new token from your issuer; `antiphon token` makes one for development")
