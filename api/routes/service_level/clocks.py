"""The route of a conversation's clocks: as of any time, and as known at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.contract.openapi import headers
from api.edge.access import Guarded, roles
from api.edge.computing import while_wanted
from api.edge.parts import Id, Parts, TheParts
from api.edge.problems import responses
from api.routes.queries import READERS
from commands.service_level.facts import check_within_reach
from domain.conversation.events import Status
from domain.kernel.refusal import NotFound
from domain.kernel.time import WrittenInstant
from domain.service_level.clock import Cause, State
from domain.service_level.detection import ClocksAnswer
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.inexact import Precision
from domain.service_level.policy import Metric

router = APIRouter(route_class=Guarded, tags=["clocks"])


class Counted(BaseModel):
    """A time in which a clock ran, and the calendar that counts it. `end` is null while the clock runs."""

    start: datetime
    end: datetime | None
    calendar_id: str | None


class Clock(BaseModel):
    """A clock and its verdict. It ran in its `stretches`; `consumed_seconds` and `over_seconds` are business time.
    `breached_at`: when the target was missed. `detected_at`: when that was detected. `positions`: the log positions of
    the events that the clock depends on. `precision`: how exactly start and stop are known; `state` is `unknown` where
    that does not say whether the clock was in time. The versions are those of its policy and calendar."""

    metric: Metric
    instance: int
    state: State
    target: timedelta | None
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    consumed_seconds: int
    over_seconds: int
    breached_at: datetime | None
    detected_at: datetime | None
    breach_withdrawn: bool
    cause: Cause | None
    policy_id: str
    policy_version: int
    calendar_id: str
    calendar_version: int | None
    calendar_never_opens: bool
    precision: Precision
    stretches: list[Counted]
    positions: list[int]


class Clocks(BaseModel):
    """A conversation's status and clocks as of `now`, by what was known then. A merged conversation has no clocks of
    its own; see `merged_into`."""

    now: datetime
    status: Status
    merged_into: str | None
    clocks: list[Clock]


@router.get(
    "/conversations/{id}/clocks",
    **roles(*READERS),
    response_model=Clocks,
    responses={200: headers("Position"), **responses("not-found")},
)
async def read_clocks(
    id: Id,
    request: Request,
    parts: TheParts,
    as_of: Annotated[WrittenInstant | None, Query(description="As of this time; now by default.")] = None,
    known_at: Annotated[WrittenInstant | None, Query(description="As known at this time.")] = None,
) -> Response:
    """The clocks of a conversation, evaluated from the log: as of a time, and as known at a time.

    Without `as_of`: as of now; at most ten years ahead, since the evaluation goes through every day until then. Without
    `known_at`: by all that is recorded.
    """
    work = partial(_evaluated, id, parts, as_of, known_at, while_wanted(request))
    return await to_thread.run_sync(work, limiter=parts.computations)


def _evaluated(
    id: str, parts: Parts, as_of: datetime | None, known_at: datetime | None, go_on: Callable[[], None]
) -> Response:
    position = parts.executor.log.position()
    now = parts.executor.clock()
    check_within_reach(as_of, now)
    answer = parts.clock_facts.of(id, go_on=go_on).at(as_of or now, known_at)
    return Response(_as_answer(id, answer).model_dump_json(), 200, {"Position": str(position)}, "application/json")


def _as_answer(id: str, answer: ClocksAnswer) -> Clocks:
    found = answer.conversations.get(id)
    if found is None:
        raise NotFound("the conversation")
    clocks = [_clock(each, answer) for each in found.clocks]
    return Clocks(now=answer.now, status=found.status, merged_into=found.merged_into, clocks=clocks)


def _clock(clock: EvaluatedClock, answer: ClocksAnswer) -> Clock:
    fields: dict[str, Any] = {name: getattr(clock, name) for name in Clock.model_fields if hasattr(clock, name)}
    fields |= {
        "detected_at": answer.detected.get(clock.origin),
        "breach_withdrawn": clock.origin in answer.withdrawn,
        "calendar_never_opens": clock.never_opens,
        "stretches": [Counted(**asdict(each)) for each in clock.stretches],
        "positions": list(clock.positions),
    }
    return Clock(**fields)
