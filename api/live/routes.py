"""The live streams: an inbox, a conversation or a customer as Server-Sent Events: the present state, then changes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request

from api.contract.openapi import headers
from api.edge.access import Caller, Calling, Guarded, permitted, roles
from api.edge.json_documents import document, members
from api.edge.looks import ShownLive
from api.edge.parts import AtLeast, Id, Parts, TheParts, wait_for_selections, wait_for_views
from api.edge.problems import responses
from api.live.live_queries import LiveQueries
from api.live.resources import Resource
from api.live.streams import HEARTBEAT_SECONDS, LiveStream
from api.live.windows import FollowWindow
from api.routes.conversation.inbox import Which
from api.routes.reading import READERS, parameters
from commands.registry import Role
from domain.kernel.refusal import NotFound, Overloaded, Refusal
from infra.views.cursor import decoded, encoded
from infra.views.page_query import Rows
from infra.views.selection import Selection, Subselect
from infra.views.statements import TOGETHER
from projections import message as receipts
from projections.conversation import history, inbox
from projections.customer import overview as customers
from projections.customer import timeline
from projections.service_level import clocks as sla_clocks
from projections.visibility import seen

router = APIRouter(route_class=Guarded)

PAGE = 100
"""About how many rows of each selection one event carries, at most; fewer where they are large (`PAGE_BYTES`). A
stream's memory does not grow with the view."""

MOST_SEEN = 500
"""How many rows of each selection a caller follows who does not see the conversations of every team."""

AGAIN_SECONDS = 1.0
"""How long a stream waits before it tries again while the database is away."""


@dataclass(frozen=True, slots=True)
class At:
    """A client's place in one selection: it holds the rows of the table `generation` that changed up to `since`. While
    there is a `cursor`, it holds only rows before the cursor, of those that have not changed since.
    """

    generation: int
    since: int
    cursor: str | None


class Follow:
    """One client's way through a resource, in steps.

    The state is read page by page, each as of an instant of its own; changes made meanwhile come afterwards. So no slow
    client holds a snapshot of the database. The id of each event says where the client is; nothing else keeps that.
    """

    def __init__(self, resource: Resource, queries: LiveQueries, last_event_id: str | None) -> None:
        self._resource = resource
        self.mark = resource.mark
        self._queries = queries
        self._places = _places(last_event_id, resource) if last_event_id else None
        self._complete = False

    @property
    def known(self) -> Mapping[tuple[str, int], int]:
        """By view and version, the position up to which the client knows the rows."""
        places = zip(self._resource.selections, self._places or (), strict=False)
        views = ((selection.table.view, at) for selection, at in places)
        return {(view.name, view.version): at.since for view, at in views}

    @property
    def complete(self) -> bool:
        """Whether the client holds everything as of the last query."""
        return self._complete

    async def step(self) -> bytes | None:
        """The next event; None where nothing changed. Raises Overloaded."""
        before = self._places
        fresh: Sequence[At | None] = before or [None] * len(self._resource.selections)
        try:
            parts = [_part(*each) for each in zip(self._resource.selections, fresh, strict=True)]
            question = self.mark, tuple(fresh)
            found = await self._queries.query(question, parts, PAGE, self._resource.given)
        except Refusal as refusal:
            if refusal.code != "cursor-invalid":
                raise
            self._places = None  # the id was never given out
            return await self.step()
        # One event of the log, such as an erasure, may change more than one event here carries.
        if before and (any(map(_outdated, before, found)) or any(rows.number > TOGETHER * PAGE for rows in found)):
            self._places = None
            return await self.step()
        self._places = [_after(*each) for each in zip(fresh, found, strict=True)]
        complete = all(map(_whole, fresh, found))
        news = before is None or complete != self._complete or any(rows.number for rows in found)
        self._complete = complete
        return self._event("change" if before else "state", found) if news else None

    def _event(self, name: str, found: Sequence[Rows]) -> bytes:
        assert self._places is not None
        collections = {
            selection.name: b"{%s}" % members(changed=rows.rows, gone=rows.gone)
            for selection, rows in zip(self._resource.selections, found, strict=True)
        }
        position = min(at.since for at in self._places)
        complete = b"true" if self._complete else b"false"
        data = document(position, complete=complete, **collections)
        id = encoded([self.mark, [[at.generation, at.since, at.cursor] for at in self._places]])
        # PostgreSQL puts line ends between rows, and a line end closes a field here; line ends in texts are escaped.
        return b"event: %s\nid: %s\ndata: %s\n\n" % (
            name.encode(), id.encode(), data.replace(b"\n", b""),
        )  # fmt: skip


def _part(selection: Selection[Any], at: At | None) -> Subselect:
    if at is None:
        return selection.page(limit=PAGE)
    return selection.page(cursor=at.cursor, limit=PAGE) if at.cursor else selection.changes(at.since, limit=PAGE)


def _outdated(at: At, rows: Rows) -> bool:
    return rows.generation != at.generation or rows.position < at.since


def _whole(at: At | None, rows: Rows) -> bool:
    """Whether the client now holds the whole selection as of the instant of the query."""
    return not rows.cursor if at is None else not at.cursor and not rows.more


def _after(at: At | None, rows: Rows) -> At:
    if at is None:
        return At(rows.generation, rows.position, rows.cursor)
    if at.cursor:
        return replace(at, cursor=rows.cursor)
    return replace(at, since=int(rows.last[0]) if rows.more else rows.position)


def _places(last_event_id: str, resource: Resource) -> list[At] | None:
    """The places in an event id; None for an id of another resource, or of none: then the client begins anew.

    A refusal would help nobody: a browser sends its last id for as long as it lives, and gives up when refused.
    """
    try:
        mark, places = decoded(last_event_id)
        found = [At(int(generation), int(since), cursor) for generation, since, cursor in places]
        fits = mark == resource.mark and len(found) == len(resource.selections)
        fits = fits and all(0 <= at.since < 2**63 and isinstance(at.cursor, str | None) for at in found)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if fits else None


async def _counted(caller: Calling, parts: TheParts) -> AsyncIterator[None]:
    with parts.streams.counted(caller.id):
        yield


Counted = Annotated[None, Depends(_counted)]
"""Counts a stream among those that are open, until it ends."""

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=4000,
        description="The `id` of the last event that was applied: the stream goes on after it.",
    ),
]


async def begin(
    resource: Resource,
    parts: Parts,
    request: Request,
    at_least: int,
    last_event_id: str | None,
    *,
    limit: int | None = None,
    allowed: Sequence[Role] = READERS,
) -> LiveStream:
    """Begin a stream; with a limit, of a window, as for a caller who sees a part of the rows. `allowed`: the roles that
    may follow.

    All that can be refused is refused before the stream begins. Raises NotFound, Refusal, Overloaded."""
    caller: Caller = request.state.caller
    await wait_for_selections(parts, resource.selections, at_least, teams_seen=caller.teams_seen)
    narrowed = [seen(each, caller.teams_seen) for each in resource.selections]
    if caller.teams_seen is not None and narrowed != list(resource.selections):
        given = {**resource.given, **parameters(caller.teams_seen)}
        resource = replace(resource, selections=narrowed, given=given)
        # A change would tell as gone whatever changed and is hidden; a window says nothing of it.
        limit = MOST_SEEN if limit is None else limit
    if resource.witness:
        (rows,) = await parts.reader.pages([resource.witness.page(limit=1)], [1], **resource.given)
        if not rows.number:
            raise NotFound(str(resource.given))
    queries = parts.streams.queries
    follow = (
        Follow(resource, queries, last_event_id)
        if limit is None
        else FollowWindow(resource, limit, queries, last_event_id)
    )
    first = await follow.step()
    id = resource.given.get("id")
    events = _events(follow, first, parts, request, allowed, id if isinstance(id, str) else None)
    return LiveStream(events, {"Position": str(min(follow.known.values()))})


async def _events(
    follow: Follow | FollowWindow,
    event: bytes | None,
    parts: Parts,
    request: Request,
    allowed: Sequence[Role],
    id: str | None,
) -> AsyncIterator[bytes]:
    streams = parts.streams
    caller = began = request.state.caller
    checked = time.monotonic()
    shown = ShownLive(request)
    try:
        with streams.watching(follow.mark):
            while not streams.closed:
                if event:
                    if id is not None and caller.teams_seen is not None:
                        # Another team may have it by now, which the history may tell before the inbox does.
                        await wait_for_views(parts, [inbox.INBOX], max(follow.known.values()))
                        await parts.visibility.check(caller.teams_seen, id)
                    await shown.record(event)
                    yield event
                if follow.complete:
                    await streams.coalesce()
                    ends = min(checked + HEARTBEAT_SECONDS - time.monotonic(), caller.expires_at - time.time())
                    await streams.wait(max(ends, 0.01), parts.positions, follow.known)
                try:
                    if time.monotonic() >= checked + HEARTBEAT_SECONDS or time.time() >= caller.expires_at:
                        caller = await parts.access.caller(request)
                        permitted(caller, allowed)
                        if caller.teams_seen != began.teams_seen:
                            raise Refusal("unavailable", "what you see has changed; come back with the last id")
                        checked = time.monotonic()
                    event = await follow.step()
                except Overloaded:
                    event = None
                    await streams.wait(AGAIN_SECONDS)
            raise Overloaded("the server stops; come back with the last id")
    except Refusal as refusal:
        yield b"event: end\ndata: %s\n\n" % json.dumps({"code": refusal.code, "detail": refusal.what_to_do}).encode()
    finally:
        shown.end()


def live(*codes: str, allowed: Sequence[Role] = READERS) -> dict[str, Any]:
    """The declaration of a live route."""
    return {
        **roles(*allowed),
        "status_code": 200,
        "response_class": LiveStream,
        "responses": {
            200: {**headers("Position"), "content": {LiveStream.media_type: {"schema": {"type": "string"}}}},
            **responses(*codes),
        },
    }


@router.get("/inbox/live", tags=["conversations"], **live())
async def follow_inbox(
    request: Request,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    which: Which,
    order: Annotated[inbox.Order, Query(description="With a limit: which conversations come first.")] = "waiting",
    limit: Annotated[
        int | None,
        Query(ge=1, le=500, description="Only the first so many, all of them anew whenever one of them changes."),
    ] = None,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """The inbox, live: `items` as the inbox with the same filters, order and limit shows them; without a limit, all of
    them."""
    resource = Resource((inbox.IN_ORDER[order],), {**which.parameters(), "order": order})
    return await begin(resource, parts, request, at_least, last_event_id, limit=limit)


@router.get("/conversations/{id}/live", tags=["conversations"], **live("not-found"))
async def follow_conversation(
    id: Id,
    request: Request,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """One conversation, live: `conversation`, its status; `clocks`, as the watch recorded them; `lines`, its history;
    `receipts`, how far messages to the customer have come."""
    shown = (inbox.ONE, sla_clocks.ONE, history.LINES, receipts.OF_CONVERSATION)
    resource = Resource(shown, {"id": id}, inbox.ONE)
    return await begin(resource, parts, request, at_least, last_event_id)


@router.get("/customers/{id}/live", tags=["customers"], **live("not-found"))
async def follow_customer(
    id: Id,
    request: Request,
    parts: TheParts,
    at_least: AtLeast,
    counted: Counted,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """A customer, live: `conversations`, `moments` of the timeline, and `links`, who was merged into whom. After a
    merge or a separation, a `state` event comes: begin anew with it."""
    shown = (customers.LINKS, customers.CONVERSATIONS, customers.MOMENTS)
    resource = Resource(shown, {"id": id}, timeline.MOMENTS)
    return await begin(resource, parts, request, at_least, last_event_id)
