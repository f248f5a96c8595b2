"""The routes of files: sent part by part, of any type; and read as a line of a conversation has them, by ranges."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from anyio import from_thread, to_thread
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from api.contract.examples.story import LEAK_PICTURE
from api.contract.openapi import headers
from api.edge import looks
from api.edge.access import Calling, Guarded, roles
from api.edge.parts import Done, Id, Parts, TheContext, TheParts, done
from api.edge.problems import responses
from api.routes.reading import READERS
from commands import content as contents
from commands.executor.context import Context
from commands.registry import BOTS, DESK, Role
from domain.content import COMPANY
from domain.conversation.interaction import CONTENT_ID
from domain.customer import CUSTOMER
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.service import Scope
from domain.stranger import STRANGER
from infra.content.media_type import SHOWN_INLINE, UNKNOWN

router = APIRouter(route_class=Guarded, tags=["content"])

_FORMS = ("multipart/", "application/x-www-form-urlencoded")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_FILE = {"schema": {"type": "string", "format": "binary"}}
_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Whatever a browser takes the file for, nothing in it runs, and nothing is loaded."""
_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*", re.ASCII)
_NAME_CHARACTERS = 200


class ContentDone(Done):
    """A file that is kept: its content id, `size` in bytes, media `type` as its first bytes tell, and `sha256` in hex.
    An attachment that has them goes with a message. `quarantined`: it did not pass the check of this installation."""

    size: int
    type: str
    sha256: str
    quarantined: bool


def _sending(*allowed: Role, codes: tuple[str, ...] = (), scope: Scope | None = None) -> dict[str, Any]:
    """The declaration of a route that takes a file."""
    codes = ("body-too-slow", "outcome-unknown", "content-too-large", "content-too-many", *codes)
    declared = roles(*allowed, scope=scope)
    declared["openapi_extra"]["requestBody"] = {"required": True, "content": {"application/octet-stream": _FILE}}
    return {
        **declared,
        "status_code": 201,
        "response_model": ContentDone,
        "responses": {201: headers("Position"), **responses(*codes)},
    }


@router.post("/customers/{id}/content", **_sending(*BOTS, codes=("not-found", "customer-erased"), scope="deliver"))
async def send_content(id: Id, request: Request, parts: TheParts, context: TheContext) -> Response:
    """Keep a file of a customer, sealed; the body is the file, of any type. A message that has the content id in an
    attachment brings the file. The same file of one customer is kept once."""
    return await _keep(parts, _of_kind(CUSTOMER.kind, id), request, context)


@router.post("/strangers/{id}/content", **_sending(*BOTS, codes=("not-found", "customer-erased"), scope="deliver"))
async def send_content_of_stranger(id: Id, request: Request, parts: TheParts, context: TheContext) -> Response:
    """Keep a file of a stranger, who took part in a customer's conversation, sealed; the body is the file, of any type.
    A message of theirs that has the content id in an attachment brings the file."""
    return await _keep(parts, _of_kind(STRANGER.kind, id), request, context)


@router.post("/me/content", **_sending("customer", codes=("customer-erased",)))
async def send_my_content(request: Request, parts: TheParts, context: TheContext, caller: Calling) -> Response:
    """Keep a file of yours, sealed; the body is the file, of any type. A message of yours that has the content id in an
    attachment brings the file."""
    return await _keep(parts, caller.id, request, context)


@router.post("/content", **_sending(*DESK))
async def send_own_content(request: Request, parts: TheParts, context: TheContext) -> Response:
    """Keep a file of the company's own; the body is the file, of any type. Answers to anybody may bring the file."""
    return await _keep(parts, COMPANY, request, context)


@router.get(
    "/conversations/{id}/content",
    **roles(*READERS, "customer"),
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": _FILE}, **headers("Content-Disposition")},
        206: {"content": {"application/octet-stream": _FILE}, **headers("Content-Disposition", "Content-Range")},
        **responses("not-found", "content-missing", "content-quarantined", "customer-erased", "range-unsatisfiable"),
    },
)
async def read_content(
    id: Id,
    version: Annotated[int, Query(ge=1, le=2**53, examples=[4], description="The line's version.")],
    content_id: Annotated[
        str, Query(pattern=CONTENT_ID, examples=[LEAK_PICTURE], description="As its attachment has it.")
    ],
    parts: TheParts,
    caller: Calling,
    request: Request,
    quarantined: Annotated[
        bool, Query(description="Staff: save the file also if it did not pass the check of this installation.")
    ] = False,
    range: Annotated[
        str | None, Header(max_length=200, description="A part of the file, as `bytes=0-1023`; any other is ignored.")
    ] = None,
) -> Response:
    """The file of an attachment, as a line of a conversation has it. `id` and `version` are the line's. Customers read
    the files of messages that they see. Only pictures without code and plain text are for showing in place. A file that
    is quarantined is for staff, who save it."""
    only_of = caller.id if kind_of(caller.id) == "customer" else None
    executor = parts.executor
    await parts.visibility.check_line(caller.teams_seen, id, version)
    sent = await to_thread.run_sync(lambda: contents.sent(executor, id, version, content_id, only_of=only_of))
    looks.shows(request, sent.content.owner_id)
    size, type = sent.content.size, sent.content.type
    part = _range(range, size)
    start, end = part or (0, size)
    knowing = quarantined and caller.actor.kind == "agent"
    read = await to_thread.run_sync(lambda: contents.read(executor, content_id, start, end, quarantined=knowing))
    if sent.content.quarantined:
        type = UNKNOWN
    shown: Literal["inline", "attachment"] = "inline" if type in SHOWN_INLINE else "attachment"
    more = {
        "Content-Length": str(end - start),
        "Content-Disposition": f"{shown}; filename*=UTF-8''{_file_name(sent.name)}",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Accept-Ranges": "bytes",
    }
    status = 200
    if part is not None:
        status, more["Content-Range"] = 206, f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(_parts(read), status, more, _media_type(type))


def _of_kind(kind: str, id: str) -> str:
    """The id, which is of this kind. Raises NotFound."""
    if kind_of(id) != kind:
        raise NotFound(f"the {kind}")
    return id


async def _keep(parts: Parts, owner_id: str, request: Request, context: Context) -> Response:
    """Take in a file, part by part, in a thread that writes each part before it asks for the next one."""
    if request.headers.get("content-type", "").strip().lower().startswith(_FORMS):
        raise Refusal("input-invalid", "body: send the file itself, not a form")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal("input-invalid", "body: send the file itself, not a coding of it")
    most = contents.store_of(parts.executor).most_bytes
    if int(request.headers.get("content-length") or 0) > most:
        raise Refusal("content-too-large", f"a file has at most {most} bytes; send a smaller file")
    coming = request.stream()

    async def next_part() -> bytes | None:
        return await anext(coming, None)

    def read() -> Iterator[bytes]:
        while (part := from_thread.run(next_part)) is not None:
            yield part

    kept = await to_thread.run_sync(lambda: contents.keep(parts.executor, owner_id, read(), context))
    return done(kept.answer, 201, size=kept.size, type=kept.type, sha256=kept.sha256, quarantined=kept.quarantined)


async def _parts(read: Iterator[bytes]) -> AsyncIterator[bytes]:
    async for part in iterate_in_threadpool(read):
        yield part


def _range(asked: str | None, size: int) -> tuple[int, int] | None:
    """The start and the end of a range of bytes; None where the whole file is asked for. Raises Refusal
    `range-unsatisfiable`."""
    found = _RANGE.fullmatch((asked or "").strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < int(first):
            return None
    if start >= end:
        raise Refusal("range-unsatisfiable", f"the file has {size} bytes; ask for some of these")
    return start, end


def _file_name(name: str) -> str:
    """A name for a file that is saved, percent-encoded: no path, and no sign that would end the header."""
    last = re.split(r"[/\\]", name)[-1].strip(" .")[:_NAME_CHARACTERS]
    return quote(last or "file", safe="")


def _media_type(type: str) -> str:
    if type == "text/plain":
        return "text/plain; charset=utf-8"
    return type if _TYPE.fullmatch(type) else "application/octet-stream"
