"""Who calls, and what their role lets them do."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from anyio import to_thread
from cachetools import TTLCache
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api.edge.single_flight import SingleFlight
from api.edge.tokens import Tokens
from commands.executor.executor import CommandExecutor
from commands.registry import Role
from domain.customer import CUSTOMER
from domain.kernel.event import Actor, ActorKind
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.staff import STAFF

ANYBODY: tuple[Role, ...] = ("agent", "lead", "customer", "design", "auditor", "service")

_SUBJECT = re.compile(r"[a-z]+-[A-Za-z0-9_-]{1,90}")

_KINDS: Mapping[str, ActorKind] = {"staff": "agent", "customer": "customer", "service": "service"}

bearer = HTTPBearer(
    scheme_name="token", auto_error=False, bearerFormat="JWT", description="A token of the company's issuer."
)
"""Only says in the contract how callers show who they are; `Guarded` looks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls, as the log knows them at present. `expires_at`: of their token, in seconds since 1970."""

    actor: Actor
    expires_at: int

    @property
    def id(self) -> str:
        """Their staff, customer or service id."""
        return self.actor.id


class Access:
    """Turns tokens into callers. Roles and teams are the log's, not the token's: whoever lost one has lost it."""

    KNOWN_SECONDS = 2.0
    KNOWN = 10_000

    def __init__(self, tokens: Tokens, executor: CommandExecutor) -> None:
        self._tokens = tokens
        self._executor = executor
        self._known: TTLCache[str, Actor] = TTLCache(self.KNOWN, self.KNOWN_SECONDS)
        self._asked: SingleFlight[Actor] = SingleFlight()

    async def caller(self, request: Request) -> Caller:
        """Raises Refusal `token-missing`, `token-invalid`, `unavailable`."""
        # Only in the header: what stands in a URL ends up in logs and histories.
        given = request.headers.getlist("authorization")
        if len(given) > 1:
            # A proxy may have looked at the other one.
            raise Refusal("token-invalid", "send one Authorization header")
        claims = self._tokens.bearer(given[0] if given else "")
        return Caller(await self._actor(claims.subject), claims.expires_at)

    async def _actor(self, subject: str) -> Actor:
        actor = self._known.get(subject)
        if actor is None:
            try:
                # Once for all calls of theirs: where the database is away, they would take every thread.
                actor = await self._asked.run(subject, lambda: to_thread.run_sync(known, self._executor, subject))
            except NotFound:
                raise Refusal("token-invalid", "its subject is not known here") from None
            self._known[subject] = actor
        return actor


def known(executor: CommandExecutor, subject: str) -> Actor:
    """A staff member or a customer as the log knows them, or a service. Who left, or was erased, is nobody.

    Raises Refusal `not-found`, `unavailable`."""
    kind = _KINDS.get(kind_of(subject))
    if kind is None or not _SUBJECT.fullmatch(subject):
        raise NotFound("the subject")
    if kind == "service":
        return Actor(id=subject, kind=kind, roles=("service",))
    if kind == "customer":
        customer = executor.read(CUSTOMER, subject).state
        if customer is None or customer.erased:
            raise NotFound(subject)
        return Actor(id=subject, kind=kind, roles=("customer",))
    colleague = executor.read(STAFF, subject).state
    if colleague is None or colleague.left:
        raise NotFound(subject)
    return Actor(id=subject, kind=kind, roles=colleague.roles, team=colleague.team_id)


class Guarded(APIRoute):
    """A route that looks at who calls before it looks at anything they sent, and then at the names in its query."""

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(parameter.alias for parameter in self.dependant.query_params)

    async def admit(self, request: Request) -> None:
        """Whatever comes after knows the caller. Raises as `Access.caller`, Refusal `forbidden`, `input-invalid`."""
        request.state.caller = await request.app.state.parts.access.caller(request)
        permitted(request.state.caller, (self.openapi_extra or {})["x-roles"])
        # A filter that is misspelt would show everything, and nobody would notice.
        if request.scope["query_string"] and (unknown := request.query_params.keys() - self._names):
            raise Refusal("input-invalid", f"query: {min(unknown)[:100]}: there is no such parameter; see /docs")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What takes a request."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await self.admit(request)
            return await handler(request)

        return guarded


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Calling = Annotated[Caller, Depends(_caller)]


def permitted(caller: Caller, allowed: Iterable[Role]) -> None:
    """Raises Refusal `forbidden` unless the caller has one of these roles."""
    if not set(allowed).intersection(caller.actor.roles):
        raise Refusal("forbidden", f"this is for {', '.join(allowed)}")


def roles(*allowed: Role) -> dict[str, Any]:
    """What a route says of itself: who may call it, for `Guarded`, for OpenAPI and for the tests."""
    return {"dependencies": [Depends(bearer)], "openapi_extra": {"x-roles": list(allowed)}}
