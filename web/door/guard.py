"""What every request has to pass, and what every answer carries: the door's own address, its own page, safe headers."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.door.problems import problem

OWN_HEADER = "x-antiphon-desk"
"""The header that the page sends along. Another origin's page cannot, unless the door allowed it: it never does."""
SAFE = ("GET", "HEAD")
ANSWERS = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of whatever is no page: rendered or run nowhere."""


class Guard:
    """Refuses what does not come from the door's own page, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        """`origins`: those by which browsers know the door."""
        self._app = app
        self._origins = origins
        self._hosts = frozenset(origin.partition("://")[2] for origin in origins)
        self._secure = all(origin.startswith("https:") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                headers.setdefault("Content-Security-Policy", ANSWERS)
                # What somebody was shown is gone from the browser once they have signed out.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refused = self._refused(scope["method"], scope["path"], Headers(scope=scope))
        await (problem(*refused) if refused else self._app)(scope, receive, answer)

    def _refused(self, method: str, path: str, headers: Headers) -> tuple[int, str, str] | None:
        # Another name that leads here could be anybody's (DNS rebinding).
        if headers.get("host") not in self._hosts:
            return 421, "request-malformed", "the desk has one address; open it by that (ANTIPHON_DESK_ORIGIN)"
        if method in SAFE and not path.startswith("/api/"):
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "forbidden", "only the desk's own page may call"
        if headers.get("origin", next(iter(self._origins))) not in self._origins:
            return 403, "forbidden", "only the desk's own page may call"
        if method not in SAFE and OWN_HEADER not in headers:
            return 403, "forbidden", f"send the header {OWN_HEADER}: 1"
        return None
