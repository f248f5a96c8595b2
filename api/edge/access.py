"""Access: who calls, and what the caller's role allows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from anyio import to_thread
from cachetools import TTLCache
from fastapi import Depends, Request, Response
from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api.edge import correlation, looks
from api.edge.revocations import Revocations
from api.edge.single_flight import SingleFlight
from api.edge.tokens import Tokens
from api.edge.visibility import Visibility
from commands.executor.executor import CommandExecutor
from commands.registry import Role
from domain.customer import CUSTOMER
from domain.kernel.event import Actor, ActorKind
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.service import EVERYTHING, Scope, Scopes, Services
from domain.staff import STAFF

ANYBODY: tuple[Role, ...] = ("agent", "lead", "customer", "design", "auditor", "service", "privacy")

_SINGLE = frozenset({"content-type", looks.PURPOSE})
"""Headers of every route that count once, beside those that a route names."""

_SUBJECT = re.compile(r"[a-z]+-[A-Za-z0-9_-]{1,90}")

_KINDS: Mapping[str, ActorKind] = {"staff": "agent", "customer": "customer", "service": "service"}

bearer = HTTPBearer(
    scheme_name="token", auto_error=False, bearerFormat="JWT", description="A token of the company's issuer."
)
"""Declares in the contract how callers authenticate; `Guarded` checks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller, as the log knows them now. `expires_at`: of the token, in seconds since 1970. `scopes`: what a
    service may do; for others, roles alone decide. `teams_seen`: as of `domain.visibility.teams_seen`."""

    actor: Actor
    expires_at: int
    scopes: Scopes = EVERYTHING
    teams_seen: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """The id of a staff member, customer or service."""
        return self.actor.id


class Access:
    """Turns tokens into callers. Roles and teams come from the log, not from the token: a lost role is lost at once."""

    KNOWN_SECONDS = 2.0
    KNOWN = 10_000

    def __init__(self, tokens: Tokens, executor: CommandExecutor, services: Services, visibility: Visibility) -> None:
        self._tokens = tokens
        self._services = services
        self._visibility = visibility
        self._revocations = Revocations(executor)
        self._executor = executor
        self._known: TTLCache[str, Actor] = TTLCache(self.KNOWN, self.KNOWN_SECONDS)
        self._asked: SingleFlight[Actor] = SingleFlight()

    async def caller(self, request: Request) -> Caller:
        """The caller of a request. Raises Refusal `token-missing`, `token-invalid`, `unavailable`."""
        # Only in the header: URLs end up in logs and histories.
        given = request.headers.getlist("authorization")
        if len(given) > 1:
            # A proxy may have checked the other one.
            raise Refusal("token-invalid", "send one Authorization header")
        claims = self._tokens.bearer(given[0] if given else "")
        await self._revocations.check(claims.token_id)
        actor = await self._actor(claims.subject)
        scopes = self._services.find(actor.id) if actor.kind == "service" else EVERYTHING
        if scopes is None:
            raise _unknown()
        return Caller(actor, claims.expires_at, scopes, await self._visibility.teams_seen(actor))

    async def _actor(self, subject: str) -> Actor:
        actor = self._known.get(subject)
        if actor is None:
            try:
                # One look-up for all calls of this caller: otherwise, while the database is away, they took every
                # thread.
                actor = await self._asked.run(subject, lambda: to_thread.run_sync(known, self._executor, subject))
            except NotFound:
                raise _unknown() from None
            self._known[subject] = actor
        return actor


def _unknown() -> Refusal:
    return Refusal("token-invalid", "its subject is not known here")


def known(executor: CommandExecutor, subject: str) -> Actor:
    """A staff member or a customer, as the log knows them, or a service. Who left or was erased is not found.

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
    """A route that checks the caller before anything that was sent, and then the names in the query."""

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(each.alias for part in _parts(self.dependant) for each in part.query_params)

    @cached_property
    def _lists(self) -> frozenset[str]:
        """The names in the query that take several values."""
        parameters = (each for part in _parts(self.dependant) for each in part.query_params)
        return frozenset(each.alias for each in parameters if field_annotation_is_sequence(each.field_info.annotation))

    @cached_property
    def _headers(self) -> frozenset[str]:
        return frozenset(each.alias.lower() for part in _parts(self.dependant) for each in part.header_params) | _SINGLE

    async def admit(self, request: Request) -> None:
        """Admit the caller for what follows. Raises as `Access.caller` and `Visibility.check`, Refusal `forbidden`,
        `input-invalid`."""
        parts = request.app.state.parts
        request.state.caller = await parts.access.caller(request)
        correlation.known(parts.executor, request.state, request.state.caller.actor)
        declared = self.openapi_extra or {}
        caller: Caller = request.state.caller
        permitted(caller, declared["x-roles"])
        if declared["x-roles"] != list(ANYBODY):  # who one is, one may always ask
            caller.scopes.check(declared.get("x-scope") or ("read" if request.method == "GET" else "act"))
        # Before anything else is looked at, so that what is hidden and what does not exist get the same answer.
        if caller.teams_seen is not None and "id" in request.path_params:
            await parts.visibility.check(caller.teams_seen, request.path_params["id"])
        # A misspelt filter would show everything, and nobody would notice.
        if request.scope["query_string"]:
            names = [name for name, _ in request.query_params.multi_items()]
            if unknown := set(names) - self._names:
                raise Refusal("input-invalid", f"query: {min(unknown)[:100]}: there is no such parameter; see /docs")
            _once(names, self._names - self._lists, "query")
        _once(request.headers.keys(), self._headers, "header")
        if request.method == "GET":
            looks.purpose_of(request)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of a request."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await self.admit(request)
            response = await handler(request)
            await looks.record(request, response)
            return response

        return guarded


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _parts(each)


def _once(given: Sequence[str], single: frozenset[str], where: str) -> None:
    """Refuse what is there twice and counts once: one of the two would be ignored, and nobody would notice."""
    if len(set(given)) == len(given):
        return
    if twice := [name for name, times in Counter(given).items() if times > 1 and name in single]:
        raise Refusal("input-invalid", f"{where}: {min(twice)}: send it once")


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Calling = Annotated[Caller, Depends(_caller)]


def permitted(caller: Caller, allowed: Iterable[Role]) -> None:
    """Check that the caller has one of these roles. Raises Refusal `forbidden`."""
    if not any(role in caller.actor.roles for role in allowed):
        raise Refusal("forbidden", f"this is for {', '.join(allowed)}")


def roles(*allowed: Role, scope: Scope | None = None) -> dict[str, Any]:
    """The roles that may call a route: for `Guarded`, OpenAPI and tests. `scope`: what the route asks of services; by
    default, to `read` where it reads, else to `act`."""
    extra: dict[str, Any] = {"x-roles": list(allowed)} | ({"x-scope": scope} if scope else {})
    return {"dependencies": [Depends(bearer)], "openapi_extra": extra}
