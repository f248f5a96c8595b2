"""The route of a mail's HTML, made safe to be shown."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from api.contract.examples.story import LEAK_PICTURE
from api.edge import looks
from api.edge.access import Calling, Guarded, roles
from api.edge.parts import Id, TheParts
from api.edge.problems import responses
from api.routes.reading import READERS
from commands import content as contents
from domain.conversation.interaction import CONTENT_ID
from domain.kernel.refusal import NotFound
from infra.mail.safe_html import POLICY, safe_page

router = APIRouter(route_class=Guarded, tags=["content"])

_HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'self'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Whatever a browser makes of the page: nothing in it runs, nothing is loaded, and it is of no origin."""
_PAGE = {"schema": {"type": "string"}}


@router.get(
    "/conversations/{id}/mail-html",
    **roles(*READERS),
    response_class=Response,
    responses={
        200: {"content": {"text/html": _PAGE}},
        **responses("not-found", "content-missing", "content-quarantined", "customer-erased"),
    },
)
async def read_mail_html(
    id: Id,
    version: Annotated[int, Query(ge=1, le=2**53, examples=[4], description="The line's version.")],
    content_id: Annotated[
        str, Query(pattern=CONTENT_ID, examples=[LEAK_PICTURE], description="Of the attachment `mail.eml`.")
    ],
    parts: TheParts,
    caller: Calling,
    request: Request,
) -> Response:
    """The HTML of a mail as a page to be shown in a frame: without scripts, forms, styles and images, so that nothing
    in it runs and nobody learns that it was read. `id` and `version` are the line's. `not-found` also where the mail
    has no HTML: the line has its text."""
    executor = parts.executor
    await parts.visibility.check_line(caller.teams_seen, id, version)
    sent = await to_thread.run_sync(lambda: contents.sent(executor, id, version, content_id))
    looks.shows(request, sent.content.owner_id)
    # In turns: a mail is in memory as a whole.
    page = await to_thread.run_sync(
        lambda: safe_page(b"".join(contents.read(executor, content_id))), limiter=parts.computations
    )
    if page is None:
        raise NotFound("the HTML of this mail", check="the text of the line, which is all that it says")
    return Response(page, 200, _HEADERS, "text/html; charset=utf-8")
