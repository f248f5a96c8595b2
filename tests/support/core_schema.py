"""What pydantic checks of an event, field by field: the nodes of the schema that the class was compiled to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

_NO_CHECK = ("metadata", "serialization", "ref")
"""What of a node says nothing about what is taken in."""


def nodes(model: type[BaseModel]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each node with the path of its field; of nested models, containers and unions, too."""
    return _nodes(model.__pydantic_core_schema__, "")


def _nodes(schema: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, list | tuple):
        for each in schema:
            yield from _nodes(each, path)
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for key, inner in schema.items():
        if schema.get("type") == "model-fields" and key == "fields":
            for name, field in inner.items():
                yield from _nodes(field, f"{path}.{name}".removeprefix("."))
        elif key not in _NO_CHECK:
            yield from _nodes(inner, path)
