"""Views of the catalogue that may be split, each as a view of its own in three shards; and the same in one."""

from __future__ import annotations

from typing import Any

from infra.views.view import View
from projections.catalogue import VIEWS


def _with(view: View[Any], **values: Any) -> View[Any]:
    made: type[View[Any]] = type(type(view).__name__, (type(view),), values)
    return made()


SHARDED: tuple[View[Any], ...] = tuple(
    _with(view, name=f"{view.name}_in_shards", shards=3) for view in VIEWS if view.stream
)


def in_one(view: View[Any]) -> View[Any]:
    """The same view, told the same by people, in one shard."""
    return _with(view, shards=1)
