"""The contract (OpenAPI 3.1): what each route declares, with what all routes share added once.

`antiphon openapi` prints the contract, and `docs/openapi.json` holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.contract.examples import catalogue as examples
from api.contract.examples import problems, story
from api.edge.looks import PURPOSE_PATTERN
from api.edge.problems import MEDIA_TYPE, RETRIED, Problem, responses

DESCRIPTION = """\
Every interaction of a customer and every answer is appended to one log; what is read is computed from it.

**Commands** answer `{id, position}`: the effect shows at that position. Send the position as `At-Least` to read no
earlier state. With an `Idempotency-Key`, a command can be repeated without harm. With `If-Match`, a command on a
conversation is done only if nothing happened in the conversation since it was read.

**Reads** answer with the `Position` that they have reached. Pages go on with `cursor`, until it is null.

**Live** routes answer with Server-Sent Events that do not end: first `state` (drop all rows that you hold), then
`change`. Each has, by collection, the `changed` rows, which replace those with the same key, and the keys of rows that
are `gone`, some of which you may never have held. After an event that is `complete`, you hold what a read at its
`position` shows. Send the id of the last event that you applied as `Last-Event-ID` to get what came after it. `end` has
a `code` that says why the stream ends.

**Errors** are problem documents (RFC 9457). Programs use the `code`, which is stable; each route lists its codes. What
does not exist and what you may not see get the same answer. A status of 500 is our own mistake, and is not declared.

`x-roles` lists the roles that may call a route. Roles come from the log, not from the token. Services that the operator
registers with scopes need `x-scope`; where a route has none, `read` for GET, and `act` for the others.
"""

TAGS = {
    "conversations": "One customer's dialogue with the company about one matter, over any channels.",
    "customers": "The people who write to the company.",
    "customer's side": "What customers see themselves, and how they want to be reached.",
    "content": "Files of customers and of the company.",
    "promises": "What will happen for a customer by when, and what became of it.",
    "orders": "Orders, from placed to delivered or returned.",
    "staff": "The people who answer, and their teams.",
    "gateways": "What leaves for the programs that serve a channel, and how far it has come.",
}

HEADERS: dict[str, Any] = {
    "Correlation-Id": {
        "description": "The id that the request brought or was given; it is kept with everything the request caused.",
        "required": True,
        "schema": {"type": "string", "maxLength": 100},
        "example": story.CORRELATION_ID,
    },
    "Position": {
        "description": "The log position at which the command shows, or that the read has reached.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": 4711,
    },
    "ETag": {
        "description": "What the answer shows, for `If-None-Match`. That of a conversation is for `If-Match`, too, "
        "and comes with the last page of its lines.",
        "required": False,
        "schema": {"type": "string", "pattern": '^("[0-9]+-|W/")[0-9a-f]{16}"$'},
        "example": 'W/"5feceb66ffc86f38"',
    },
    "Content-Disposition": {
        "description": "Whether the file is for saving, or may be shown in place; and its name.",
        "required": True,
        "schema": {"type": "string"},
        "example": "inline; filename*=UTF-8''leak.jpg",
    },
    "Content-Range": {
        "description": "Which bytes of the file these are, and how many it has.",
        "required": True,
        "schema": {"type": "string"},
        "example": "bytes 0-1023/48213",
    },
    "Retry-After": {
        "description": "After how many seconds the same request may be sent again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "WWW-Authenticate": {
        "description": "The kind of token that is required.",
        "required": True,
        "schema": {"type": "string"},
        "example": "Bearer",
    },
}

PARAMETERS: dict[str, Any] = {
    "Correlation-Id": {
        "name": "Correlation-Id",
        "in": "header",
        "description": "Correlates the request with its cause: letters, digits and `._:-`, at most 100. An id "
        "of another form is replaced by a new one. Best a UUID: of customers and gateways, what may hold words is "
        "replaced by its hash, which the answer has.",
        "schema": {"type": "string"},
        "example": story.CORRELATION_ID,
    },
    "traceparent": {
        "name": "traceparent",
        "in": "header",
        "description": "The caller's trace (W3C Trace Context), kept with everything that the request caused. A "
        "trace of another form is ignored.",
        "schema": {"type": "string"},
        "example": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
}

IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of an answer that the caller has: 304 without a body where a read shows the same.",
    "schema": {"type": "string"},
    "example": 'W/"5feceb66ffc86f38"',
}

LOOK_PURPOSE: dict[str, Any] = {
    "name": "Look-Purpose",
    "in": "header",
    "description": "For which purpose the caller looks at data of people: a word of the company, kept in the trail of "
    "reads and shown to the customer. No words about people.",
    "schema": {"type": "string", "pattern": PURPOSE_PATTERN},
    "example": "complaint",
}

OF_PARAMETERS = {
    "cursor": "cursor-invalid",
    "At-Least": "position-not-reached",
    "If-Match": "version-changed",
    "Idempotency-Key": "idempotency-key-reused",
}
"""The codes that a route answers because of its parameters."""


def headers(*names: str) -> dict[str, Any]:
    """The declaration of an answer's headers."""
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}


def install(app: FastAPI) -> None:
    """Give the application this contract."""

    def contract() -> dict[str, Any]:
        app.openapi_schema = app.openapi_schema or document(app)
        return app.openapi_schema

    app.openapi = contract  # type: ignore[method-assign]


def document(app: FastAPI) -> dict[str, Any]:
    """The contract of the application's routes."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        routes=app.routes,
    )
    components = found["components"]
    components["schemas"] = dict(sorted({**components["schemas"], "Problem": Problem.model_json_schema()}.items()))
    problems: dict[str, Any] = {}
    for method, operation in [pair for path in found["paths"].values() for pair in path.items()]:
        _complete(operation, problems, looks=method == "get" and operation["x-roles"] != ["customer"])
    components |= {
        "headers": HEADERS,
        "parameters": PARAMETERS | {"If-None-Match": IF_NONE_MATCH, "Look-Purpose": LOOK_PURPOSE},
        "responses": dict(sorted(problems.items())),
    }
    return found


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a contract."""
    for path in document["paths"].values():
        yield from path.values()


_DONE = {"304": "What was asked for is what the caller has"}


def _complete(operation: dict[str, Any], problems: dict[str, Any], *, looks: bool) -> None:
    name = operation["operationId"]
    text = " ".join(operation["description"].split())
    operation["summary"] = text.partition(". ")[0].rstrip(".")
    operation["description"] = f"{text}\n\nFor {', '.join(f'`{role}`' for role in operation['x-roles'])}."
    operation["responses"] = _responses(operation)
    shared = [{"$ref": f"#/components/parameters/{each}"} for each in PARAMETERS]
    if "304" in operation["responses"]:
        shared.append({"$ref": "#/components/parameters/If-None-Match"})
    if looks:
        shared.append({"$ref": "#/components/parameters/Look-Purpose"})
    operation["parameters"] = [*map(_parameter, operation.get("parameters", [])), *shared]
    if body := operation.get("requestBody"):
        for kind, content in body["content"].items():
            if kind == "application/json":
                content["example"] = examples.REQUESTS.get(name)
    for status, answer in operation["responses"].items():
        if codes := answer.get("x-codes"):
            known = f"{status}.{'.'.join(codes)}"
            problems[known] = _problem(int(status), codes)
            operation["responses"][status] = {"$ref": f"#/components/responses/{known}"}
        else:
            answer["description"] = _DONE.get(status, "Done" if "requestBody" in operation else "What was asked for")
            answer["headers"] = answer.get("headers", {}) | headers("Correlation-Id")["headers"]
            for content in answer.get("content", {}).values():
                content.setdefault("example", examples.ANSWERS.get(name))


def _responses(operation: dict[str, Any]) -> dict[str, Any]:
    """The responses that a route declares, and those of its parameters."""
    done = {status: answer for status, answer in operation["responses"].items() if "x-codes" not in answer}
    named = [code for answer in operation["responses"].values() for code in answer.get("x-codes", ())]
    names = {each["name"] for each in operation.get("parameters", ())}
    found = responses(*named, *(code for name, code in OF_PARAMETERS.items() if name in names))
    return done | {str(status): answer for status, answer in found.items()}


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter as requests have it: present or absent, but never null."""
    match parameter["schema"]:
        case {"anyOf": [schema, {"type": "null"}]}:
            return {**parameter, "schema": schema}
        case _:
            return parameter


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    further = {"WWW-Authenticate": status == 401, "Retry-After": status in RETRIED}
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        **headers("Correlation-Id", *(name for name, sent in further.items() if sent)),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"value": problems.problem(code, status)} for code in codes},
            }
        },
        "x-codes": codes,
    }
