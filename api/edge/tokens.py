"""Bearer tokens: JWTs (RFC 7519) of one issuer for one audience, signed with a shared secret or its published keys."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from cachetools import LRUCache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from api.edge.token_keys import KeySetFile, TokenKeys, secret
from domain.kernel.refusal import Refusal

LONGEST = 8_000
"""The most characters of a token."""
FOR_EVER = 253_402_300_799
"""The end of the year 9999: a later expiry counts as this one, since no clock can wait for it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token. `expires_at`: seconds since 1970. `token_id`: its `jti`; of a token without one, a
    hash of what is signed, which nobody can change, as they can a signature."""

    subject: str
    expires_at: int
    token_id: str


class Tokens:
    """Checks tokens, and remembers valid ones for their lifetime."""

    REMEMBERED = 10_000

    def __init__(self, key: bytes | Path, issuer: str, audience: str) -> None:
        """`key`: a shared secret, or the file of a JSON Web Key Set. Raises Refusal `token-key-missing`,
        `token-key-invalid`."""
        self._current = _always(secret(key)) if isinstance(key, bytes) else KeySetFile(key).current
        self._keys = self._current()
        self._issuer = issuer
        self._audience = audience
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._verified: LRUCache[str, Claims] = LRUCache(self.REMEMBERED)

    def bearer(self, authorization: str) -> Claims:
        """The claims of the token in an Authorization header. Raises Refusal `token-missing`, `token-invalid`."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("token-missing", "send a token in the header: Authorization: Bearer …")
        return self.check(token.strip())

    def check(self, token: str) -> Claims:
        """The claims of a token. Raises Refusal `token-invalid`."""
        if (keys := self._current()) is not self._keys:
            self._keys = keys
            self._verified.clear()  # tokens of a key that is published no longer are not valid any more
        verified = self._verified.get(token)
        if verified is None:
            verified = self._verified[token] = self._checked(token)
        if verified.expires_at <= datetime.now(UTC).timestamp():
            raise _invalid()
        return verified

    def _checked(self, token: str) -> Claims:
        if len(token) > LONGEST:
            raise _invalid()
        try:
            claims = jwt.decode(token, self._keys.key, algorithms=self._keys.algorithms).claims
            self._claims.validate(claims)
            return Claims(str(claims["sub"]), min(int(claims["exp"]), FOR_EVER), _token_id(claims.get("jti"), token))
        # A header or claims with a thousand brackets are RecursionErrors, an expiry of 1e400 is an OverflowError.
        except (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            # Not which check failed: that would help an attacker.
            raise _invalid() from None

    def issue(self, subject: str, valid_for: timedelta) -> str:
        """Issue a token for development, signed with the shared secret. Raises Refusal `secret-not-shared`."""
        if not isinstance(self._keys.key, OctKey):
            raise Refusal(
                "secret-not-shared", "tokens are checked with published keys here, and only their issuer can make one"
            )
        now = datetime.now(UTC)
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "jti": token_hex(16),
            "iat": int(now.timestamp()),
            "exp": int((now + valid_for).timestamp()),
        }
        (algorithm,) = self._keys.algorithms
        return jwt.encode({"alg": algorithm}, claims, self._keys.key, algorithms=[algorithm])


def _always(keys: TokenKeys) -> Callable[[], TokenKeys]:
    return lambda: keys


def _token_id(jti: object, token: str) -> str:
    if isinstance(jti, str) and jti:
        return jti
    return f"sha256:{hashlib.sha256(token.rpartition('.')[0].encode()).hexdigest()}"


def _invalid() -> Refusal:
    return Refusal("token-invalid", "get a new token from your issuer; `antiphon token` makes one for development")
