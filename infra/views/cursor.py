"""Cursors: the place at which a page or a stream continues, as opaque text. Its content is internal."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.refusal import Refusal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONG = re.compile(
    rb"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00"
)
"""What makes cursors long: UUIDs, and times as PostgreSQL writes them."""
_PACKED = re.compile(rb"\x01(?P<uuid>.{16})|\x02(?P<time>.{8})", re.DOTALL)
"""The same in bytes, after a sign that JSON does not have."""


def encoded(place: Sequence[object]) -> str:
    """The cursor of a place: base64 of JSON, in which UUIDs and times are packed, so that a cursor can be typed."""
    packed = _LONG.sub(_pack, json.dumps(place, separators=(",", ":")).encode())
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


# Any: a sender may have invented the cursor, so the caller checks its content.
def decoded(cursor: str) -> Any:
    """The content of a cursor, unchecked; also of one from a release that packed nothing. Raises ValueError."""
    try:
        return json.loads(_PACKED.sub(_unpack, base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _pack(found: re.Match[bytes]) -> bytes:
    if found["uuid"]:
        return b"\x01" + UUID(found[0].decode()).bytes
    try:
        since = datetime.fromisoformat(found[0].decode()) - _EPOCH
    except ValueError:  # of digits that are no time
        return found[0]
    packed = (since // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)
    return b"\x02" + packed if _time(packed) == found[0] else found[0]


def _unpack(found: re.Match[bytes]) -> bytes:
    if found["uuid"]:
        return str(UUID(bytes=found["uuid"])).encode()
    return _time(found["time"])


def _time(packed: bytes) -> bytes:
    """A time as PostgreSQL writes it. Raises ValueError."""
    try:
        at = _EPOCH + timedelta(microseconds=int.from_bytes(packed, "big", signed=True))
    except OverflowError:
        raise ValueError("no time") from None
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction}+00".encode()


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
