"""Whatever a caller may send in a body reaches the command: each field is named where the command is made."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.contract import bodies
from api.contract.bodies.conversation import HandOverBody
from api.contract.bodies.fields import Dated
from api.server import routes


def endpoints(found: Iterable[Any]) -> Iterator[Callable[..., Any]]:  # Any: whatever FastAPI takes for a route
    """The functions that answer these routes, and those of the routers among them."""
    for route in found:
        if hasattr(route, "original_router"):
            yield from endpoints(route.original_router.routes)
        elif isinstance(route, APIRoute):
            yield route.endpoint


def taking_bodies() -> Iterator[tuple[Callable[..., Any], type[BaseModel]]]:
    """Each function that answers a route with a body of `api/contract/bodies/`, and the body."""
    for function in endpoints(routes().routes):
        kind = inspect.signature(function, eval_str=True).parameters.get("body")
        if kind is not None and kind.annotation.__module__.startswith(f"{bodies.__name__}."):
            yield function, kind.annotation


def left_out(function: Callable[..., Any], body: type[BaseModel]) -> set[str]:
    """The fields of the body that the function does not read; none where it hands on the body as a whole."""
    nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))
    read = [each.attr for each in nodes if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "body"]
    times = sum(isinstance(each, ast.Name) and each.id == "body" for each in nodes)
    whole = times > len(read) or not {"command", "model_dump"}.isdisjoint(read)
    # Each method of a body reads its fields for the function.
    read += [name for name in Dated.model_fields if "dated" in read]
    return set() if whole else set(body.model_fields).difference(read)


def test_no_field_of_a_body_is_left_out() -> None:
    found = list(taking_bodies())
    assert len(found) > 25
    assert {function.__name__: left for function, body in found if (left := left_out(function, body))} == {}


def _forgetful(id: str, body: HandOverBody) -> tuple[str, str | None]:
    return body.team_id, body.agent_id


def test_a_field_that_is_left_out_is_found() -> None:
    assert left_out(_forgetful, HandOverBody) == {"because"}
