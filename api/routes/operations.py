"""For whoever runs it: does it live, may it be called, what does it count. Without a token, and without anybody's data.

Not part of what tools build on, and so not in OpenAPI; docs/operations.md tells of it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api.edge.parts import TheParts
from domain.kernel.refusal import Refusal

router = APIRouter(include_in_schema=False)


@router.api_route("/livez", methods=["GET", "HEAD"])
async def live() -> Response:
    """The process answers; nothing else is looked at."""
    return PlainTextResponse("alive\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def ready(parts: TheParts) -> Response:
    """200 where this process can do what it is there for, else 503; with what was looked at."""
    checks = await parts.readiness.checks()
    well = all(check["ok"] for check in checks.values())
    headers = {"Cache-Control": "no-store"} | ({} if well else {"Retry-After": "1"})
    return JSONResponse({"ready": well, "checks": checks}, 200 if well else 503, headers)


@router.get("/metrics")
async def metrics_page(request: Request, parts: TheParts) -> Response:
    """What this process counts, and where the followers are. Raises Refusal `forbidden`."""
    _check_reader(request, parts.metrics.token)
    stats: dict[str, Callable[[], dict[str, int]]] = {
        "appender": parts.executor.log.database.stats,
        "keykeeper": parts.executor.log.vault.database.stats,
        "reader": parts.reader.stats,
    }
    pools = {name: read() for name, read in stats.items()}
    text = parts.metrics.text(await parts.readiness.health(), pools, parts.executor.log.appended)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _check_reader(request: Request, token: str | None) -> None:
    if token is not None:
        _, _, brought = request.headers.get("authorization", "").partition(" ")
        if not hmac.compare_digest(brought.encode(), token.encode()):
            raise Refusal("forbidden", "send ANTIPHON_METRICS_TOKEN's token in the header: Authorization: Bearer …")
        return
    # What a proxy on this machine passes on comes from elsewhere.
    passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via"))
    host = request.client.host if request.client else ""
    if passed_on or not (host.startswith("127.") or host in ("::1", "::ffff:127.0.0.1")):
        raise Refusal("forbidden", "this is for this machine only; with ANTIPHON_METRICS_TOKEN, for whoever brings it")
