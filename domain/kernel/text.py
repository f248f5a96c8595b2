"""Text as it came: what can be stored, and marks that turn its direction."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator


def storable(text: str) -> str:
    """Content is kept as it came; only what PostgreSQL or UTF-8 cannot carry back unchanged is refused."""
    if "\x00" in text:
        raise ValueError("text may not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text may not contain lone surrogates") from None
    return text


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_storable)]
"""Text of any length. What may be asked is shorter: `Label`, `Remark`, …"""


_BIDI = re.compile("[\\u202a-\\u202e\\u2066-\\u2069]")


def bidi(*texts: str | None) -> bool:
    """Whether one of these holds controls that turn the direction of what follows (Unicode's UAX 9: embeddings,
    overrides, isolates), so that it may show as something else than it is. It is kept as it came, and its reader told.
    """
    return any(text is not None and _BIDI.search(text) is not None for text in texts)
