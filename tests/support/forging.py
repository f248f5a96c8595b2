"""Tokens as issuers sign them, and as whoever should not get in makes them up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

AsymmetricKey = ECKey | OKPKey | RSAKey
ISSUER, AUDIENCE = "https://issuer.example", "antiphon-test"


def claims(**other: Any) -> dict[str, Any]:
    """Claims that hold for a minute; `other` ones instead, None for none."""
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "service-mail", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**usual, **other}.items() if value is not None}


class Issuer:
    """Somebody who signs tokens and publishes the keys."""

    def __init__(self) -> None:
        self.keys: dict[str, AsymmetricKey] = {
            "ES256": ECKey.generate_key("P-256", {"kid": "es", "alg": "ES256", "use": "sig"}),
            "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed", "alg": "Ed25519", "use": "sig"}),
            "RS256": RSAKey.generate_key(2048, {"kid": "rs", "alg": "RS256", "use": "sig"}),
        }

    def publish(self, file: Path, *algorithms: str) -> Path:
        """Write the public keys, or those of these algorithms."""
        chosen = [self.keys[name] for name in algorithms or self.keys]
        file.write_text(json.dumps(KeySet(list(chosen)).as_dict(private=False)))
        return file

    def sign(self, algorithm: str, said: dict[str, Any] | None = None, **header: Any) -> str:
        """A token with these claims; with another `kid` in the header where one is given, none with None."""
        key = self.keys[algorithm]
        given = {"alg": algorithm, "kid": key.kid, **header}
        given = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(given, said or claims(), key, algorithms=[algorithm])


def made_up(header: Any, said: Any, key: bytes | None = None) -> str:
    """A token of any header and claims: signed with HMAC-SHA256, whatever the header says, or not at all."""
    parts = [_encoded(each if isinstance(each, bytes) else json.dumps(each).encode()) for each in (header, said)]
    signed = ".".join(parts)
    seal = hmac.new(key, signed.encode(), hashlib.sha256).digest() if key is not None else b""
    return f"{signed}.{_encoded(seal)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
