"""The routes of decision tables: publish a version, try another one on what was decided, and read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Annotated, cast

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import decision_table as bodies
from api.edge.access import Guarded
from api.edge.computing import while_wanted
from api.edge.parts import (
    AtLeast,
    Cursor,
    Done,
    Id,
    Parts,
    TheContext,
    TheParts,
    ask,
    done,
    json_answer,
    wait_for_selections,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing, done_by
from api.routes.reading import READERS, reading
from commands.executor.unit_of_work import Answer
from commands.signal.past_decisions import SINCE, inputs_since
from domain.decision_table.published import TABLE, PublishTable, in_force
from domain.decision_table.table import read_table
from domain.decision_table.trying import TrialResult, try_table
from domain.decision_table.values import Value, literal
from domain.decision_table.written import RecordedTable
from domain.kernel.refusal import NotFound, Refusal
from infra.views import versions
from infra.views.selection import Selection
from projections import decision_table as view

queries = APIRouter(route_class=Guarded, tags=["tables"])
router = APIRouter(route_class=StrictJSON, tags=["tables"])

MOST_CHANGES = 50
"""How many kinds of changes a trial shows."""


Few = Annotated[int, Query(ge=1, le=20, description="How many at once, at most; a version may be large.")]


class TableVersionShown(BaseModel):
    """A version of a decision table: from when on it holds, what it says, its author and its time."""

    id: str
    name: str
    version: int
    effective_from: datetime
    table: RecordedTable
    recorded_at: datetime
    author_id: str
    reason: str | None


class TablesPage(BaseModel):
    """Decision tables with their versions, by name and version."""

    position: int
    versions: list[TableVersionShown]
    cursor: str | None


class TrialResultShown(BaseModel):
    """What a version comes to: the outputs of each result, as S-FEEL literals; or the code of a refusal."""

    results: list[dict[str, str]]
    refused: str | None


class TrialChangeShown(BaseModel):
    """Inputs that would be decided otherwise, from one result to another: how many, and some of them as literals."""

    before: TrialResultShown
    after: TrialResultShown
    number: int
    examples: list[dict[str, str]]


class Trial(Done):
    """What a version would decide otherwise. `inputs`: how many decisions it was tried on. `changed`: how many would be
    others. `refused_by_both`: how many neither version decides. `changes`: the most frequent first."""

    inputs: int
    changed: int
    refused_by_both: int
    changes: list[TrialChangeShown]


# -- commands


@router.post(
    "/tables",
    **changing(PublishTable, codes=("table-not-understood", "table-invalid", "effective-from-past"), status=201),
)
def publish_table(body: bodies.TableBody, parts: TheParts, context: TheContext) -> Response:
    """Publish a decision table, or another version of the table of this name. What says the same as the last version
    adds nothing. What was decided keeps the version by which it was decided."""
    command = PublishTable(name=body.name, table=body.table, effective_from=body.effective_from)
    return done(ask(parts, command, replace(context, reason=body.reason)), 201)


@router.post(
    "/tables/{id}/trial",
    **done_by("lead", codes=("not-found", "table-unpublished", "table-not-understood", "table-invalid"), model=Trial),
)
async def try_version(
    id: Id, body: bodies.TableDraft, parts: TheParts, context: TheContext, request: Request
) -> Response:
    """Try another version of a decision table on what was decided (what-if): which of the recorded inputs it would
    decide otherwise than the version in force. Nothing is recorded."""
    work = partial(_tried, parts, id, body, while_wanted(request))
    return await to_thread.run_sync(work, limiter=parts.computations)


def _tried(parts: Parts, id: str, body: bodies.TableDraft, go_on: Callable[[], None]) -> Response:
    executor = parts.executor
    table = executor.read(TABLE, id).existing(TABLE.kind).state
    now = executor.clock()
    found = in_force(table.versions, now)
    if found is None:
        raise Refusal("table-unpublished", f"no version of {table.name} is in force yet; try it later")
    position = executor.log.position()

    def inputs() -> Iterator[Mapping[str, object]]:
        for given in inputs_since(executor, table.name, body.since or now - SINCE):
            go_on()
            yield given

    trial = try_table(read_table(found[1]), read_table(body.table), inputs())
    changes = [
        TrialChangeShown(
            before=_result(kind[0]),
            after=_result(kind[1]),
            number=number,
            examples=[
                {name: literal(cast("Value", value)) for name, value in example.items()}
                for example in trial.changes[kind]
            ],
        )
        for kind, number in sorted(trial.numbers.items(), key=lambda each: -each[1])[:MOST_CHANGES]
    ]
    return done(
        Answer(id, position),
        inputs=trial.inputs,
        changed=trial.changed,
        refused_by_both=trial.refused_by_both,
        changes=changes,
    )


def _result(of: TrialResult) -> TrialResultShown:
    return TrialResultShown(results=[dict(each) for each in of.results], refused=of.refused)


# -- reads


@queries.get("/tables", **reading(TablesPage, *READERS, "design"))
async def read_tables(parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Few = 20) -> Response:
    """The decision tables, every version of each with its author."""
    await wait_for_selections(parts, [view.ALL], at_least)
    return await to_thread.run_sync(_page, parts, view.ALL, cursor, limit, None)


@queries.get("/tables/{id}", **reading(TablesPage, *READERS, "design", codes=("not-found",)))
async def read_table_versions(
    id: Id, parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Few = 20
) -> Response:
    """One decision table, every version in order."""
    await wait_for_selections(parts, [view.OF_TABLE], at_least)
    return await to_thread.run_sync(_page, parts, view.OF_TABLE, cursor, limit, id)


def _page(
    parts: Parts, selection: Selection[view.TableVersion], cursor: str | None, limit: int, id: str | None
) -> Response:
    with parts.database.connection() as connection:
        position = versions.position(connection, view.TABLES)
        page = selection.read(connection, cursor=cursor, limit=limit, **({"id": id} if id else {}))
    if id and not page.rows and cursor is None:
        raise NotFound(id)
    shown = [
        TableVersionShown(
            id=each.id,
            name=each.name,
            version=each.version,
            effective_from=each.effective_from,
            table=RecordedTable.model_validate(each.content[0]),
            recorded_at=each.recorded_at,
            author_id=each.author_id,
            reason=each.reason,
        )
        for each in page.rows
    ]
    return json_answer(to_json({"position": position, "versions": shown, "cursor": page.cursor}), position)
