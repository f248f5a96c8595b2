"""The routes of signals: which there are, and what one rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Calling, Guarded
from api.edge.parts import AtLeast, Cursor, Id, Parts, TheParts, TheThen, json_answer, wait_for_views
from api.edge.replaying import Then
from api.routes.reading import READERS, reading, reading_from, reads_in
from api.routes.signal.items import SIGNAL_READERS
from commands.signal.limits import limits_in_force
from domain.kernel.refusal import NotFound
from domain.kernel.values import Label
from domain.signal.assessment import Strength
from projections.conversation.inbox import INBOX
from projections.signal import shown, signals, verbatims
from projections.signal.signals import SignalWindow

queries = APIRouter(route_class=Guarded, tags=["signals"])

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
MOST = 50
"""How many signals are weighed for one answer, at most."""


class ReasonShown(BaseModel):
    """One thing that was looked at. `against`: what it makes of the signal, null where nothing speaks against it.
    `numbers`: those behind it. `names`: the segments or channels that it is about."""

    code: str
    against: Strength | None
    numbers: dict[str, float | None]
    names: list[str]
    what_would_help: str


class SignalsPage(BaseModel):
    """Signals, those with the most people first."""

    position: int
    signals: list[shown.SignalShown]
    cursor: str | None


class SignalPage(BaseModel):
    """One signal: its months, and what its strength rests on, in all or in the month that was asked for. `parts`: the
    signals that were merged into it, whose people and items count here, too."""

    position: int
    signal: shown.SignalShown
    parts: list[str]
    windows: list[SignalWindow]
    reasons: list[ReasonShown]
    segments: list[shown.GroupShown]
    channels: list[shown.GroupShown]


class AfterShippingPage(BaseModel):
    """Whether it helped; null where nothing was shipped."""

    position: int
    after_shipping: shown.AfterShipping | None


class VerbatimsPage(BaseModel):
    """What customers said for a signal, the newest first."""

    position: int
    verbatims: list[verbatims.Verbatim]


@queries.get("/signals", **reading(SignalsPage, *SIGNAL_READERS))
async def read_signals(
    parts: TheParts,
    at_least: AtLeast,
    product_area: Annotated[Label | None, Query(description="Only signals of this product area.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at once, at most.")] = 20,
    then: TheThen = None,
) -> Response:
    """The signals, those with the most people first, each with its strength."""
    await wait_for_views(parts, shown.READS, at_least)
    return await reads_in(parts, then, _listed, parts, product_area, cursor, limit, then)


@queries.get("/signals/{id}", **reading(SignalPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_signal(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    month: Annotated[
        str | None,
        Query(pattern=MONTH, description="Weigh the evidence of this month only.", examples=["2026-11"]),
    ] = None,
    then: TheThen = None,
) -> Response:
    """One signal: who says so and who does so, month by month, and every reason why its evidence is strong or not."""
    await wait_for_views(parts, shown.READS, at_least)
    return await reads_in(parts, then, _one, parts, id, month, then)


@queries.get("/signals/{id}/verbatims", **reading(VerbatimsPage, *READERS, codes=("not-found",)))
async def read_verbatims(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 20,
    then: TheThen = None,
) -> Response:
    """What customers said last for a signal, in their own words, for those who may read their conversations."""
    await wait_for_views(parts, {*signals.READS, *verbatims.READS, INBOX}, at_least)
    return await reads_in(parts, then, _verbatims, parts, id, limit, caller.teams_seen, then)


@queries.get("/signals/{id}/after-shipping", **reading(AfterShippingPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_after_shipping(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    compare_with: Annotated[
        Label | None, Query(description="The product area to compare with; without it, all others together.")
    ] = None,
    then: TheThen = None,
) -> Response:
    """How many people said so before something was shipped, and after, with intervals, in the area and in others. As
    long is looked at after the shipping as before it, 90 days at most. What is not known is null."""
    await wait_for_views(parts, shown.READS, at_least)
    return await reads_in(parts, then, _after_shipping, parts, id, compare_with, then)


def _now(parts: Parts, then: Then | None) -> datetime:
    now = parts.executor.clock()
    return now if then is None else then.instants.now(now)


def _after_shipping(parts: Parts, id: str, compare_with: str | None, then: Then | None) -> Response:
    zone, now = parts.executor.zone, _now(parts, then)
    with reading_from(parts, shown.READS, then) as (connection, position):
        if signals.one(connection, zone, id) is None:
            raise NotFound(id)
        found = shown.after_shipping(connection, zone, id, now, compare_with)
    return json_answer(to_json({"position": position, "after_shipping": found}), position)


def _listed(parts: Parts, area: str | None, cursor: str | None, limit: int, then: Then | None) -> Response:
    limits = limits_in_force(parts.executor, _now(parts, then))
    with reading_from(parts, shown.READS, then) as (connection, position):
        page = shown.listed(connection, parts.executor.zone, limits, area=area, cursor=cursor, limit=limit)
    return json_answer(to_json({"position": position, "signals": page.rows, "cursor": page.cursor}), position)


def _one(parts: Parts, id: str, month: str | None, then: Then | None) -> Response:
    limits = limits_in_force(parts.executor, _now(parts, then))
    with reading_from(parts, shown.READS, then) as (connection, position):
        found = shown.in_full(connection, parts.executor.zone, limits, id, month)
    if found is None:
        raise NotFound(id)
    answer = SignalPage(
        position=position,
        signal=found.signal,
        parts=list(found.parts),
        windows=found.windows,
        reasons=[
            ReasonShown(
                code=each.code,
                against=each.against,
                numbers={name: number if math.isfinite(number) else None for name, number in each.numbers.items()},
                names=list(each.names),
                what_would_help=each.what_would_help,
            )
            for each in found.assessment.reasons
        ],
        segments=found.segments,
        channels=found.channels,
    )
    return json_answer(answer.model_dump_json().encode(), position)


def _verbatims(parts: Parts, id: str, limit: int, teams_seen: Sequence[str] | None, then: Then | None) -> Response:
    views = tuple(dict.fromkeys((*signals.READS, *verbatims.READS)))
    with reading_from(parts, views, then) as (connection, position):
        if signals.one(connection, parts.executor.zone, id) is None:
            raise NotFound(id)
        words = verbatims.newest(connection, id, limit, teams_seen=teams_seen)
    return json_answer(to_json({"position": position, "verbatims": words}), position)
