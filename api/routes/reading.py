"""What the routes that read have in common: their declaration, and pages of selections, as things stand or replayed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread
from pydantic import BaseModel

from api.contract.openapi import headers
from api.edge.access import roles
from api.edge.parts import Parts, wait_for_selections
from api.edge.problems import responses
from api.edge.replaying import Then
from commands.registry import DESK, Role
from domain.kernel.refusal import NotFound
from infra.postgres.database import Connection
from infra.views import versions
from infra.views.page_query import Rows
from infra.views.selection import Selection, Subselect
from infra.views.view import AnyView
from projections.customer import overview as customers
from projections.customer import timeline
from projections.visibility import seen

R = TypeVar("R")

READERS: tuple[Role, ...] = (*DESK, "auditor", "service")
"""The roles that may read everything that was said."""

TAGGED = ("Position", "ETag")
"""The headers of a read that says by its ETag what it shows."""


def reading(
    model: type[BaseModel], *allowed: Role, codes: tuple[str, ...] = (), shows: tuple[str, ...] = TAGGED
) -> dict[str, Any]:
    """The declaration of a route that reads."""
    return {
        **roles(*allowed),
        "response_model": model,
        "responses": {
            200: headers(*shows),
            **({304: headers(*TAGGED)} if "ETag" in shows else {}),
            **responses(*codes),
        },
    }


async def read_pages(
    parts: Parts,
    selections: Sequence[Selection[Any]],
    at_least: int,
    pages: Sequence[Subselect],
    limits: Sequence[int],
    then: Then | None = None,
    teams_seen: Sequence[str] | None = None,
    /,
    **given: Any,
) -> list[Rows]:
    """Pages of several selections as of one instant; with `then`, replayed: of what is about the `id` in `given`, or of
    everything.
    `teams_seen`: of narrowed selections (`seen`). Raises Refusal `position-not-reached`, `cursor-invalid`,
    Overloaded."""
    await wait_for_selections(parts, selections, at_least, teams_seen=teams_seen)
    given |= parameters(teams_seen)
    if then is None:
        return await parts.reader.pages(pages, limits, **given)
    views = [selection.table.view for selection in selections]
    replayed = partial(_replayed, parts, views, pages, limits, then, given)
    return await to_thread.run_sync(replayed, limiter=parts.replays)


def _replayed(
    parts: Parts,
    views: Sequence[AnyView],
    pages: Sequence[Subselect],
    limits: Sequence[int],
    then: Then,
    given: Mapping[str, Any],
) -> list[Rows]:
    if "id" in given:
        return parts.replay.pages(given["id"], then.instants, pages, limits, given, then.go_on)
    position = parts.executor.log.position()
    with parts.replay.everything(views, then.instants, then.go_on) as reader:
        return [replace(rows, position=position) for rows in reader.pages(pages, limits, given)]


@contextmanager
def reading_from(
    parts: Parts, views: Sequence[AnyView], then: Then | None, about: str | Collection[str] | None = None
) -> Iterator[tuple[Connection, int]]:
    """A connection to these views and the position that all of them have reached; with `then`, to what they were: all
    of it, or what is about a thing or some. In a thread (`reads_in`)."""
    if then is None:
        with parts.database.connection() as connection:
            yield connection, min(versions.position(connection, view) for view in views)
        return
    position = parts.executor.log.position()
    if about is None:
        replayed = parts.replay.everything(views, then.instants, then.go_on)
    else:
        replayed = parts.replay.reader(about, then.instants, then.go_on)
    with replayed as reader, reader.connection() as connection:
        yield connection, position


async def reads_in(parts: Parts, then: Then | None, read: Callable[..., R], *given: Any) -> R:
    """What a function answers, in a thread; where something is replayed, a few at a time."""
    return await to_thread.run_sync(partial(read, *given), limiter=None if then is None else parts.replays)


async def read_page(
    parts: Parts,
    selection: Selection[Any],
    at_least: int,
    cursor: str | None,
    limit: int,
    then: Then | None = None,
    teams_seen: Sequence[str] | None = None,
    /,
    **given: Any,
) -> Rows:
    """A page of one selection. `teams_seen`: the caller's, where the rows are of many conversations. Raises as
    `read_pages`."""
    page = seen(selection, teams_seen).page(cursor=cursor, limit=limit)
    (rows,) = await read_pages(parts, [selection], at_least, [page], [limit], then, teams_seen, **given)
    return rows


def parameters(teams_seen: Sequence[str] | None) -> dict[str, list[str]]:
    """The parameter of narrowed selections."""
    return {} if teams_seen is None else {"teams_seen": list(teams_seen)}


async def read_page_of(
    parts: Parts,
    owner: Selection[Any],
    selection: Selection[Any],
    at_least: int,
    cursor: str | None,
    limit: int,
    id: str,
    then: Then | None = None,
    teams_seen: Sequence[str] | None = None,
) -> Rows:
    """A page of a selection that belongs to what `owner` shows; it may be empty. `teams_seen`: as of `read_page`.
    Raises NotFound without that owner."""
    pages = [seen(owner, teams_seen).page(limit=1), seen(selection, teams_seen).page(cursor=cursor, limit=limit)]
    thing, rows = await read_pages(parts, [owner, selection], at_least, pages, [1, limit], then, teams_seen, id=id)
    if not thing.number:
        raise NotFound(id)
    return rows


async def read_page_of_customer(
    parts: Parts,
    selection: Selection[Any],
    at_least: int,
    cursor: str | None,
    limit: int,
    id: str,
    then: Then | None = None,
    teams_seen: Sequence[str] | None = None,
) -> Rows:
    """A page of a selection of `projections.customer.overview`. `teams_seen`: as of `read_page`. Raises NotFound where
    there is no such customer."""
    selections = (timeline.MOMENTS, customers.LINKS, selection)
    of_them = seen(selection, teams_seen).page(cursor=cursor, limit=limit)
    pages, limits = [*(each.page(limit=1) for each in selections[:2]), of_them], [1, 1, limit]
    themselves, links, rows = await read_pages(parts, selections, at_least, pages, limits, then, teams_seen, id=id)
    if not themselves.number:
        raise NotFound(id)
    return replace(rows, position=min(links.position, rows.position))
