"""The routes for operators: liveness, readiness, metrics. Without a token, and without anybody's data.

They are no part of the API's contract, and so not in OpenAPI; see docs/operations.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api.edge.parts import TheParts
from domain.kernel.refusal import Refusal

router = APIRouter(include_in_schema=False)


@router.api_route("/livez", methods=["GET", "HEAD"])
async def live() -> Response:
    """Answer that the process is alive; nothing else is checked."""
    return PlainTextResponse("alive\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def ready(parts: TheParts) -> Response:
    """200 if this process can do its work, else 503; with the checks."""
    checks = await parts.readiness.checks()
    well = all(check["ok"] for check in checks.values())
    headers = {"Cache-Control": "no-store"} | ({} if well else {"Retry-After": "1"})
    return JSONResponse({"ready": well, "checks": checks}, 200 if well else 503, headers)


@router.get("/metrics")
async def metrics_page(request: Request, parts: TheParts) -> Response:
    """The process's metrics, and what waits in the installation. Raises Refusal `forbidden`."""
    _check_reader(request, parts.metrics.token)
    stats: dict[str, Callable[[], dict[str, int]]] = {
        "appender": parts.executor.log.database.stats,
        "keykeeper": parts.executor.log.vault.database.stats,
        "reader": parts.reader.stats,
    }
    pools = {name: read() for name, read in stats.items()}
    readings = await to_thread.run_sync(parts.readiness.readings)
    text = parts.metrics.text(readings, pools, parts.executor.log.appended)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _check_reader(request: Request, token: str | None) -> None:
    if token is not None:
        _, _, brought = request.headers.get("authorization", "").partition(" ")
        if not hmac.compare_digest(brought.encode(), token.encode()):
            raise Refusal("forbidden", "send ANTIPHON_METRICS_TOKEN's token in the header: Authorization: Bearer …")
        return
    # A request that a proxy on this machine passes on comes from elsewhere.
    passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via"))
    host = request.client.host if request.client else ""
    if passed_on or not (host.startswith("127.") or host in ("::1", "::ffff:127.0.0.1")):
        raise Refusal("forbidden", "this is for this machine only; with ANTIPHON_METRICS_TOKEN, for whoever brings it")
