"""The route of what changed between two answers of a measure: the items that count otherwise, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.edge.access import Guarded
from api.edge.parts import AtLeast, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.replaying import Then
from api.routes.measure import TheQuestion, item_after, items_of
from api.routes.reading import reading, reads_in
from domain.kernel.as_known import Instants
from domain.measure.change import ChangeCause, ItemChange, change_causes, item_changes
from domain.measure.definition import MeasuredItem
from infra.views.cursor import encoded
from projections import measure as view

queries = APIRouter(route_class=Guarded, tags=["measures"])


class ItemStanding(BaseModel):
    """How an item counts, or counted."""

    at: datetime
    outcome: str
    slices: Mapping[str, str]
    value: float | None


class ItemChangeShown(BaseModel):
    """An item that counts otherwise than it did: `before` and `after`; null where it was not there. `causes`: what was
    recorded about it since."""

    id: str
    before: ItemStanding | None
    after: ItemStanding | None
    causes: list[ChangeCause]


class ItemChangesPage(BaseModel):
    """Items that count otherwise than they did, by their ids. `known_at`: than they were known then. `items`: how many
    there are in all. `cursor`: the last id of the page, if there are more."""

    position: int
    known_at: datetime
    items: int
    changes: list[ItemChangeShown]
    cursor: str | None


@queries.get("/measures/{id}/changes", **reading(ItemChangesPage, "lead", "auditor", codes=("not-found",)))
async def read_measure_changes(
    parts: TheParts,
    at_least: AtLeast,
    question: TheQuestion,
    then: TheThen = None,
    cursor: Annotated[str | None, Query(max_length=200, description="The `cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many changes a page has.")] = 20,
) -> Response:
    """What changed between the figures as they were known at `known_at` (by default, when the span ended) and as they
    stand now: the items that count otherwise, each with what was recorded about it since: late events, merges, undone
    merges, corrections, erasures, and what happened since. With `as_of`, what had happened by then, both times."""
    clock = parts.executor.clock()
    as_of = None if then is None else then.instants.as_of
    known_at = (None if then is None else then.instants.known_at) or min(question.end, clock)
    earlier = Then(Instants(as_of, known_at), _stays if then is None else then.go_on)
    await wait_for_views(parts, view.reads(question), at_least)
    later = None if as_of is None else replace(earlier, instants=Instants(as_of))
    asked_then = replace(question, now=earlier.instants.now(clock))
    asked_now = replace(question, now=Instants(as_of).now(clock))
    _, before = await reads_in(parts, earlier, items_of, parts, asked_then, earlier)
    position, after = await reads_in(parts, later, items_of, parts, asked_now, later)
    found = item_changes(before, after)
    behind = item_after(cursor)
    left = [each for each in found if each.id > behind]
    changes = await reads_in(parts, earlier, _with_causes, parts, left[:limit], known_at)
    page = ItemChangesPage(
        position=position,
        known_at=known_at,
        items=len(found),
        changes=changes,
        cursor=encoded([changes[-1].id]) if len(left) > limit else None,
    )
    return json_answer(page.model_dump_json().encode(), position)


def _stays() -> None:
    """Who asks waits until the answer is there."""


def _with_causes(parts: Parts, changes: Sequence[ItemChange], known_at: datetime) -> list[ItemChangeShown]:
    return [
        ItemChangeShown(
            id=each.id,
            before=_standing(each.before),
            after=_standing(each.after),
            causes=change_causes(parts.replay.became_known, each, known_at, parts.executor.clock()),
        )
        for each in changes
    ]


def _standing(item: MeasuredItem | None) -> ItemStanding | None:
    if item is None:
        return None
    return ItemStanding(at=item.at, outcome=item.outcome, slices=item.slices, value=item.value)
