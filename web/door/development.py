"""Signing in on one's own machine: links that `antiphon run` prints, and tokens that the door makes itself.

Only for the embedded sample, whose secret for tokens was made here. Elsewhere people sign in with their provider.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.jwk import OctKey

TOKEN_SECONDS = 3600
RENEWED_SECONDS = 60
"""How long before its end a token is replaced."""
_SUBJECT = re.compile(r"(staff|customer)-[0-9a-f-]{36}")


@dataclass(frozen=True)
class TokenIssuer:
    """What makes the tokens of the embedded sample: the secret that the API checks them with."""

    secret: bytes
    issuer: str
    audience: str

    def issue(self, subject: str) -> tuple[str, float]:
        """A token of this subject, and when it ends, in seconds since 1970."""
        now = int(time.time())
        ends_at = now + TOKEN_SECONDS
        claims = {"iss": self.issuer, "aud": self.audience, "sub": subject, "iat": now, "exp": ends_at}
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret), algorithms=["HS256"]), ends_at


class OwnTokens:
    """The tokens of one subject, made anew before one ends."""

    def __init__(self, issuer: TokenIssuer, subject: str) -> None:
        self._issuer = issuer
        self._subject = subject
        self._token, self._ends_at = issuer.issue(subject)

    async def token(self) -> str:
        """A token that is valid now."""
        if time.time() > self._ends_at - RENEWED_SECONDS:
            self._token, self._ends_at = self._issuer.issue(self._subject)
        return self._token


class Links:
    """Signed links that sign one person in, until a time. They hold no token, and leave the address bar at once."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: that of the tokens. The signature is of another purpose, so that neither serves as the other."""
        self._key = hmac.digest(secret, b"antiphon: links that sign in at the desk", hashlib.sha256)

    def path(self, subject: str, until: int) -> str:
        """The path of a link for this subject. `until`: seconds since 1970."""
        return f"/enter/{subject}/{until}/{self._signature(subject, until)}"

    def subject(self, subject: str, until: str, signature: str) -> str | None:
        """Whom the parts of a link sign in now; None where the link was not made here, or has expired."""
        if not _SUBJECT.fullmatch(subject) or not re.fullmatch(r"\d{1,12}", until, re.ASCII):
            return None
        right = self._signature(subject, int(until))
        if not hmac.compare_digest(right.encode(), signature.encode()) or int(until) < time.time():
            return None
        return subject

    def _signature(self, subject: str, until: int) -> str:
        return hmac.digest(self._key, f"{subject} {until}".encode(), hashlib.sha256).hex()
