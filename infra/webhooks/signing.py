"""Signatures of the Standard Webhooks specification: HMAC-SHA256 (v1), and Ed25519 (v1a).

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: what is signed is the id, the
timestamp in seconds and the body, with full stops between them; a header may hold several signatures, one for each key.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.refusal import Refusal
from domain.webhook import Algorithm

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
"""How far the timestamp of a post may be from now: an older post may be one that was overheard and is sent again."""
MOST_SIGNATURES = 10
ID_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class WebhookKey:
    """One key of a webhook: the 32 bytes of an HMAC secret, or of an Ed25519 private key."""

    algorithm: Algorithm
    bytes_: bytes

    @property
    def shown(self) -> str:
        """What the other side needs: the secret (`whsec_…`), or the public key (`whpk_…`)."""
        if self.algorithm == "hmac":
            return f"whsec_{b64encode(self.bytes_).decode()}"
        return f"whpk_{b64encode(self._private.public_key().public_bytes_raw()).decode()}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.bytes_)

    def sign(self, id: str, timestamp: int, body: bytes) -> str:
        """The signature with its version."""
        signed = _signed(id, timestamp, body)
        if self.algorithm == "hmac":
            return f"v1,{b64encode(hmac.digest(self.bytes_, signed, 'sha256')).decode()}"
        return f"v1a,{b64encode(self._private.sign(signed)).decode()}"

    def signed(self, signature: str, id: str, timestamp: int, body: bytes) -> bool:
        """Whether this is the key's signature."""
        if self.algorithm == "hmac":
            return hmac.compare_digest(signature.encode(), self.sign(id, timestamp, body).encode())
        version, _, encoded = signature.partition(",")
        if version != "v1a":
            return False
        try:
            self._private.public_key().verify(b64decode(encoded, validate=True), _signed(id, timestamp, body))
        except (InvalidSignature, ValueError):
            return False
        return True


def _signed(id: str, timestamp: int, body: bytes) -> bytes:
    return b"%b.%d.%b" % (id.encode(), timestamp, body)


def headers(keys: Sequence[WebhookKey], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a post, signed with each of the keys, the newest first."""
    signatures = " ".join(key.sign(id, timestamp, body) for key in reversed(keys))
    return {ID: id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def check(keys: Sequence[WebhookKey], given: Mapping[str, str], body: bytes, now: float) -> str:
    """Check the headers of a post, and answer its id. `now`: in seconds since 1970. Raises Refusal
    `signature-invalid`."""
    id, timestamp, signatures = (given.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not id or len(id) > ID_CHARACTERS or not id.isascii() or not id.isprintable() or "." in id:
        raise Refusal("signature-invalid", f"{ID}: send an id without a full stop, at most {ID_CHARACTERS} characters")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise Refusal("signature-invalid", f"{TIMESTAMP}: send the time in seconds since 1970")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        far = f"it is more than {TOLERANCE_SECONDS} seconds from now"
        raise Refusal("signature-invalid", f"{TIMESTAMP}: {far}; sign anew")
    found = signatures.split(" ")[:MOST_SIGNATURES]
    if not any(key.signed(each, id, int(timestamp), body) for key in keys for each in found):
        raise Refusal("signature-invalid", f"{SIGNATURE}: none of them is by a key of this webhook")
    return id
