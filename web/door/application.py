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
from web.door.proxy import Proxy
from web.door.sessions import Bearer, Sessions, SignedOut


@dataclass(frozen=True)
class Doorway:
    """What a door needs. `origins`: by which browsers know it. `api`: the API's URL. `calls_at_once`: handed on to it,
    at most. `own`: makes tokens for development, where the secret was made here."""

    origins: frozenset[str]
    api: str
    sessions: Sessions
    calls_at_once: int
    own: TokenIssuer | None = None


class Door:
    """One door: its routes, and the sessions behind them."""

    def __init__(self, doorway: Doorway) -> None:
        self._sessions = doorway.sessions
        self._own = doorway.own
        self._links = Links(doorway.own.secret) if doorway.own else None
        self._pages = Pages()
        self._policy = self._pages.policy()
        self._secure = all(origin.startswith("https:") for origin in doorway.origins)
        # The prefix has browsers refuse a cookie that another host of the same site set.
        self._cookie = "__Host-antiphon-desk" if self._secure else "antiphon-desk"
        self._proxy = Proxy(doorway.api, doorway.calls_at_once)
        self._doorway = doorway

    def application(self) -> ASGIApp:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/session", self.session),
                Route("/sign-out", self.sign_out, methods=["POST"]),
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
        told = {"signed_in": signed_in, "ways": ["link"] if self._links else []}
        return Response(json.dumps(told), headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def enter(self, request: Request) -> Response:
        """Sign in by a link that was made for development; the address bar then shows the desk's own address."""
        subject = self._links.subject(**request.path_params) if self._links else None
        if subject is None or self._own is None:
            return problem(401, "token-invalid", "the link has expired, or is of another run: `antiphon run` prints it")
        return self.begin(OwnTokens(self._own, subject))

    def begin(self, bearer: Bearer) -> Response:
        """Begin a session, and lead to the desk."""
        answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
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
