"""The routes that read conversations, customers and staff. Rows leave as the database wrote them, with a position."""

from __future__ import annotations

import re

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.edge.access import ANYBODY, Calling, Guarded, roles
from api.edge.json_documents import only, page
from api.edge.parts import (
    AtLeast,
    Cursor,
    Id,
    IdQuery,
    Limit,
    TheParts,
    TheThen,
    json_answer,
)
from api.edge.problems import responses
from api.routes.reading import READERS, read_page, read_page_of, read_page_of_customer, read_pages, reading
from domain.kernel.refusal import NotFound
from infra.views.cursor import cursor_invalid, encoded, place
from projections import message as receipts
from projections import staff as staffing
from projections.conversation import history, inbox
from projections.customer import links as customer_links
from projections.customer import overview as customers
from projections.customer import timeline
from projections.service_level import clocks as sla_clocks
from projections.visibility import seen

router = APIRouter(route_class=Guarded)


class ConversationPage(BaseModel):
    """A conversation, and a page of its history, in order. `clocks`: its clocks as the watch recorded them. `receipts`:
    how far the newest messages to the customer have come, by the id that a line of kind `sent` is `about`; only
    messages with a report."""

    position: int
    conversation: inbox.Item
    clocks: list[sla_clocks.ClocksRow]
    lines: list[history.HistoryLine]
    receipts: list[receipts.Receipt]
    cursor: str | None


class HistoryPage(BaseModel):
    """A page of a conversation's history, in order."""

    position: int
    lines: list[history.HistoryLine]
    cursor: str | None


class ParticipantsPage(BaseModel):
    """Who takes part in a conversation beside its customer, in the order in which they came."""

    position: int
    participants: list[history.ParticipantRow]
    cursor: str | None


class CustomerPage(BaseModel):
    """A customer's conversations and a page of the timeline, both newest first, with those of all merged customers.
    `links` says who was merged into the customer, and into whom the customer was merged."""

    position: int
    links: list[customer_links.Link]
    conversations: list[inbox.Item]
    moments: list[timeline.Moment]
    cursor: str | None


class MessagesPage(BaseModel):
    """Messages in conversations of others, in the order in which they were said."""

    position: int
    messages: list[history.HistoryLine]
    cursor: str | None


class StaffPage(BaseModel):
    """Staff members, in the order in which they joined."""

    position: int
    staff: list[staffing.Entry]
    cursor: str | None


class TeamsPage(BaseModel):
    """Teams, in the order in which they were formed."""

    position: int
    teams: list[staffing.Entry]
    cursor: str | None


class Me(BaseModel):
    """The token's owner, with the roles and the team in the log. `scopes`: of a service, what it may do."""

    id: str
    kind: str
    roles: list[str]
    team_id: str | None
    scopes: list[str] | None = None


_VERSION = re.compile(r"[0-9]{1,15}")

MOST_CONVERSATIONS = 500
"""The most conversations, and the most links, that come with a customer's timeline."""

MOST_RECEIPTS = 500
"""The most receipts that come with a conversation; the newest are given."""


@router.get(
    "/conversations/{id}",
    tags=["conversations"],
    **reading(ConversationPage, *READERS, codes=("not-found",)),
)
async def read_conversation(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    cursor: Cursor = None,
    limit: Limit = 100,
    then: TheThen = None,
) -> Response:
    """One conversation: its status, and both voices in order, with notes and changes. Only the last page has an ETag:
    the version that the lines up to here show, or an earlier one if the conversation's own row lags behind. As of
    another time, no page has one."""
    selections = (inbox.ONE, history.NEWEST, sla_clocks.ONE, receipts.OF_CONVERSATION, history.LINES)
    since, cursor = _since(cursor)
    limits = [1, 1, 1, MOST_RECEIPTS, limit]
    pages = [
        inbox.ONE.page(limit=1),
        history.NEWEST.page(limit=1),
        sla_clocks.ONE.page(limit=1),
        receipts.OF_CONVERSATION.page(limit=MOST_RECEIPTS),
        history.LINES.page(cursor=cursor, limit=limit),
    ]
    item, newest, clocks, receipt, lines = await read_pages(parts, selections, at_least, pages, limits, then, id=id)
    if not item.number:
        raise NotFound(id)
    if since is None:
        # Two projectors write the two: an event whose line was not shown must not count as seen.
        since = min(int(item.last[0]), int(newest.last[0] or 0))
    position = min(each.position for each in (item, clocks, receipt, lines))
    further = lines.cursor and encoded([*place(lines.cursor), str(since)])
    body = page(position, further, conversation=only(item), clocks=clocks.rows, lines=lines.rows, receipts=receipt.rows)
    return json_answer(body, position, version=since, tagged=not further and then is None)


def _since(cursor: str | None) -> tuple[int | None, str | None]:
    """The version of the conversation at the first page, and the cursor of its lines. An event that came in since may
    belong to a page that was read already, and does not count as seen either."""
    if cursor is None:
        return None, None
    at = place(cursor)
    version = at.pop() if at else ""
    if not _VERSION.fullmatch(version):
        raise cursor_invalid()
    return int(version), encoded(at)


@router.get(
    "/conversations/{id}/history", tags=["conversations"], **reading(HistoryPage, *READERS, codes=("not-found",))
)
async def read_history(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """A conversation's history, in order, a page at a time."""
    rows = await read_page(parts, history.LINES, at_least, cursor, limit, then, id=id)
    if not rows.number and cursor is None:
        raise NotFound(id)
    return json_answer(page(rows.position, rows.cursor, lines=rows.rows), rows.position)


@router.get(
    "/conversations/{id}/participants",
    tags=["conversations"],
    **reading(ParticipantsPage, *READERS, codes=("not-found",)),
)
async def read_participants(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """Who takes part in a conversation beside its customer: since when, and by which contact point."""
    rows = await read_page_of(parts, inbox.ONE, history.PARTICIPANTS, at_least, cursor, limit, id, then)
    return json_answer(page(rows.position, rows.cursor, participants=rows.rows), rows.position)


@router.get("/customers/{id}", tags=["customers"], **reading(CustomerPage, *READERS, codes=("not-found",)))
async def read_customer(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    cursor: Cursor = None,
    limit: Limit = 100,
    then: TheThen = None,
) -> Response:
    """A customer's conversations, and the timeline across all of them: interactions, outcomes, verdicts. Rows of merged
    customers are included, each under its own customer_id."""
    teams_seen = caller.teams_seen
    selections = [seen(each, teams_seen) for each in (customers.LINKS, customers.CONVERSATIONS, customers.MOMENTS)]
    limits = [MOST_CONVERSATIONS, MOST_CONVERSATIONS, limit]
    pages = [
        *(each.page(limit=MOST_CONVERSATIONS) for each in selections[:2]),
        selections[2].page(cursor=cursor, limit=limit),
    ]
    links, items, moments = await read_pages(parts, selections, at_least, pages, limits, then, teams_seen, id=id)
    if not moments.number and cursor is None:
        raise NotFound(id)
    position = min(links.position, items.position, moments.position)
    body = page(position, moments.cursor, links=links.rows, conversations=items.rows, moments=moments.rows)
    return json_answer(body, position)


@router.get("/customers/{id}/messages", tags=["customers"], **reading(MessagesPage, *READERS, codes=("not-found",)))
async def read_customers_messages(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    cursor: Cursor = None,
    limit: Limit = 100,
    then: TheThen = None,
) -> Response:
    """What was said by and to a customer in conversations of others, in order; also of merged customers."""
    teams_seen = caller.teams_seen
    rows = await read_page_of_customer(parts, customers.MESSAGES, at_least, cursor, limit, id, then, teams_seen)
    return json_answer(page(rows.position, rows.cursor, messages=rows.rows), rows.position)


@router.get("/staff", tags=["staff"], **reading(StaffPage, *READERS, "design"))
async def read_staff(
    parts: TheParts, at_least: AtLeast, team_id: IdQuery = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """The staff; with a team, its members."""
    rows = await read_page(parts, staffing.COLLEAGUES, at_least, cursor, limit, team_id=team_id)
    return json_answer(page(rows.position, rows.cursor, staff=rows.rows), rows.position)


@router.get("/teams", tags=["staff"], **reading(TeamsPage, *READERS, "design"))
async def read_teams(parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """The teams."""
    rows = await read_page(parts, staffing.TEAMS, at_least, cursor, limit)
    return json_answer(page(rows.position, rows.cursor, teams=rows.rows), rows.position)


@router.get("/me", tags=["staff"], **roles(*ANYBODY), response_model=Me, responses=responses())
async def read_me(caller: Calling) -> Me:
    """Who you are, as the log knows you."""
    actor = caller.actor
    scopes = caller.scopes.words if actor.kind == "service" else None
    return Me(id=actor.id, kind=actor.kind, roles=list(actor.roles), team_id=actor.team, scopes=scopes)
