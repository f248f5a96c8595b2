"""`dataclasses.replace` in less than half of the time, for frozen classes with slots and many fields.

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
        values, places, put = _fields(type(value))
        copied = list(values(value))
        for name, changed in changes.items():
            copied[places[name]] = changed
        # Past the `__init__` of a frozen class, which looks for each field by name.
        new = object.__new__(type(value))
        for each, field in zip(put, copied, strict=True):
            each(new, field)
        return new


@cache
# Any: each field has its own type.
def _fields(of: type) -> tuple[Callable[[object], tuple[Any, ...]], dict[str, int], list[Callable[[Any, Any], None]]]:
    """By class: what reads all fields, the place of each among them, and what writes each into a new object's slot."""
    names = [each.name for each in fields(of)]
    return attrgetter(*names), {name: n for n, name in enumerate(names)}, [getattr(of, name).__set__ for name in names]
