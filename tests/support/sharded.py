"""Views of the catalogue that may be split, each as a view of its own in three shards; and the same in one."""

from __future__ import annotations

from typing import Any

from infra.views.view import AnyView
from projections.catalogue import VIEWS


def _with(view: AnyView, **values: Any) -> AnyView:
    made: type[AnyView] = type(type(view).__name__, (type(view),), values)
    return made()


SHARDED: tuple[AnyView, ...] = tuple(
    _with(view, name=f"{view.name}_in_shards", shards=3) for view in VIEWS if view.stream
)


def in_one(view: AnyView) -> AnyView:
    """The same view, told the same by people, in one shard."""
    return _with(view, shards=1)
