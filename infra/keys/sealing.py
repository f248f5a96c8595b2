"""Sealing personal texts of the log: AES-256-GCM under the subject's key, bound to the text's place.

The place (stream, version, field) is the additional data, so that a sealed text moved to another event does not open.
"""

from __future__ import annotations

import binascii
import os
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.event import Event
from domain.kernel.personal import PersonalField, personal_fields
from infra.keys.subject_keys import SubjectKeys

_NONCE_BYTES = 12

OWN = "."
"""How a text begins that is sealed under a key of its own; no base64 does."""
_MAY_GO = "conversation-"
"""How the place of a text begins that may be taken out."""


class EventSeals:
    """Seals and opens the texts of events. A text of a conversation is sealed under a key of its event alone, which
    goes when the message is taken out; any other, and one of a person whose key a former release made, under the
    person's key. `keys_of`: a person's keys; it may raise."""

    def __init__(self, keys_of: Callable[[str], SubjectKeys]) -> None:
        self._keys_of = cache(keys_of)
        # One cipher for all texts of a subject: making a cipher takes longer than sealing a text.
        self._shared = cache(lambda subject: AESGCM(self._keys_of(subject).key))
        self._own = lru_cache(2)(self._own_cipher)

    def seal(self, text: str, subject: str, event: str, field: str) -> str:
        """Seal a text of the event at this place. Raises as `keys_of`."""
        own = self._own(subject, event) if event.startswith(_MAY_GO) else None
        if own is None:
            return seal(text, self._shared(subject), event + field)
        return OWN + seal(text, own, event + field)

    def open(self, sealed: str, subject: str, event: str, field: str) -> str | None:
        """Open a text of the event at this place; None where its own key was destroyed. Raises SealBroken, and as
        `keys_of`."""
        if not sealed.startswith(OWN):
            return unseal(sealed, self._shared(subject), event + field)
        own = self._own(subject, event)
        return None if own is None else unseal(sealed[len(OWN) :], own, event + field)

    def _own_cipher(self, subject: str, event: str) -> AESGCM | None:
        own = self._keys_of(subject).of_text(event)
        return None if own is None else AESGCM(own)


fields_of: Callable[[type[Event]], tuple[PersonalField, ...]] = cache(personal_fields)
"""The personal fields of an event class, computed once."""


Replace = Callable[[str, str, str], str]
"""(text, subject, field) -> the replacement."""


class SealBroken(Exception):
    """A sealed text does not open at this place under this key: it was changed or moved."""


def seal(text: str, cipher: AESGCM, place: str) -> str:
    """Seal a text: base64 of nonce and ciphertext. `cipher` is made of the subject's key."""
    return binascii.b2a_base64(seal_bytes(text.encode(), cipher, place), newline=False).decode("ascii")


def unseal(sealed: str, cipher: AESGCM, place: str) -> str:
    """Open a sealed text. Raises SealBroken."""
    try:
        return unseal_bytes(binascii.a2b_base64(sealed, strict_mode=True), cipher, place).decode()
    except ValueError:
        raise SealBroken(f"the text at {place} does not open") from None


def seal_bytes(content: bytes, cipher: AESGCM, place: str) -> bytes:
    """Seal bytes: nonce and ciphertext."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, place.encode())


def unseal_bytes(sealed: bytes, cipher: AESGCM, place: str) -> bytes:
    """Open sealed bytes. Raises SealBroken."""
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(f"the text at {place} does not open") from None


def replace_personal(
    event_class: type[Event],
    data: dict[str, Any],
    replace: Replace,
    *,
    version: int | None = None,
    unsealed: Replace | None = None,
) -> dict[str, Any]:
    """Replace every personal text in an event's data by `replace(text, subject, field)`; by `unsealed` those that the
    stored `version` of the event had not sealed yet. Changes `data`."""
    sealed = replace
    for field in fields_of(event_class):
        replace = sealed if unsealed is None or version is None or field.since <= version else unsealed
        step = field.path[0]
        if not (there := data.get(step)):
            continue  # most optional texts, and lists without texts
        if len(field.path) > 1:
            _replace_at(data, field.path, "", field.subject(data), replace)
        else:
            data[step] = replace(there, field.subject(data), step)
    return data


def _replace_at(data: Any, path: tuple[str, ...], at: str, subject: str, replace: Replace) -> None:
    steps = range(len(data)) if path[0] == "*" else [path[0]]
    for step in steps:
        if path[0] != "*" and data.get(step) is None:
            continue
        if path[1:]:
            _replace_at(data[step], path[1:], f"{at}{step}.", subject, replace)
        else:
            data[step] = replace(data[step], subject, f"{at}{step}")
