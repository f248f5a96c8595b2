"""The routes of the inbox: who waits for an answer, with names and first words, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json

from api.edge.access import Calling, Guarded
from api.edge.json_documents import page
from api.edge.parts import ID, AtLeast, Cursor, Limit, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.replaying import Then
from api.routes.reading import READERS, read_page, reading, reading_from, reads_in
from domain.conversation.events import Priority, Status
from domain.conversation.interaction import InteractionKind
from domain.kernel.time import WrittenInstant
from domain.kernel.values import Channel, Label, Language
from infra.views.page_query import Rows
from projections import staff as staffing
from projections.conversation import history, inbox
from projections.conversation.inbox_filter import NOBODY, Filter
from projections.customer import timeline

router = APIRouter(route_class=Guarded, tags=["conversations"])

MOST_IDS = 100
"""How many conversations are read by their ids at once, at most."""

MOST_VALUES = 50
"""How many values one filter takes, at most."""

WORDS_CHARACTERS = 140
"""How many characters of a message stand beside its conversation, at most."""

_BESIDE = (timeline.TIMELINE, staffing.STAFFING, history.HISTORY)
"""The views of names and words."""

_Id = Annotated[str, Field(pattern=ID)]
_Owner = Annotated[str, Field(pattern=rf"{ID}|^{NOBODY}$")]


async def _which(
    status: Annotated[list[Status] | None, Query(max_length=MOST_VALUES)] = None,
    kind: Annotated[list[InteractionKind] | None, Query(max_length=MOST_VALUES)] = None,
    team_id: Annotated[
        list[_Owner] | None, Query(max_length=MOST_VALUES, description=f"`{NOBODY}`: of no team.")
    ] = None,
    agent_id: Annotated[
        list[_Owner] | None, Query(max_length=MOST_VALUES, description=f"`{NOBODY}`: of no agent.")
    ] = None,
    product_area: Annotated[list[Label] | None, Query(max_length=MOST_VALUES)] = None,
    channel: Annotated[list[Channel] | None, Query(max_length=MOST_VALUES)] = None,
    language: Annotated[list[Language] | None, Query(max_length=MOST_VALUES)] = None,
    priority: Annotated[list[Priority] | None, Query(max_length=MOST_VALUES)] = None,
    segment: Annotated[list[Label] | None, Query(max_length=MOST_VALUES)] = None,
    person_requested: Annotated[bool | None, Query(description="Whether the customer waits for a person.")] = None,
    opened_from: Annotated[WrittenInstant | None, Query(description="Opened at this time or later.")] = None,
    opened_before: Annotated[WrittenInstant | None, Query(description="Opened before this time.")] = None,
    due_from: Annotated[WrittenInstant | None, Query(description="First due at this time or later.")] = None,
    due_before: Annotated[WrittenInstant | None, Query(description="First due before this time.")] = None,
) -> Filter:
    return Filter(
        status=status, kind=kind, team_id=team_id, agent_id=agent_id, product_area=product_area, channel=channel,
        language=language, priority=priority, segment=segment, person_requested=person_requested,
        opened_from=opened_from, opened_before=opened_before, due_from=due_from, due_before=due_before,
    )  # fmt: skip


Which = Annotated[Filter, Depends(_which)]
"""The filters of the inbox. A filter that is repeated takes any of its values."""

Included = Literal["names", "words"]
Include = Annotated[
    list[Included] | None,
    Query(
        max_length=MOST_VALUES,
        description="What comes beside the items: names of customers, teams and staff members; the first words of "
        "what each customer said last.",
    ),
]


class InboxPage(BaseModel):
    """Conversations, in the order asked for. Where they are included: `names` by the ids of customers, teams and staff
    members, and `words`, by the conversation's id, the first words of what its customer said last."""

    position: int
    items: list[inbox.Item]
    cursor: str | None
    names: dict[str, str] | None = None
    words: dict[str, str] | None = None


class InboxCounts(BaseModel):
    """Counts by status and team. `more`: statuses with more conversations than are counted; the counts of such a status
    are of a part of its conversations."""

    position: int
    counts: list[inbox.Count]
    more: list[Status]


@router.get("/inbox", **reading(InboxPage, *READERS))
async def read_inbox(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    which: Which,
    order: Annotated[
        inbox.Order,
        Query(
            description="waiting: who waits longest comes first, whose answer did not arrive from when that was known "
            "(reply_failed_at); then who does not wait, oldest first. "
            "due: what is due first, or was, then the others as before. A cursor is of one order."
        ),
    ] = "waiting",
    include: Include = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """The inbox: who waits for an answer, or what is due. Without a status: all that are not closed."""
    selection, given = inbox.IN_ORDER[order], which.parameters()
    rows = await read_page(parts, selection, at_least, cursor, limit, then, caller.teams_seen, **given)
    return await _answered(parts, rows, at_least, include, then)


async def _answered(
    parts: Parts, rows: Rows, at_least: int, include: Sequence[Included] | None, then: Then | None
) -> Response:
    """Rows with what is included."""
    if not include:
        return json_answer(page(rows.position, rows.cursor, items=rows.rows), rows.position)
    await wait_for_views(parts, _BESIDE, at_least)
    position, beside = await reads_in(parts, then, _beside, parts, rows.rows, include, then)
    position = min(position, rows.position)
    return json_answer(page(position, rows.cursor, items=rows.rows, **beside), position)


def _beside(parts: Parts, rows: bytes, include: Sequence[Included], then: Then | None) -> tuple[int, dict[str, bytes]]:
    """What is included, as JSON, and the position that all of it has reached."""
    items = from_json(rows)
    found = {}
    conversations = [item["conversation_id"] for item in items]
    with reading_from(parts, _BESIDE, then, conversations) as (connection, position):
        if "names" in include:
            staff = [id for item in items for id in (item["team_id"], item["agent_id"]) if id]
            known = {id: entry.name for id, entry in staffing.by_id(connection, staff).items()}
            customers = timeline.names(connection, [item["customer_id"] for item in items])
            found["names"] = to_json(customers | known)
        if "words" in include:
            found["words"] = to_json(history.last_words(connection, conversations, WORDS_CHARACTERS))
    return position, found


@router.get("/conversations", **reading(InboxPage, *READERS))
async def read_conversations(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    ids: Annotated[
        list[_Id],
        Query(
            alias="id",
            min_length=1,
            max_length=MOST_IDS,
            description="Which; several times for several.",
            examples=[["conversation-0199c5a0-77c5-7a52-8a0e-5b1f0a4c3d02"]],
        ),
    ],
    include: Include = None,
    then: TheThen = None,
) -> Response:
    """Conversations by their ids, closed ones and parts of others too, in the order of their ids. What there is none of
    is left out."""
    rows = await read_page(parts, inbox.BY_ID, at_least, None, MOST_IDS, then, caller.teams_seen, ids=ids)
    return await _answered(parts, rows, at_least, include, then)


@router.get("/inbox/counts", **reading(InboxCounts, *READERS))
async def count_inbox(parts: TheParts, at_least: AtLeast, caller: Calling, then: TheThen = None) -> Response:
    """How many conversations there are, by status and team: in all, without an agent, with a customer who waits, and
    with a due that passed. Of a status with very many, 10,000 are counted."""
    await wait_for_views(parts, [inbox.INBOX], at_least)
    return await reads_in(parts, then, _counted, parts, caller.teams_seen, then)


def _counted(parts: Parts, teams_seen: Sequence[str] | None, then: Then | None) -> Response:
    with reading_from(parts, [inbox.INBOX], then) as (connection, position):
        counts, more = inbox.counts(connection, teams_seen=teams_seen)
    return json_answer(to_json({"position": position, "counts": counts, "more": more}), position)
