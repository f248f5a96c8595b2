"""How many bytes of memory a loaded state holds, roughly: fast enough to be asked of each state that is kept."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass
from itertools import islice

SAMPLED = 8
"""How many elements of a collection are looked at; the others are reckoned to be like these."""


def held_bytes(value: object) -> int:
    """The bytes of a value with all that it holds. What several values share is counted for each."""
    return sys.getsizeof(value) + _held(value)


def _held(value: object) -> int:
    if isinstance(value, dict):
        return _sampled(value) + _sampled(value.values())
    if isinstance(value, (tuple, list, frozenset, set)):
        return _sampled(value)
    if (names := _NAMES[type(value)]) is not None:
        return _sum(getattr(value, name) for name in names)
    return _sum(held.values()) if (held := getattr(value, "__dict__", None)) else 0


def _sum(values: Iterable[object]) -> int:
    size = 0
    for each in values:
        if each is None:
            continue
        size += sys.getsizeof(each)
        if not isinstance(each, (str, int, bytes)):
            size += _held(each)
    return size


def _sampled(values: Collection[object]) -> int:
    count = len(values)
    if count <= SAMPLED:
        return _sum(values) if count else 0
    return _sum(islice(values, SAMPLED)) * count // SAMPLED


class _Names(dict[type, "tuple[str, ...] | None"]):
    """The names of a class's fields, by class; None for what is no dataclass."""

    def __missing__(self, of: type) -> tuple[str, ...] | None:
        found = self[of] = tuple(field.name for field in fields(of)) if is_dataclass(of) else None
        return found


_NAMES = _Names()
