"""Strict JSON (I-JSON, RFC 7493) for input from outside: every reader understands it in the same way."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any, NoReturn

MOST_NAMES = 100
"""The most names of an object; no valid input has so many."""
MOST_VALUES = 20_000
"""The most values in one text, at any depth; no valid input has so many."""
MOST_DEPTH = 20
"""How deep lists and objects may lie within each other."""
SMALL_BYTES = 4_096
"""So short a text is parsed at once: it cannot hold enough to keep anybody waiting."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


class NotStrict(ValueError):
    """The text is nested too deeply, has a name twice or too many items, has a number that JSON does not have, or is
    not UTF-8. The message says which, and quotes nothing."""


# Any: JSON.
def decoded(text: bytes, most_items: int | None = None, most_values: int = MOST_VALUES) -> Any:
    """Parse strict JSON. `most_items`: the most items of a list. `most_values`: the most values in all, at any depth.

    Raises NotStrict, and json.JSONDecodeError where the text is not JSON at all.
    """
    if len(text) > SMALL_BYTES:
        _check_shape(text, most_values)
    hook = partial(_object, most_items)
    try:
        return _bounded(json.loads(text.decode(), object_pairs_hook=hook, parse_constant=_constant), most_items)
    except RecursionError:
        raise NotStrict("it is nested too deeply") from None
    except (json.JSONDecodeError, NotStrict):
        raise
    except ValueError:
        raise NotStrict("it is no UTF-8, or has a number of thousands of digits") from None


def _check_shape(text: bytes, most_values: int) -> None:
    """Count values and depth before anything is parsed: a million values take memory and time in any parser.

    What is no JSON may be counted wrongly; the parser refuses it.
    """
    # No search beyond as many strings as there may be: each is a value or a name.
    rest, strings = _STRING.subn(b"", text, 2 * most_values + 1)
    values = rest.count(b",") + rest.count(b"[") + rest.count(b"{")
    brackets = rest.translate(None, _NO_BRACKETS)
    if strings > 2 * most_values or values > most_values or len(brackets) > 2 * most_values:
        raise NotStrict(f"it has more than {most_values} values")
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise NotStrict("it is nested too deeply")


def _object(most_items: int | None, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_NAMES:
        raise NotStrict(f"an object in it has more than {MOST_NAMES} names")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("an object in it has a name twice")
    for value in found.values():
        _bounded(value, most_items)
    return found


def _bounded(value: Any, most_items: int | None) -> Any:
    if most_items is not None and isinstance(value, list):
        if len(value) > most_items:
            raise NotStrict(f"a list in it has more than {most_items} items")
        for each in value:
            _bounded(each, most_items)
    return value


def _constant(name: str) -> NoReturn:
    raise NotStrict(f"JSON has no {name}")
