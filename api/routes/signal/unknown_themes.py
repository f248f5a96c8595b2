"""The route of what no theme fits yet: groups of texts, each with examples, for a person to name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.edge.access import Calling, Guarded
from api.edge.computing import while_wanted
from api.edge.parts import AtLeast, Parts, TheParts, json_answer, wait_for_views
from api.routes.reading import READERS, reading
from domain.signal.theme import MOST_GIVEN
from infra.insight.extra import need_extra
from infra.views import versions
from projections.conversation.inbox import INBOX
from projections.signal import verbatims

queries = APIRouter(route_class=Guarded, tags=["signals"])

EXAMPLES = 3
"""How many texts of a group are shown."""
MOST_TEXTS = 1_000
"""How many texts are grouped for one answer, at most: it takes about three seconds."""


class UnknownGroup(BaseModel):
    """Items whose texts are near each other. `items`: how many. `item_ids`: the most typical first, as many as are
    given a theme at once. `examples`: what was said in the most typical ones."""

    items: int
    item_ids: list[str]
    examples: list[verbatims.Verbatim]


class UnknownThemesPage(BaseModel):
    """What people said last that has no theme, in groups, the largest first. `texts`: how many texts were looked at.
    `alone`: how many of them are near no other one. `sure`: of how many a text model is sure; they are in no group."""

    position: int
    groups: list[UnknownGroup]
    texts: int
    alone: int
    sure: int


@queries.get("/unknown-themes", **reading(UnknownThemesPage, *READERS, codes=("extra-missing", "model-unfit")))
async def read_unknown_themes(
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    request: Request,
    texts: Annotated[int, Query(ge=1, le=MOST_TEXTS, description="How many of the last texts are looked at.")] = 200,
    limit: Annotated[int, Query(ge=1, le=100, description="How many groups, at most.")] = 20,
) -> Response:
    """What people said last that has no theme, grouped by nearness, with examples, for a person to name. It needs the
    text model's libraries. Nothing is recorded."""
    need_extra()
    await wait_for_views(parts, {*verbatims.READS, INBOX}, at_least)
    work = partial(_grouped, parts, texts, limit, caller.teams_seen, while_wanted(request))
    return await to_thread.run_sync(work, limiter=parts.computations)


def _grouped(
    parts: Parts, most: int, limit: int, teams_seen: Sequence[str] | None, go_on: Callable[[], None]
) -> Response:
    from infra.insight.sentences import sentence_encoder
    from infra.insight.unknown import unknown_themes

    with parts.database.connection() as connection:
        position = min(versions.position(connection, view) for view in verbatims.READS)
        said = verbatims.without_theme(connection, most, teams_seen=teams_seen)
    model = parts.text_model if parts.text_model is not None and parts.text_model.exists() else None
    found = unknown_themes([each.words or "" for each in said], sentence_encoder(), model, go_on)
    groups = [
        UnknownGroup(
            items=len(group),
            item_ids=[said[number].item_id for number in group[:MOST_GIVEN]],
            examples=[said[number] for number in group[:EXAMPLES]],
        )
        for group in found.groups[:limit]
    ]
    answer = {"groups": groups, "texts": len(said), "alone": found.alone, "sure": found.sure}
    return json_answer(to_json({"position": position, **answer}), position)
