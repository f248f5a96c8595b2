"""Routes whose bodies are strict JSON, which every reader understands in the same way."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any

from anyio import to_thread
from fastapi import Request, Response
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException

from api.edge import problems
from api.edge.access import Guarded
from api.edge.body_bounds import BodyBounds
from infra import strict_json


class StrictJSON(Guarded):
    """A route whose body is parsed by `infra.strict_json`; a large body is read apart from the event loop."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of a request."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_Request(self, request))

        return strict

    @cached_property
    def bounds(self) -> BodyBounds:
        """The most that a body of this route holds."""
        assert self.body_field
        body = self.body_field.field_info.annotation
        assert body is not None
        return BodyBounds.of(TypeAdapter(body).json_schema())

    def parsed(self, body: bytes) -> Any:
        """The JSON of a body. Raises json.JSONDecodeError, HTTPException with what a refusal says."""
        try:
            return strict_json.decoded(body, self.bounds.items, self.bounds.values)
        except strict_json.NotStrict as error:
            # FastAPI lets only JSON errors out of its parsing of a body.
            raise HTTPException(422, f"body: {error}") from None

    def read(self, body: bytes) -> Any:
        """The checked content of a large body. Raises as `parsed`."""
        assert self.body_field
        most = self.bounds.bytes
        if most is not None and len(body) > most:
            raise HTTPException(413, f"send at most {most} bytes here")
        # FastAPI validates once more, which costs nothing: what is validated is taken as it is.
        found, faults = self.body_field.validate(self.parsed(body), loc=("body",))
        if faults:
            raise HTTPException(422, problems.told(faults))
        return found


class _Request(Request):
    def __init__(self, route: StrictJSON, request: Request) -> None:
        super().__init__(request.scope, request.receive)
        self._route = route

    async def json(self) -> Any:
        body = await self.body()
        if len(body) <= strict_json.SMALL_BYTES:
            return self._route.parsed(body)
        return await to_thread.run_sync(self._route.read, body, limiter=self.app.state.parts.large_bodies)
