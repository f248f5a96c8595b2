"""The routes of the clocks of a conversation or a signal: as of any time, and as known at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.openapi import headers
from api.edge.access import Guarded, roles
from api.edge.computing import while_wanted
from api.edge.json_documents import members
from api.edge.parts import Cursor, Id, Limit, Parts, TheParts
from api.edge.problems import responses
from api.routes.reading import READERS
from api.routes.signal.items import SIGNAL_READERS
from commands.service_level.facts import check_within_reach
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.kernel.time import WrittenInstant, read_instant
from domain.service_level.clock import AnyStatus, Cause, State
from domain.service_level.detection import ClocksAnswer
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.inexact import Precision
from domain.service_level.policy import Metric
from domain.signal.state import SIGNAL
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.selection import PAGE_BYTES

router = APIRouter(route_class=Guarded, tags=["clocks"])

MOST_STRETCHES = 1_000
"""How many stretches, and how many positions, one item has at most. The next item goes on with the same clock."""


AsOf = Annotated[WrittenInstant | None, Query(description="As of this time; now by default.")]
KnownAt = Annotated[WrittenInstant | None, Query(description="As known at this time.")]


class Counted(BaseModel):
    """A time in which a clock ran, and the calendar that counts it. `end` is null while the clock runs."""

    start: datetime
    end: datetime | None
    calendar_id: str | None


class Clock(BaseModel):
    """A clock and its verdict. It ran in its `stretches`; `consumed_seconds` and `over_seconds` are business time.
    `breached_at`: when the target was missed. `detected_at`: when that was detected. `positions`: the log positions of
    the events that the clock depends on. `precision`: how exactly start and stop are known; `state` is `unknown` where
    that does not say whether the clock was in time. The versions are those of its policy and calendar. `continues`: the
    next item has further stretches and positions of the same clock."""

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
    continues: bool


class Clocks(BaseModel):
    """The status of a conversation or a signal, and a page of its clocks, as of `now`, by what was known then. What is
    merged has no clocks of its own; see `merged_into`."""

    now: datetime
    status: AnyStatus
    merged_into: str | None
    clocks: list[Clock]
    cursor: str | None


@router.get(
    "/conversations/{id}/clocks",
    **roles(*READERS),
    response_model=Clocks,
    responses={200: headers("Position"), **responses("not-found", "cursor-invalid")},
)
async def read_clocks(
    id: Id,
    request: Request,
    parts: TheParts,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 500,
) -> Response:
    """The clocks of a conversation, evaluated from the log: as of a time, and as known at a time.

    Without `as_of`: as of now; at most ten years ahead, since the evaluation goes through every day until then. Without
    `known_at`: by all that is recorded. Each page is evaluated as of the time of the first one.
    """
    work = partial(_evaluated, CONVERSATION.kind, id, parts, as_of, known_at, cursor, limit, while_wanted(request))
    return await to_thread.run_sync(work, limiter=parts.computations)


@router.get(
    "/signals/{id}/clocks",
    **roles(*SIGNAL_READERS),
    response_model=Clocks,
    responses={200: headers("Position"), **responses("not-found", "cursor-invalid")},
)
async def read_signal_clocks(
    id: Id,
    request: Request,
    parts: TheParts,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 500,
) -> Response:
    """The clocks of a routed signal, evaluated from the log: until its team takes it on, and until the team answers. As
    of a time, and as known at a time, as of `/conversations/{id}/clocks`."""
    work = partial(_evaluated, SIGNAL.kind, id, parts, as_of, known_at, cursor, limit, while_wanted(request))
    return await to_thread.run_sync(work, limiter=parts.computations)


def _evaluated(
    kind: str,
    id: str,
    parts: Parts,
    as_of: datetime | None,
    known_at: datetime | None,
    cursor: str | None,
    limit: int,
    go_on: Callable[[], None],
) -> Response:
    if kind_of(id) != kind:
        raise NotFound(id)
    position = parts.executor.log.position()
    now = parts.executor.clock()
    page = _page(as_of, known_at, cursor, now)
    check_within_reach(page.as_of, now)
    answer = parts.clock_facts.of(id, go_on=go_on).at(page.as_of, page.known_at)
    return Response(_as_answer(id, answer, page, limit), 200, {"Position": str(position)}, "application/json")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of clocks: as of when they are evaluated, and how many items came before."""

    as_of: datetime
    known_at: datetime | None
    skipped: int = 0

    def cursor(self, items: int) -> str:
        """The cursor of the page after so many items."""
        known_at = "" if self.known_at is None else self.known_at.isoformat()
        return encoded([self.as_of.isoformat(), known_at, str(self.skipped + items)])


def _page(as_of: datetime | None, known_at: datetime | None, cursor: str | None, now: datetime) -> _Page:
    """The page that is asked for. Raises Refusal `cursor-invalid`, also of a cursor of other times."""
    if cursor is None:
        return _Page(as_of or now, known_at)
    found = place(cursor)
    if len(found) != 3 or not (found[2].isascii() and found[2].isdigit() and len(found[2]) < 10):
        raise cursor_invalid()
    try:
        page = _Page(read_instant(found[0]), read_instant(found[1]) if found[1] else None, int(found[2]))
    except ValueError:
        raise cursor_invalid() from None
    if as_of not in (None, page.as_of) or known_at not in (None, page.known_at):
        raise cursor_invalid()
    return page


def _as_answer(id: str, answer: ClocksAnswer, page: _Page, limit: int) -> bytes:
    found = answer.conversations.get(id)
    if found is None:
        raise NotFound(id)
    items, size, cursor = list[bytes](), 0, b"null"
    for clock, start, continues in islice(_items(found.clocks), page.skipped, None):
        written = _clock(clock, answer, start, continues=continues).model_dump_json().encode()
        size += len(written)
        if len(items) == limit or (items and size > PAGE_BYTES):
            cursor = to_json(page.cursor(len(items)))
            break
        items.append(written)
    known = {"now": answer.now, "status": found.status, "merged_into": found.merged_into}
    document = members(
        **{name: to_json(value) for name, value in known.items()}, clocks=b"[%s]" % b",".join(items), cursor=cursor
    )
    return b"{%s}" % document


def _items(clocks: Iterable[EvaluatedClock]) -> Iterator[tuple[EvaluatedClock, int, bool]]:
    """The items: a clock, from which of its stretches and positions on, and whether it continues in the next item."""
    for clock in clocks:
        longest = max(len(clock.stretches), len(clock.positions), 1)
        for start in range(0, longest, MOST_STRETCHES):
            yield clock, start, start + MOST_STRETCHES < longest


def _clock(clock: EvaluatedClock, answer: ClocksAnswer, start: int, *, continues: bool) -> Clock:
    part = slice(start, start + MOST_STRETCHES)
    fields: dict[str, Any] = {name: getattr(clock, name) for name in Clock.model_fields if hasattr(clock, name)}
    fields |= {
        "detected_at": answer.detected.get(clock.origin),
        "breach_withdrawn": clock.origin in answer.withdrawn,
        "calendar_never_opens": clock.never_opens,
        "stretches": [Counted(**asdict(each)) for each in clock.stretches[part]],
        "positions": list(clock.positions[part]),
        "continues": continues,
    }
    return Clock(**fields)
