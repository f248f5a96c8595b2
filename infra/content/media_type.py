"""The media type of content, by its first bytes: what a sender says of a file may be wrong, or meant to deceive."""

from __future__ import annotations

import puremagic

HEAD = 4_096
"""How many bytes from the beginning are looked at."""
UNKNOWN = "application/octet-stream"
SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "text/plain"})
"""The types that a browser may show in place, in which nothing runs; all others are only saved."""


def media_type(head: bytes) -> str:
    """The type that the first bytes of a file tell; UNKNOWN where they tell none."""
    if not head:
        return UNKNOWN
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    return found or ("text/plain" if _is_text(head) else UNKNOWN)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # The last character may have been cut.
        if error.start < len(head) - 3 or len(head) < HEAD:
            return False
        text = head[: error.start].decode()
    return all(sign.isprintable() or sign in "\t\r\n" for sign in text)
