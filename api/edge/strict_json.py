"""Bodies of JSON that mean one thing to everybody who reads them (I-JSON, RFC 7493)."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from api.edge.access import Guarded

MOST_NAMES = 100
"""How many names an object may have; no body has as many."""
MOST_ITEMS = 1_000
"""How many items a list may have: as many as the longest of any body. To check each of a million keeps all waiting."""


class StrictJSON(Guarded):
    """A route whose body is refused where it is nested too deeply, or names something twice, or has too many of
    anything, or a number that JSON does not have."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What takes a request."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_Request(request.scope, request.receive))

        return strict


class _Request(Request):
    async def json(self) -> Any:
        body = await self.body()
        try:
            return _bounded(json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_constant))
        except RecursionError:
            raise _refused("it is nested too deeply") from None
        except json.JSONDecodeError:
            raise
        except ValueError:
            raise _refused("it is no UTF-8, or has a number of thousands of digits") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_NAMES:
        raise _refused(f"an object in it has more than {MOST_NAMES} names")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("an object in it has a name twice")
    for value in found.values():
        _bounded(value)
    return found


def _bounded(value: Any) -> Any:
    if isinstance(value, list):
        if len(value) > MOST_ITEMS:
            raise _refused(f"a list in it has more than {MOST_ITEMS} items")
        for each in value:
            _bounded(each)
    return value


def _constant(name: str) -> NoReturn:
    raise _refused(f"JSON has no {name}")


def _refused(what: str) -> HTTPException:
    # FastAPI lets no other exception out of the reading of a body.
    return HTTPException(422, f"body: {what}")
