"""Errors as problem documents (RFC 9457): a stable `code` for programs, a sentence for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from domain.kernel.refusal import InputInvalid, NotFound, Refusal, worded
from infra.log.mapper import UnreadableEvent

STATUSES: Mapping[str, int] = {
    "request-malformed": 400,
    "token-missing": 401,
    "token-invalid": 401,
    "signature-invalid": 401,
    "forbidden": 403,
    "not-found": 404,
    "content-missing": 404,
    "content-quarantined": 403,
    "method-not-allowed": 405,
    "body-too-slow": 408,
    "customer-erased": 410,
    "version-changed": 412,
    "body-too-large": 413,
    "content-too-large": 413,
    "range-unsatisfiable": 416,
    "position-not-reached": 425,
    "time-ahead": 425,
    "too-many-requests": 429,
    "headers-too-large": 431,
    "internal-error": 500,
    "unavailable": 503,
    "outcome-unknown": 504,
}
"""Statuses by code. Any other refusal is 409 where its code says what exists or is taken, else 422."""

RETRIED = (425, 429, 503, 504)
"""The statuses that come with the seconds after which to repeat the request."""

MOST = 20
"""How many faults of one body are reported, at most: they quote names of fields as they came."""

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Why the request was not carried out, and what to do. `code` is stable; docs/errors.md lists all codes."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    correlation_id: str | None = None


def status_of(code: str) -> int:
    """The HTTP status of a refusal's code."""
    conflict = code.endswith(("-exists", "-taken", "-merged"))
    return STATUSES.get(code, 409 if conflict else 422)


def answer(refusal: Refusal, correlation_id: str | None = None) -> Response:
    """A refusal as an answer."""
    status = status_of(refusal.code)
    # The same answer for what does not exist and for what the caller may not see: not even the id comes back.
    detail = f"not known here; {refusal.advice}" if isinstance(refusal, NotFound) else refusal.what_to_do
    headers = {}
    if status in RETRIED:
        headers["Retry-After"] = str(getattr(refusal, "retry_after_seconds", 1))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    problem = {
        "type": "about:blank",
        "title": refusal.code.replace("-", " "),
        "status": status,
        "code": refusal.code,
        "detail": detail,
        "correlation_id": correlation_id,
    }
    # Escaped, because the error may quote characters that UTF-8 cannot encode.
    return Response(json.dumps(problem) + "\n", status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""

    def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, UnreadableEvent):
            raise error  # our own mistake, not the caller's
        refusal = _refusal(error)
        request.state.code = refusal.code  # for the log and the metrics
        answered = answer(refusal, getattr(request.state, "correlation_id", None))
        if answered.status_code == 405:
            answered.headers["Allow"] = ", ".join(sorted(_methods(request, error)))
        return answered

    for kind in (Refusal, ValidationError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refused)


def _methods(request: Request, error: Any) -> set[str]:
    """The methods of a path; the error knows only those of one of its routes."""
    known = {method.strip() for method in (error.headers or {}).get("Allow", "").split(",") if method}
    for path, operations in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            known |= {method.upper() for method in operations}
    return known


def _refusal(error: Any) -> Refusal:
    match error:
        case Refusal():
            return error
        case ValidationError():
            return InputInvalid(error)
        case RequestValidationError():
            return Refusal("input-invalid", told(error.errors()))
        case HTTPException(status_code=413):
            return Refusal("body-too-large", error.detail)
        case HTTPException(status_code=405):
            return Refusal("method-not-allowed", "the route has other methods; /docs lists them")
        case HTTPException(status_code=422):
            return Refusal("input-invalid", error.detail)
        case HTTPException(status_code=404):
            return Refusal("not-found", "there is no such route; /docs lists them")
        case _:
            return Refusal("input-invalid", "the request could not be read; /docs describes its parts")


def told(faults: Sequence[Any]) -> str:
    """The faults of input in words: where each is and what it is, without what was sent. At most MOST of them."""
    wrong = [f"{'.'.join(str(part)[:100] for part in each['loc'])}: {worded(each['msg'])}" for each in faults[:MOST]]
    more = [f"and {len(faults) - MOST} more"] if len(faults) > MOST else []
    return "; ".join(wrong + more)


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The problems that a route declares: `codes`, and those of every route.

    `api/contract/openapi.py` adds the rest.
    """
    always = ("token-missing", "token-invalid", "forbidden", "input-invalid", "too-many-requests", "unavailable")
    by_status: dict[int, list[str]] = {}
    for code in sorted({*always, *codes}):
        by_status.setdefault(status_of(code), []).append(code)
    return {
        status: {"description": ", ".join(f"`{code}`" for code in codes), "x-codes": codes}
        for status, codes in sorted(by_status.items())
    }
