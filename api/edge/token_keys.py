"""The keys that check tokens: a secret shared with the issuer, or the issuer's published keys."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from domain.kernel.refusal import Refusal

_LOGGER = structlog.get_logger("tokens")


@dataclass(frozen=True, slots=True, eq=False)
class TokenKeys:
    """Keys and their algorithms: fixed by the kind of key, never by what a token says. A published key must not serve
    as a shared secret."""

    key: OctKey | KeySet
    algorithms: tuple[str, ...]


def secret(value: bytes) -> TokenKeys:
    """The keys of a shared secret."""
    return TokenKeys(OctKey.import_key(value), ("HS256",))


def key_set(text: str) -> TokenKeys:
    """The keys of a JSON Web Key Set (RFC 7517). Raises Refusal `token-key-invalid`."""
    try:
        return TokenKeys(KeySet.import_key_set(json.loads(text)), ("ES256", "Ed25519", "RS256"))
    except (JoseError, ValueError, TypeError, LookupError, RecursionError):
        raise Refusal("token-key-invalid", "ANTIPHON_TOKEN_JWKS_FILE holds no JSON Web Key Set") from None


class KeySetFile:
    """A file with a key set, read again whenever it has changed, because issuers change their keys.

    A file that cannot be read, or holds no key set, leaves the former keys in force: a half-written file, or one that
    is gone for a moment, must not lock everybody out.
    """

    POLL_SECONDS = 1.0

    def __init__(self, path: Path) -> None:
        """Read the file. Raises Refusal `token-key-missing`, `token-key-invalid`."""
        self._path = path
        self._state = self._poll()
        self._polled_at = time.monotonic()
        self._keys = self._read()

    def current(self) -> TokenKeys:
        """The keys in force."""
        if time.monotonic() < self._polled_at + self.POLL_SECONDS:
            return self._keys
        self._polled_at = time.monotonic()
        if (state := self._poll()) != self._state:
            self._state = state
            try:
                self._keys = self._read()
                _LOGGER.info("token-keys-changed", file=str(self._path))
            except Refusal as refusal:
                _LOGGER.warning("token-keys-kept", file=str(self._path), code=refusal.code)
        return self._keys

    def _poll(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _read(self) -> TokenKeys:
        try:
            text = self._path.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal("token-key-missing", f"the keys for tokens cannot be read: {error}") from error
        return key_set(text)
