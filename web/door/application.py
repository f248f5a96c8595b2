"""The door's application: pages for everybody, the API for those who are signed in, and the ways to sign in and out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web.door.development import Links, OwnTokens, TokenIssuer
from web.door.guard import Guard
from web.door.pages import Pages
from web.door.problems import problem
from web.door.provider import Attempt, Client, Provider, ProviderAway, SignInRefused
from web.door.proxy import Proxy
from web.door.sessions import Bearer, Sessions, SignedOut
from web.door.way_back import SECONDS, WaysBack, screen_of


@dataclass(frozen=True)
class Doorway:
    """What a door needs. `origins`: by which browsers know it. `api`: the API's URL. `calls_at_once`: handed on to it,
    at most. `own`: makes tokens for development, where the secret was made here. `client`: the door at a provider."""

    origins: frozenset[str]
    api: str
    sessions: Sessions
    calls_at_once: int
    own: TokenIssuer | None = None
    client: Client | None = None


class Door:
    """One door: its routes, and the sessions behind them."""

    def __init__(self, doorway: Doorway) -> None:
        self._sessions = doorway.sessions
        self._own = doorway.own
        self._links = Links(doorway.own.secret) if doorway.own else None
        self._provider = Provider(doorway.client) if doorway.client else None
        self._ways_back = WaysBack()
        self._pages = Pages()
        self._policy = self._pages.policy()
        self._secure = all(origin.startswith("https:") for origin in doorway.origins)
        # The prefix has browsers refuse a cookie that another host of the same site set.
        self._cookie = "__Host-antiphon-desk" if self._secure else "antiphon-desk"
        self._trying = "__Host-antiphon-signing-in" if self._secure else "antiphon-signing-in"
        self._proxy = Proxy(doorway.api, doorway.calls_at_once)
        self._doorway = doorway

    def application(self) -> ASGIApp:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/session", self.session),
                Route("/sign-out", self.sign_out, methods=["POST"]),
                Route("/sign-in", self.sign_in),
                Route("/signed-in", self.signed_in),
                Route("/enter/{subject}/{until}/{signature}", self.enter),
                Route("/desk/{name:path}", self.file),
                Mount("/api", self.api),
                Route("/{path:path}", self.page),
            ],
            middleware=[Middleware(Guard, origins=self._doorway.origins)],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self._proxy.close()
        if self._provider:
            await self._provider.close()

    async def page(self, request: Request) -> Response:
        """The page, whatever screen its path names: the page itself shows that."""
        answer = self._pages.page.answer(request)
        answer.headers["Content-Security-Policy"] = self._policy
        return answer

    async def file(self, request: Request) -> Response:
        """A file of the page."""
        found = self._pages.find(request.path_params["name"])
        return found.answer(request) if found else problem(404, "not-found", "there is no such file")

    async def session(self, request: Request) -> Response:
        """Whether somebody is signed in here, and how one signs in."""
        try:
            self._sessions.find(request.cookies.get(self._cookie))
            signed_in = True
        except SignedOut:
            signed_in = False
        ways = [*(["provider"] if self._provider else []), *(["link"] if self._links else [])]
        told = {"signed_in": signed_in, "ways": ways}
        return Response(json.dumps(told), headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def enter(self, request: Request) -> Response:
        """Sign in by a link that was made for development; the address bar then shows the desk's own address."""
        subject = self._links.subject(**request.path_params) if self._links else None
        if subject is None or self._own is None:
            return problem(401, "token-invalid", "the link has expired, or is of another run: `antiphon run` prints it")
        return self.begin(OwnTokens(self._own, subject))

    async def sign_in(self, request: Request) -> Response:
        """Lead to the provider. `at`: the path of the desk to which whoever signed in comes back."""
        if self._provider is None:
            return problem(404, "not-found", "no provider is set (ANTIPHON_DESK_OIDC_ISSUER)")
        attempt = Attempt.drawn()
        try:
            answer = RedirectResponse(await self._provider.leads_to(attempt), 303)
        except ProviderAway:
            return _back("/", "provider-away")
        sealed = self._ways_back.seal(attempt, screen_of(request.query_params.get("at")))
        # The provider's page leads here, and a strict cookie does not come along from another site's page.
        answer.set_cookie(
            self._trying, sealed, max_age=SECONDS, httponly=True, samesite="lax", secure=self._secure, path="/"
        )
        return answer

    async def signed_in(self, request: Request) -> Response:
        """Begin the session of whoever comes back from the provider (OpenID Connect Core, 3.1.2.5)."""
        asked = request.query_params
        found = self._ways_back.open(request.cookies.get(self._trying), asked.get("state"))
        if self._provider is None or found is None:
            return _back("/", "sign-in-expired")
        attempt, screen = found
        try:
            if "code" not in asked:
                raise SignInRefused("the provider gives no code")
            answer = self.begin(await self._provider.tokens(asked["code"], asked.get("iss"), attempt), screen)
        except SignInRefused:
            answer = _back(screen, "sign-in-refused")
        except ProviderAway:
            answer = _back(screen, "provider-away")
        answer.delete_cookie(self._trying, path="/", httponly=True, samesite="lax", secure=self._secure)
        return answer

    def begin(self, bearer: Bearer, screen: str = "/") -> Response:
        """Begin a session, and lead to the desk."""
        answer = _back(screen)
        answer.set_cookie(
            self._cookie, self._sessions.begin(bearer), httponly=True, samesite="strict", secure=self._secure, path="/"
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._sessions.end(request.cookies.get(self._cookie))
        answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
        answer.delete_cookie(self._cookie, path="/", httponly=True, samesite="strict", secure=self._secure)
        return answer

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A call of whoever is signed in."""
        try:
            session = self._sessions.find(Request(scope).cookies.get(self._cookie))
        except SignedOut:
            await problem(401, "token-missing", "sign in")(scope, receive, send)
            return
        await self._proxy(session, scope, receive, send)


def _back(screen: str, problem: str | None = None) -> Response:
    """Lead to the desk. `problem`: why nobody was signed in, a word for which the page has a text."""
    path = f"{screen}?problem={problem}" if problem else screen
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})
