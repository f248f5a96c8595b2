"""Text as it came: which text can be stored, and control characters that turn the direction of writing."""

from __future__ import annotations

import re
from typing import Annotated

import regex
from pydantic import BeforeValidator


def storable(text: str) -> str:
    """Check that a text can be stored unchanged. Only what PostgreSQL or UTF-8 cannot carry is refused."""
    if "\x00" in text:
        raise ValueError("text may not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text may not contain lone surrogates") from None
    return text


_HALF_PAIR = re.compile("[\\ud800-\\udfff]")


def has_half_pair(text: str) -> bool:
    """Whether a text holds half of a surrogate pair, which UTF-8 cannot carry."""
    return not text.isascii() and _HALF_PAIR.search(text) is not None


def readable(text: str, *, nul: bool = True) -> str:
    """The text with signs in place of what cannot be stored: U+FFFD for half a surrogate pair, U+2400 for NUL, where
    `nul` is set."""
    if not text.isascii():
        text = _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.replace("\x00", "\N{SYMBOL FOR NULL}") if nul else text


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_storable)]
"""Text of any length. What may be asked is shorter: `Label`, `Remark`, …"""


_BIDI = re.compile("[\\u202a-\\u202e\\u2066-\\u2069]")


def bidi(*texts: str | None) -> bool:
    """Whether one of the texts holds controls that turn the direction of writing (Unicode's UAX 9: embeddings,
    overrides, isolates), so that the text may look like another one. The text is kept as it came; readers are warned.
    """
    return any(text is not None and _BIDI.search(text) is not None for text in texts)


# The pattern of an empty braille cell is a sign of its own, and shows nothing either.
_LEGIBLE = regex.compile(r"[^\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]", regex.V1)


def is_legible(text: str) -> bool:
    """Whether a text shows anything to read: it holds more than blanks, control characters and invisible signs."""
    return _LEGIBLE.search(text) is not None
