"""The outbox: what leaves over a channel, for gateways that ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from anyio import from_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Calling, Guarded, roles
from api.edge.parts import AtLeast, TheParts, json_answer, wait_for_views
from api.routes.reading import reading
from commands.conversation.outbound import OutboundMessage, Replies
from domain.kernel.values import Channel
from domain.message import DeliveryState
from infra.subscriptions.lease import positions
from projections import outbox
from projections.outbox import OUTBOX, Wanted

queries = APIRouter(route_class=Guarded, tags=["gateways"])

MOST = 100
"""The most messages of a page. A page also ends at `commands.conversation.outbound.MOST_BYTES`."""


class OutboxFile(BaseModel):
    """A file that goes with a message: name, type, `size` in bytes, `sha256` in hex."""

    id: str
    name: str
    type: str
    size: int
    sha256: str


class OutboxMessage(OutboundMessage):
    """A message that leaves, as on the topic `outbound.messages.v1`. `event_id`: the same however often it is listed,
    and on every way to a gateway. `at_position`: where the log has it. `state`: how far it has come; null until
    something is reported. `code`: why it failed, as said last."""

    # As recorded: what an earlier limit allowed is listed, too.
    attachments: tuple[OutboxFile, ...]  # type: ignore[assignment]
    event_id: str
    at_position: int
    sent_at: datetime
    state: DeliveryState | None
    code: str | None


class OutboxPage(BaseModel):
    """Messages in the order of the log, which is the order of each conversation. `after`: give it to get the next page;
    `more`: whether there may be one."""

    position: int
    messages: list[OutboxMessage]
    after: int
    more: bool


@queries.get(
    "/outbox",
    **reading(OutboxPage, codes=("position-not-reached",)) | roles("service", scope="deliver"),
)
def read_outbox(
    parts: TheParts,
    caller: Calling,
    at_least: AtLeast,
    channel: Annotated[Channel, Query(description="The channel that you serve.", examples=["mail"])],
    after: Annotated[
        int, Query(ge=0, le=2**62, description="Only what the log has after this position.", examples=[0])
    ],
    state: Annotated[
        Wanted, Query(description="How far messages have come. `waiting`: nothing was reported of them yet.")
    ] = "waiting",
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at once, at most.")] = MOST,
) -> Response:
    """What leaves over a channel, in order. Each message is listed until its gateway reports how far it has come
    (`PUT /messages/{id}/delivery`): that is the acknowledgement. So each comes at least once; drop a repeated
    `event_id`."""
    caller.scopes.check_channel(channel)
    from_thread.run(wait_for_views, parts, [OUTBOX], at_least)
    with parts.database.connection() as connection:
        position = positions(connection).get((OUTBOX.name, OUTBOX.version), 0)
        rows = outbox.of_channel(connection, channel, state, after, limit)
    by_position = {row.at_position: row for row in rows if row.at_position is not None}
    leaving, last = Replies(parts.executor).leaving_at(by_position)
    messages = [
        OutboxMessage(
            **message.model_dump(),
            event_id=recorded.envelope.event_id,
            at_position=recorded.position,
            sent_at=recorded.at,
            state=by_position[recorded.position].state,
            code=by_position[recorded.position].code,
        )
        for recorded, message in leaving
    ]
    more = len(rows) == limit or last < max(by_position, default=0)
    page = OutboxPage(position=position, messages=messages, after=max(after, last), more=more)
    return json_answer(to_json(page), position)
