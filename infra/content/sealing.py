"""Sealing of content: AES-256-GCM in chunks, under a key derived from the person's key and the file's own salt.

A chunk's nonce is its number, and whether it is the last one. So a chunk that was changed, moved, left out or cut off
does not open, and any range is opened without the rest (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
Vizár, 2015).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from infra.keys.sealing import SealBroken

CHUNK = 64 * 1024
"""The bytes of each chunk but the last."""
TAG = 16
_MAGIC = b"antiphon content 1\n"
_SALT = 16
HEADER = len(_MAGIC) + _SALT


def sealed(subject_key: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed bytes of a file: a header, then each chunk. The memory used does not depend on the file's size."""
    salt = os.urandom(_SALT)
    cipher = AESGCM(_derived(subject_key, salt, b"antiphon content"))
    yield _MAGIC + salt
    number, held = 0, bytearray()
    for part in parts:
        held += part
        # The last chunk is sealed as such, and only what follows tells that a chunk is not the last.
        while len(held) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:CHUNK]), None)
            del held[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), None)


def plain_size(sealed_size: int) -> int:
    """The size of a file by the size of its sealed bytes. Raises SealBroken."""
    body = sealed_size - HEADER
    rest = body % (CHUNK + TAG)
    # Only an empty file has an empty chunk; any other was cut off there, and nobody would open its last chunk.
    if body != TAG and (body < TAG or 0 < rest <= TAG):
        raise SealBroken("content was cut off")
    return body - chunks_of(sealed_size) * TAG


def chunks_of(sealed_size: int) -> int:
    """How many chunks sealed bytes of this size have."""
    return -(-(sealed_size - HEADER) // (CHUNK + TAG))


class ChunkOpener:
    """Opens the chunks of one file. Raises SealBroken where the header is none of ours."""

    def __init__(self, subject_key: bytes, header: bytes, sealed_size: int) -> None:
        if len(header) != HEADER or not header.startswith(_MAGIC):
            raise SealBroken("content does not begin as sealed content does")
        self._cipher = AESGCM(_derived(subject_key, header[len(_MAGIC) :], b"antiphon content"))
        self._last = chunks_of(sealed_size) - 1

    def opened(self, number: int, chunk: bytes) -> bytes:
        """One chunk by its number. Raises SealBroken."""
        try:
            return self._cipher.decrypt(_nonce(number, last=number == self._last), chunk, None)
        except (InvalidTag, ValueError):
            raise SealBroken(f"chunk {number} of content does not open") from None


def claim_of(subject_key: bytes, plain_sum: bytes) -> str:
    """The claim of a file of one person, in hex: who does not have the person's key learns nothing of the file."""
    return hmac.new(_derived(subject_key, b"", b"antiphon content claim"), plain_sum, hashlib.sha256).hexdigest()


def _derived(subject_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(subject_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
