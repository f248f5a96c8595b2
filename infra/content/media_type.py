"""The media type of content, by its first bytes: what a sender says of a file may be wrong, or meant to deceive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

import puremagic
from puremagic.main import PureMagic, magic_footer_array, magic_header_array, max_foot, multi_part_dict

HEAD = 4_096
"""How many bytes from the beginning are looked at."""
UNKNOWN = "application/octet-stream"
SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "text/plain"})
"""The types that a browser may show in place, in which nothing runs; all others are only saved."""

_MOST_KNOWN = 1_000
_known: dict[tuple[tuple[int, bytes], ...], str] = {}
"""What the library said, by the signs that it found: where they are the same, it says the same."""


def _by_place(signs: Iterable[PureMagic]) -> Mapping[tuple[int, int], Set[bytes]]:
    found: dict[tuple[int, int], set[bytes]] = {}
    for each in signs:
        found.setdefault((each.offset, len(each.byte_match)), set()).add(each.byte_match)
    return found


# By where a sign stands and how long it is: the library would try each of its 1,400 signs on each file.
_BEGINS, _ENDS = _by_place(magic_header_array), _by_place(magic_footer_array)


def media_type(head: bytes) -> str:
    """The type that the first bytes of a file tell; UNKNOWN where they tell none."""
    if not head:
        return UNKNOWN
    signs = (*_signs(_BEGINS, head), *_signs(_ENDS, head[-max_foot:]))
    if signs not in _known or any(sign in multi_part_dict for _, sign in signs):
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[signs] = _told(head)
    return _known[signs] or ("text/plain" if _is_text(head) else UNKNOWN)


def _signs(known: Mapping[tuple[int, int], Set[bytes]], part: bytes) -> Iterator[tuple[int, bytes]]:
    """The signs that stand in a part of a file, each with its place; a place below 0 counts from the end."""
    for (begin, length), signs in known.items():
        sign = part[begin : begin + length or None] if begin < 0 else part[begin : begin + length]
        if sign in signs:
            yield begin, sign


def _told(head: bytes) -> str:
    """What the library says; nothing where it does not know."""
    try:
        return puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # The last character may have been cut.
        if error.start < len(head) - 3 or len(head) < HEAD:
            return False
        text = head[: error.start].decode()
    return all(sign.isprintable() or sign in "\t\r\n" for sign in text)
