"""What stands around the application: compression, pages of other origins, HEAD. In memory, without a server."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.edge.compression import SMALLEST_BYTES, Compression
from api.edge.conditional import Conditional
from api.edge.cross_origin import SENT, cross_origin
from api.edge.head import HeadAsGet
from infra.settings.api import ApiSettings

LONG = b'{"position":1,"text":"' + b"a" * SMALLEST_BYTES + b'"}'
DESK = "https://desk.example.org"


async def _long(request: Any) -> Response:
    return Response(LONG, 200, {"ETag": 'W/"1"'}, "application/json")


async def _short(request: Any) -> Response:
    return Response(b"{}", media_type="application/json")


async def _stream(request: Any) -> Response:
    return StreamingResponse(iter([b"data: " + LONG + b"\n\n"]), media_type="text/event-stream")


def answered(
    path: str, headers: dict[str, str], *, method: str = "GET", around: Sequence[Middleware] = ()
) -> httpx.Response:
    """The answer of an application with this around it."""
    routes = [Route("/long", _long), Route("/short", _short), Route("/stream", _stream)]
    app = Starlette(
        routes=routes, middleware=[*around, Middleware(HeadAsGet), Middleware(Compression), Middleware(Conditional)]
    )

    async def ask() -> httpx.Response:
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller,
            caller.stream(method, path, headers=headers) as answer,
        ):
            answer.extensions["raw"] = b"".join([part async for part in answer.aiter_raw()])
            return answer

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "accepted", "compressed"),
    [
        ("/long", "gzip", True),
        ("/long", "br, gzip;q=0.5", True),
        ("/long", "gzip;q=0, br", False),
        ("/long", "gzip; q=0.000", False),
        ("/long", "identity", False),
        ("/short", "gzip", False),
        ("/stream", "gzip", False),
    ],
)
def test_what_is_long_is_compressed_for_who_accepts_it(path: str, accepted: str, compressed: bool) -> None:
    answer = answered(path, {"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") is compressed
    raw = answer.extensions["raw"]
    assert (gzip.decompress(raw) if compressed else raw) in (LONG, b"{}", b"data: " + LONG + b"\n\n")
    assert len(raw) < SMALLEST_BYTES or not compressed
    assert answer.headers.get("Vary") == ("Accept-Encoding" if path == "/long" else None)


@pytest.mark.parametrize(
    ("held", "status"), [('W/"1"', 304), ('"1"', 304), ("*", 304), ('"0", "1"', 304), ('"2"', 200)]
)
def test_an_entity_tag_that_is_held_stands_for_the_body(held: str, status: int) -> None:
    answer = answered("/long", {"If-None-Match": held, "Accept-Encoding": "identity"})
    assert answer.status_code == status
    assert answer.extensions["raw"] == (LONG if status == 200 else b"")
    assert ("Content-Length" in answer.headers) is (status == 200)


@pytest.mark.parametrize("path", ["/long", "/short", "/stream"])
def test_head_answers_without_a_body(path: str) -> None:
    answer = answered(path, {}, method="HEAD")
    assert (answer.status_code, answer.extensions["raw"]) == (200, b"")


def test_pages_of_the_named_origins_may_call_and_of_no_other() -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": ", ".join(SENT).lower()}
    for origin, allowed in ((DESK, True), ("https://desk.example.org.evil.example", False), ("null", False)):
        around = cross_origin([DESK])
        # When a browser asks beforehand, and then calls
        before = answered("/long", {"Origin": origin, **asking}, method="OPTIONS", around=around)
        called = answered("/long", {"Origin": origin}, around=around)
        # Then
        assert before.is_success is allowed
        for answer in (before, called):
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]


def test_without_origins_no_page_of_another_origin_may_call() -> None:
    answer = answered("/long", {"Origin": DESK}, around=cross_origin(ApiSettings().origins))
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "origins", ["*", "null", "https://a.example/", "https://a.example, https://b.example", "a.example"]
)
def test_an_origin_is_written_as_browsers_write_it(origins: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_CORS_ORIGINS", origins)
    with pytest.raises(ValueError, match="ANTIPHON_CORS_ORIGINS"):
        ApiSettings()


def test_several_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_CORS_ORIGINS", "https://a.example,http://localhost:3000")
    assert ApiSettings().origins == ["https://a.example", "http://localhost:3000"]
