"""Strict JSON (I-JSON, RFC 7493) for input from outside: every reader understands it in the same way."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NoReturn

MOST_NAMES = 100
"""The most names of an object; no valid input has so many."""


class NotStrict(ValueError):
    """The text is nested too deeply, has a name twice or too many items, has a number that JSON does not have, or is
    not UTF-8. The message says which, and quotes nothing."""


# Any: JSON.
def decoded(text: bytes, most_items: int | None = None) -> Any:
    """Parse strict JSON. `most_items`: the most items of a list.

    Raises NotStrict, and json.JSONDecodeError where the text is not JSON at all.
    """
    hook = partial(_object, most_items)
    try:
        return _bounded(json.loads(text.decode(), object_pairs_hook=hook, parse_constant=_constant), most_items)
    except RecursionError:
        raise NotStrict("it is nested too deeply") from None
    except (json.JSONDecodeError, NotStrict):
        raise
    except ValueError:
        raise NotStrict("it is no UTF-8, or has a number of thousands of digits") from None


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
