"""Routes whose bodies are strict JSON, which every reader understands in the same way."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from api.edge.access import Guarded
from infra import strict_json

MOST_ITEMS = 1_000
"""The longest list in any body. To check each of a million items would keep all callers waiting."""


class StrictJSON(Guarded):
    """A route whose body is parsed by `infra.strict_json`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of a request."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_Request(request.scope, request.receive))

        return strict


class _Request(Request):
    async def json(self) -> Any:
        try:
            return strict_json.decoded(await self.body(), MOST_ITEMS)
        except strict_json.NotStrict as error:
            # FastAPI lets only JSON errors out of its parsing of a body.
            raise HTTPException(422, f"body: {error}") from None
