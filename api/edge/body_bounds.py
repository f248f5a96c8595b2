"""What the largest valid body of a route holds: its bytes and values, as the schema of the body says.

So a route that takes a priority takes no two million bytes, and no list has to be looked at to find it too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

LEAST_BYTES = 65_536
"""Every route takes so many bytes, since a body may be spaced out and have names that its route does not know."""
LEAST_VALUES = 1_000
"""Every route takes so many values, so that what is wrong with a small body is said in its own words."""
ESCAPED_BYTES = 12
"""How many bytes one character may take in JSON: two escapes of six."""
MARKED_BYTES = 1_000
"""The most bytes of a text that is a number, a date, an id or one of a few words."""
MOST_ITEMS = 1_000
"""The longest list in a body whose schema names no longer one. To check each of a million items would keep all callers
waiting."""
MOST_NAMES = 100

# Any: a JSON schema.
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """The most bytes and values of a body, and of its lists the most items. `bytes` is None where a text may have any
    length."""

    bytes: int | None
    values: int
    items: int

    @classmethod
    def of(cls, schema: Schema) -> BodyBounds:
        """The bounds of a schema's bodies."""
        size, values = _bounds(schema, schema.get("$defs", {}))
        # As much again for spaces and line ends.
        most = None if size == inf else max(LEAST_BYTES, 2 * int(size))
        return cls(most, max(LEAST_VALUES, values), max([MOST_ITEMS, *_longest(schema)]))


def _longest(schema: Schema) -> Iterator[int]:
    """How long each list may be that a schema names, itself or within."""
    for name, value in schema.items():
        if name == "maxItems":
            yield value
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, Mapping):
                yield from _longest(each)


def _bounds(schema: Schema, named: Mapping[str, Schema]) -> tuple[float, int]:
    """The most bytes, and the most values inside of it."""
    if "$ref" in schema:
        return _bounds(named[schema["$ref"].rpartition("/")[2]], named)
    if choices := [_bounds(each, named) for word in ("anyOf", "oneOf", "allOf") for each in schema.get(word, ())]:
        return max(size for size, _ in choices), max(values for _, values in choices)
    match schema.get("type"):
        case "array":
            return _many(schema.get("maxItems", MOST_ITEMS), *_bounds(schema.get("items", {}), named))
        case "object":
            parts = [(len(name), _bounds(each, named)) for name, each in schema.get("properties", {}).items()]
            size = sum(ESCAPED_BYTES * name + size for name, (size, _) in parts)
            values = sum(1 + values for _, (_, values) in parts)
            if isinstance(schema.get("additionalProperties"), dict):
                most = min(schema.get("maxProperties", MOST_NAMES), MOST_NAMES)
                of_each = _bounds(schema["additionalProperties"], named)
                more = _many(most, of_each[0] + MARKED_BYTES, of_each[1])
                return size + more[0], values + more[1]
            return size, max(1, values)
        case "string" if "maxLength" in schema:
            return ESCAPED_BYTES * schema["maxLength"], 0
        case "string" if not {"enum", "const", "format", "pattern"} & schema.keys():
            return inf, 0
        case _:
            return MARKED_BYTES, 0


def _many(most: int, size: float, values: int) -> tuple[float, int]:
    return most * size, max(1, most) + most * values
