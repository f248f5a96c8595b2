"""The door's own refusals: problem documents (RFC 9457) with the codes of docs/errors.md, as the API's."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import Response


def problem(status: int, code: str, detail: str) -> Response:
    """A refusal. `code` is one of docs/errors.md; `detail` says what to do."""
    document = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail,
    }  # fmt: skip
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "2"} if status == 503 else {})
    return Response(json.dumps(document) + "\n", status, headers, media_type="application/problem+json")
