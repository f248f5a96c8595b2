"""A read that asks for nothing but its id goes straight to its function.

What FastAPI finds out about a call's parameters takes it as long as PostgreSQL takes for a page; of a call without any,
there is nothing to find out.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.access import calling, permitted
from api.parts import ID

_GIVEN = {"parts", "at_least"}
"""What goes to every read besides its id and what has a default."""


class StraightRoute(APIRoute):
    """The same answers as any route; calls with a query or an At-Least, or with an odd id, go the usual way."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        usual = super().get_route_handler()
        endpoint: Any = self.endpoint
        parameters = inspect.signature(endpoint).parameters.values()
        needed = {each.name for each in parameters if each.default is each.empty}
        if needed - {"id"} != _GIVEN:
            return usual
        allowed = (self.openapi_extra or {})["x-roles"]
        is_id = re.compile(ID).fullmatch

        async def straight(request: Request) -> Response:
            ids = request.path_params
            if request.scope["query_string"] or "at-least" in request.headers or not all(map(is_id, ids.values())):
                return await usual(request)
            permitted(await calling(request), allowed)
            answer: Response = await endpoint(**ids, parts=request.app.state.parts, at_least=0)
            return answer

        return straight
