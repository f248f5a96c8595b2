"""`dataclasses.replace` in half of the time, for frozen classes with many fields: it looks them up once for each class.

Some rows of views are replaced with every event. Bench row `catch-up`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace  # mypy knows that one, and checks names and types by it
else:

    def replace(value, /, **changes):
        """A copy of a dataclass with two fields or more, some of which have other values. Raises KeyError for an
        unknown name."""
        values, places = _fields(type(value))
        copied = list(values(value))
        for name, changed in changes.items():
            copied[places[name]] = changed
        return type(value)(*copied)


@cache
def _fields(of: type) -> tuple[Callable[[object], tuple[Any, ...]], dict[str, int]]:  # Any: each field has its type
    names = [each.name for each in fields(of)]
    return attrgetter(*names), {name: place for place, name in enumerate(names)}
