"""JSON from outside that means one thing to everybody who reads it (I-JSON, RFC 7493)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NoReturn

MOST_NAMES = 100
"""How many names an object may have; nothing that is taken in has as many."""


class NotStrict(ValueError):
    """JSON that is nested too deeply, names something twice, has too many of anything, or a number that JSON does not
    have; or no UTF-8. The message says which, and quotes nothing."""


# Any: JSON.
def decoded(text: bytes, most_items: int | None = None) -> Any:
    """What the JSON says. `most_items`: how many items a list may have.

    Raises NotStrict, and json.JSONDecodeError where the text is no JSON at all.
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
