"""The routes of signals: which there are, and what one rests on."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Guarded
from api.edge.parts import AtLeast, Cursor, Id, Parts, TheParts, json_answer, wait_for_views
from api.routes.queries import reading
from api.routes.signal.items import SIGNAL_READERS
from domain.kernel.refusal import NotFound
from domain.kernel.values import Label
from domain.signal.assessment import Assessment, Strength, assess
from domain.signal.identity import Stage
from infra.postgres.database import Connection
from infra.views import versions
from projections.signal import signals

queries = APIRouter(route_class=Guarded, tags=["signals"])

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
MOST = 50
"""How many signals are weighed for one answer, at most."""


class SignalShown(BaseModel):
    """A signal in all its months, and how far its evidence can be trusted. `people`: how many people say so; merged
    customers are one. `doers`: how many do so (returns, cancellations, failed steps)."""

    signal_id: str
    product_area: str
    theme: str
    stage: Stage
    people: int
    items: int
    doers: int
    first_said_at: datetime
    last_said_at: datetime
    strength: Strength


class ReasonShown(BaseModel):
    """One thing that was looked at. `against`: what it makes of the signal, null where nothing speaks against it.
    `numbers`: those behind it. `names`: the segments or channels that it is about."""

    code: str
    against: Strength | None
    numbers: dict[str, float | None]
    names: list[str]
    what_would_help: str


class GroupShown(BaseModel):
    """A segment or a channel: how many of the contributors are of it, and how many active customers of the area."""

    name: str
    contributors: int
    base: int


class SignalsPage(BaseModel):
    """Signals, those with the most people first."""

    position: int
    signals: list[SignalShown]
    cursor: str | None


class SignalPage(BaseModel):
    """One signal: its months, and what its strength rests on, in all or in the month that was asked for."""

    position: int
    signal: SignalShown
    windows: list[signals.SignalWindow]
    reasons: list[ReasonShown]
    segments: list[GroupShown]
    channels: list[GroupShown]


@queries.get("/signals", **reading(SignalsPage, *SIGNAL_READERS))
async def read_signals(
    parts: TheParts,
    at_least: AtLeast,
    product_area: Annotated[Label | None, Query(description="Only signals of this product area.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at once, at most.")] = 20,
) -> Response:
    """The signals, those with the most people first, each with its strength."""
    await wait_for_views(parts, signals.READS, at_least)
    return await to_thread.run_sync(_listed, parts, product_area, cursor, limit)


@queries.get("/signals/{id}", **reading(SignalPage, *SIGNAL_READERS, codes=("not-found",)))
async def read_signal(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    month: Annotated[
        str | None,
        Query(pattern=MONTH, description="Weigh the evidence of this month only.", examples=["2026-11"]),
    ] = None,
) -> Response:
    """One signal: who says so and who does so, month by month, and every reason why its evidence is strong or not."""
    await wait_for_views(parts, signals.READS, at_least)
    return await to_thread.run_sync(_one, parts, id, month)


def _listed(parts: Parts, area: str | None, cursor: str | None, limit: int) -> Response:
    zone = parts.executor.zone
    with parts.database.connection() as connection:
        position = _position(connection)
        page = signals.read(connection, zone, area=area, cursor=cursor, limit=limit)
        # Signals of one area are held against the same customers, which take the longest to read.
        bases = {area: signals.base(connection, zone, area) for area in {each.product_area for each in page.rows}}
        shown = [
            _shown(each, assess(signals.evidence(connection, zone, each, of=bases[each.product_area])))
            for each in page.rows
        ]
    return json_answer(to_json({"position": position, "signals": shown, "cursor": page.cursor}), position)


def _one(parts: Parts, id: str, month: str | None) -> Response:
    zone = parts.executor.zone
    with parts.database.connection() as connection:
        position = _position(connection)
        signal = signals.one(connection, zone, id)
        if signal is None:
            raise NotFound(id)
        evidence = signals.evidence(connection, zone, signal, month)
        windows = signals.windows(connection, zone, id)
    assessment = assess(evidence)
    segments, channels = signals.mix(evidence.contributors)
    answer = SignalPage(
        position=position,
        signal=_shown(signal, assessment),
        windows=windows,
        reasons=[
            ReasonShown(
                code=each.code,
                against=each.against,
                numbers={name: number if math.isfinite(number) else None for name, number in each.numbers.items()},
                names=list(each.names),
                what_would_help=each.what_would_help,
            )
            for each in assessment.reasons
        ],
        segments=_groups(segments, evidence.base.segments),
        channels=_groups(channels, evidence.base.channels),
    )
    return json_answer(answer.model_dump_json().encode(), position)


def _position(connection: Connection) -> int:
    return min(versions.position(connection, view) for view in signals.READS)


def _shown(signal: signals.SignalRow, assessment: Assessment) -> SignalShown:
    return SignalShown(**asdict(signal), strength=assessment.strength)


def _groups(contributors: signals.Mix, base: signals.Mix) -> list[GroupShown]:
    names = sorted({*contributors, *base}, key=lambda name: (-base.get(name, 0), name))
    return [GroupShown(name=each, contributors=contributors.get(each, 0), base=base.get(each, 0)) for each in names]
