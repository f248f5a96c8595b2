"""Routes whose bodies are JSON that means one thing to everybody who reads it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from api.edge.access import Guarded
from infra import strict_json

MOST_ITEMS = 1_000
"""How many items a list may have: as many as the longest of any body. To check each of a million keeps all waiting."""


class StrictJSON(Guarded):
    """A route whose body is read by `infra.strict_json`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What takes a request."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_Request(request.scope, request.receive))

        return strict


class _Request(Request):
    async def json(self) -> Any:
        try:
            return strict_json.decoded(await self.body(), MOST_ITEMS)
        except strict_json.NotStrict as error:
            # FastAPI lets no other exception out of the reading of a body, but for those of what is no JSON.
            raise HTTPException(422, f"body: {error}") from None
