"""Tokens that prove to which conversation a mail belongs: in an address or a Message-ID of ours, or in a subject.

A token holds ids and a MAC of them under the installation's key. A bare number or id proves nothing: whoever can guess
one would read and write in other people's conversations. Tokens are in base32 and compared without regard to case,
because mail servers may change the case of addresses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.ids import kind_of

MAC_BYTES = 10
"""80 bits, which nobody guesses by sending mails; an address has room for 64 characters before its `@` (RFC 5321)."""
TOKEN_CHARACTERS = len("+c.") + 26 + len(".") + 16
"""How much longer an address gets by its token."""
_ID, _MAC = "[a-z2-7]{26}", "[a-z2-7]{16}"
_ADDRESS = re.compile(rf"[^@]+\+c\.({_ID})\.({_MAC})@[^@]+", re.IGNORECASE | re.ASCII)
_RETURN = re.compile(rf"[^@]+\+b\.({_ID})\.({_MAC})@[^@]+", re.IGNORECASE | re.ASCII)
_MESSAGE_ID = re.compile(rf"<?({_ID})\.({_ID})\.({_MAC})@[^@>]+>?", re.IGNORECASE | re.ASCII)
_TAG = re.compile(rf"\[#({_ID})\.({_MAC})\]", re.IGNORECASE | re.ASCII)
_MESSAGE_IDS = re.compile(rf"{_ID}\.{_ID}\.{_MAC}@[A-Za-z0-9.-]{{1,253}}", re.IGNORECASE | re.ASCII)
MOST_TAGS = 10
"""How many tags of a subject are looked at."""
MOST_IDS = 10
"""How many ids of a text that look like ours are looked at."""


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """What a Message-ID of ours says: which message it is, of which conversation."""

    message_id: str
    conversation_id: str


class MailTokens:
    """Makes and checks tokens under one key."""

    def __init__(self, key: bytes) -> None:
        """`key`: secret, the same in all processes of the installation, of at least 32 bytes."""
        if len(key) < 32:
            raise ValueError("a key of at least 32 bytes")
        self._key = key

    def address(self, mailbox: str, conversation_id: str) -> str:
        """The address of this mailbox at which answers find the conversation: `help+c.<id>.<mac>@example.com`."""
        local, _, domain = mailbox.rpartition("@")
        id = _packed(conversation_id)
        return f"{local}+c.{_text(id)}.{self._mac('address', id)}@{domain}"

    def in_address(self, address: str) -> str | None:
        """The conversation that an address proves; None where it proves none."""
        found = _ADDRESS.fullmatch(address.strip())
        return self._conversation("address", found[1], found[2]) if found else None

    def return_address(self, mailbox: str, message_id: str) -> str:
        """The address to which mail systems report on a message of ours: `help+b.<id>.<mac>@example.com` (VERP)."""
        local, _, domain = mailbox.rpartition("@")
        id = _packed(message_id)
        return f"{local}+b.{_text(id)}.{self._mac('return', id)}@{domain}"

    def in_return_address(self, address: str) -> str | None:
        """The message of ours to whose return address a mail came; None where it is none."""
        found = _RETURN.fullmatch(address.strip())
        packed = _bytes(found[1]) if found else None
        fits = found is not None and packed is not None and self._fits("return", packed, found[2])
        return _id("message", packed) if packed is not None and fits else None

    def message_id(self, message_id: str, conversation_id: str, domain: str) -> str:
        """The Message-ID of a message of ours, the same each time it is sent: a repeat is the same mail."""
        message, conversation = _packed(message_id), _packed(conversation_id)
        mac = self._mac("message", message + conversation)
        return f"<{_text(message)}.{_text(conversation)}.{mac}@{domain}>"

    def in_message_id(self, message_id: str) -> OwnMessage | None:
        """The message of ours that has this Message-ID; None where we gave none such out."""
        found = _MESSAGE_ID.fullmatch(message_id.strip())
        ids = [_bytes(found[1]), _bytes(found[2])] if found else [None]
        if found is None or None in ids:
            return None
        message, conversation = (each or b"" for each in ids)
        if not self._fits("message", message + conversation, found[3]):
            return None
        return OwnMessage(_id("message", message), _id("conversation", conversation))

    def in_text(self, text: str) -> tuple[OwnMessage, str] | None:
        """The first Message-ID of ours in a text, and as it stands there; None where none is."""
        for number, found in enumerate(_MESSAGE_IDS.finditer(text)):
            if number == MOST_IDS:
                return None
            if own := self.in_message_id(found[0]):
                return own, f"<{found[0]}>"
        return None

    def tag(self, conversation_id: str) -> str:
        """The tag with which a subject proves its conversation: `[#<id>.<mac>]`."""
        id = _packed(conversation_id)
        return f"[#{_text(id)}.{self._mac('subject', id)}]"

    def in_subject(self, subject: str) -> str | None:
        """The conversation that a tag of a subject proves; None where none does."""
        for number, found in enumerate(_TAG.finditer(subject)):
            if number == MOST_TAGS:
                return None
            if conversation_id := self._conversation("subject", found[1], found[2]):
                return conversation_id
        return None

    def _conversation(self, purpose: str, id: str, mac: str) -> str | None:
        packed = _bytes(id)
        fits = packed is not None and self._fits(purpose, packed, mac)
        return _id("conversation", packed) if packed is not None and fits else None

    def _fits(self, purpose: str, packed: bytes, mac: str) -> bool:
        # In constant time: else the time of an answer would tell how much of a guess was right.
        return hmac.compare_digest(self._mac(purpose, packed).encode(), mac.lower().encode())

    def _mac(self, purpose: str, packed: bytes) -> str:
        # The purpose is part of what is signed: a MAC seen in a subject opens no address.
        return _text(hmac.digest(self._key, purpose.encode() + b"\x00" + packed, hashlib.sha256)[:MAC_BYTES])


def _packed(id: str) -> bytes:
    """The 16 bytes of an id's UUID. Raises ValueError."""
    return UUID(id.removeprefix(f"{kind_of(id)}-")).bytes


def _id(kind: str, packed: bytes) -> str:
    return f"{kind}-{UUID(bytes=packed)}"


def _text(packed: bytes) -> str:
    return base64.b32encode(packed).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes | None:
    """The bytes of an id in base32; None for what no token of ours is written like."""
    try:
        packed = base64.b32decode(text.upper() + "======")
    except binascii.Error:
        return None
    return packed if _text(packed) == text.lower() else None
