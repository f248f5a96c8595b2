"""The view of clocks: for each conversation, what runs, what is due next, and every verdict with its basis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.kernel.event import Recorded
from domain.kernel.replace import replace
from domain.service_level import verdicts as v
from domain.service_level.policy import METRICS
from domain.service_level.watch import ClockInput
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class ClocksRow:
    """A conversation's clocks. `next_at`: when the watch evaluates next: the first due of a running clock that was not
    missed yet, or a warning before it. `unseen`: the conversation had an event since the last evaluation. Each of
    `clocks` has the fields of `clocks.seen`, `detected_at`, `withdrawn_at`, and the warnings recorded (`warned`)."""

    conversation_id: str
    version: int = 0
    seen_version: int = 0
    unseen: bool = True
    runs: bool = False
    next_at: datetime | None = None
    clocks: tuple[Document, ...] = ()


_Reads = ClockInput | v.ClocksEvaluated | v.Warned | v.Breached | v.Met | v.BreachWithdrawn


class SlaClocks(View[ClocksRow, _Reads]):
    """Clocks by conversation."""

    name = "sla_clocks"
    version = 3
    row = ClocksRow
    key = ("conversation_id",)
    indexes = (
        # Timers have a view of their own now, so that nothing reads by this index; but without it, this were another
        # version.
        "(CASE WHEN unseen THEN '1970-01-01T00:00:00Z'::timestamptz ELSE next_at END), conversation_id",
        "runs, conversation_id",
    )

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The conversation."""
        yield (recorded.event.conversation_id if isinstance(recorded.event, v.AboutClocks) else recorded.originator_id,)

    def fold(self, row: ClocksRow | None, recorded: Recorded[_Reads]) -> ClocksRow | None:
        """The clocks after one more event."""
        event = recorded.event
        if not isinstance(event, v.AboutClocks):
            row = row or ClocksRow(recorded.originator_id)
            return replace(row, version=recorded.originator_version, unseen=True)
        row = row or ClocksRow(event.conversation_id)
        match event:
            case v.ClocksEvaluated():
                clocks = tuple(_all(row.clocks, event))
                row = replace(row, seen_version=event.up_to, unseen=row.version > event.up_to, clocks=clocks)
            case v.Warned():
                row = _noted(row, event.which, lambda each: {"warned": [*each["warned"], event.warn_at.isoformat()]})
            case v.Breached():
                detection = {"detected_at": event.detected_at.isoformat(), "withdrawn_at": None}
                row = _noted(row, event.which, lambda _: detection)
            case v.BreachWithdrawn():
                withdrawn = {"detected_at": None, "withdrawn_at": recorded.at.isoformat()}
                row = _noted(row, event.which, lambda _: withdrawn)
            case _:
                return row
        return _ahead(row)


SLA_CLOCKS = SlaClocks()
_TABLE = Table(SLA_CLOCKS)


_PLACES = {metric: place for place, metric in enumerate(METRICS)}


def _which(document: Document) -> tuple[object, ...]:
    which = document["which"]
    return which["conversation_id"], which["metric"], which["number"]


def _all(before: Iterable[Document], event: v.ClocksEvaluated) -> Iterable[Document]:
    """All clocks after one more record, by metric and instance."""
    kept = {_which(each): each for each in before}
    documents = {_which(document): document for document in (_document(each, kept) for each in event.clocks)}
    if event.gone is None:
        return documents.values()
    for which in event.gone:
        kept.pop((which.conversation_id, which.metric, which.number), None)
    return sorted({**kept, **documents}.values(), key=lambda each: (_PLACES[each["which"]["metric"]], each["instance"]))


def _document(clock: v.RecordedClock, kept: Mapping[tuple[object, ...], Document]) -> Document:
    document = clock.model_dump(mode="json", exclude={"positions_kept"})
    before = kept.get(_which(document), {})
    if clock.positions_kept:
        document["positions"] = [*before["positions"][: clock.positions_kept], *document["positions"]]
    detection = {name: before.get(name) for name in ("detected_at", "withdrawn_at")}
    return {**document, **detection, "warned": before.get("warned", [])}


def _noted(row: ClocksRow, which: v.Which, update: Callable[[Document], Document]) -> ClocksRow:
    key = which.conversation_id, which.metric, which.number
    clocks = tuple({**each, **update(each)} if _which(each) == key else each for each in row.clocks)
    return replace(row, clocks=clocks)


def _ahead(row: ClocksRow) -> ClocksRow:
    """The row with the instants at which an evaluation may detect something."""
    running = [each for each in row.clocks if each["state"] == "running" and each["breached_at"] is None]
    dues = [datetime.fromisoformat(each["due_at"]) for each in running if each["due_at"]]
    warnings = [
        at
        for each in running
        for text in each["warn_at"]
        if (at := datetime.fromisoformat(text))
        not in {datetime.fromisoformat(warned_at) for warned_at in each["warned"]}
    ]
    return replace(
        row,
        runs=any(each["state"] in ("running", "paused") for each in row.clocks),
        next_at=min([*dues, *warnings], default=None),
    )


# -- reading

ONE = Selection("clocks", _TABLE, order=[("t.conversation_id", "text")], scope="t.conversation_id = %(id)s")
"""One conversation's clocks by its `id`."""
_RUNNING = Selection("running", _TABLE, order=[("t.conversation_id", "text")], which="t.runs")
_ALL = Selection("all", _TABLE, order=[("t.conversation_id", "text")], which="t.seen_version > 0")


def one(connection: Connection, conversation_id: str) -> ClocksRow | None:
    """The recorded clocks of one conversation."""
    return next(iter(ONE.read(connection, limit=1, id=conversation_id).rows), None)


def to_evaluate_again(
    connection: Connection, *, stopped: bool, cursor: str | None = None, limit: int = 500
) -> Page[ClocksRow]:
    """The conversations whose clocks changed policies may concern: with running clocks, or also with stopped ones."""
    return (_ALL if stopped else _RUNNING).read(connection, cursor=cursor, limit=limit)
