"""Cursors: the place at which a page or a stream continues, as opaque text. Its content is internal."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from domain.kernel.refusal import Refusal


def encoded(place: Sequence[object]) -> str:
    """The cursor of a place: base64 of JSON."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


# Any: a sender may have invented the cursor, so the caller checks its content.
def decoded(cursor: str) -> Any:
    """The content of a cursor, unchecked. Raises ValueError."""
    try:
        return json.loads(base64.urlsafe_b64decode(cursor))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def place(cursor: str) -> list[str]:
    """The place of the row before this cursor. Raises Refusal `cursor-invalid`."""
    try:
        found = decoded(cursor)
    except ValueError:
        raise cursor_invalid() from None
    if not isinstance(found, list) or not all(isinstance(each, str) and _is_utf8(each) for each in found):
        raise cursor_invalid()
    return found


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def cursor_invalid() -> Refusal:
    """The refusal of a cursor that was not given out."""
    return Refusal("cursor-invalid", "begin again without a cursor; it goes from one answer to the next")
