"""The routes of the catalogue of themes: add, rename, merge and split themes, undo that, and how often each theme was
corrected."""

from __future__ import annotations

from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.contract.bodies import signal as bodies
from api.contract.bodies.merging import MergeBody, Separation
from api.edge.access import Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import (
    AtLeast,
    Cursor,
    Id,
    Limit,
    Parts,
    TheContext,
    TheParts,
    ask,
    done,
    json_answer,
    wait_for_views,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import read_page, reading
from api.routes.signal.items import SIGNAL_READERS
from domain.kernel.refusal import NotFound
from domain.signal import theme as t
from infra.views import versions
from projections.signal import items, themes

queries = APIRouter(route_class=Guarded, tags=["signals"])
router = APIRouter(route_class=StrictJSON, tags=["signals"])


class ThemesPage(BaseModel):
    """Themes by key."""

    position: int
    themes: list[themes.ThemeRow]
    cursor: str | None


class ThemePage(BaseModel):
    """One theme."""

    position: int
    theme: themes.ThemeRow


class ThemeCorrectionsPage(BaseModel):
    """How often the themes that the table of themes decided were corrected, and those that text models suggested; each
    list with those corrected most often first."""

    position: int
    corrections: list[items.ThemeCorrections]
    suggestions: list[items.SuggestionCorrections]


# -- commands


@router.post("/themes", **changing(t.AddTheme, codes=("theme-added-otherwise",), status=201))
def add_theme(body: bodies.ThemeBody, parts: TheParts, context: TheContext) -> Response:
    """Add a theme to the catalogue: a key, which items name, and a name for people."""
    return done(ask(parts, t.AddTheme(key=body.key, name=body.name), context), 201)


@router.put("/themes/{id}/name", **changing(t.RenameTheme, codes=("not-found",)))
def rename_theme(id: Id, body: bodies.ThemeNameBody, parts: TheParts, context: TheContext) -> Response:
    """Give a theme another name. The key stays, and with it all that is of the theme."""
    return done(ask(parts, t.RenameTheme(name=body.name), context, id))


@router.post(
    "/themes/{id}/merge",
    **changing(
        t.MergeTheme,
        codes=("not-found", "merge-with-itself", "merged-already", "target-merged", "parts-too-many"),
    ),
)
def merge_theme(id: Id, body: MergeBody, parts: TheParts, context: TheContext) -> Response:
    """Merge a theme into another one: what is of it counts as of the other one. The merge can be undone at any time,
    exactly."""
    return done(ask(parts, t.MergeTheme(into=body.into), replace(context, reason=body.reason), id))


@router.post("/themes/{id}/separation", **changing(t.SeparateTheme, codes=("not-found", "not-merged")))
def separate_theme(id: Id, body: Separation, parts: TheParts, context: TheContext) -> Response:
    """Undo a merge of themes."""
    return done(ask(parts, t.SeparateTheme(), replace(context, reason=body.reason), id))


@router.post("/themes/{id}/items", **changing(t.GiveTheme, codes=("not-found", "item-withdrawn")))
def give_theme(id: Id, body: bodies.ThemeGiftBody, parts: TheParts, context: TheContext) -> Response:
    """Say of items that they are of a theme, all or none, such as those of a group without a theme. Each is a
    correction. Where no stage is known, the table of themes says what the theme means."""
    command = t.GiveTheme(item_ids=body.item_ids)
    return done(ask(parts, command, replace(context, reason=body.reason), id))


@router.post(
    "/themes/{id}/split",
    **changing(
        t.SplitTheme,
        codes=("not-found", "merge-with-itself", "item-withdrawn", "item-of-another-theme"),
        status=201,
    ),
)
def split_theme(id: Id, body: bodies.ThemeSplitBody, parts: TheParts, context: TheContext) -> Response:
    """Say of items of a theme that they are of another theme, all or none. The answer's id is that of the split, by
    which the split is undone."""
    command = t.SplitTheme(into=body.into, item_ids=body.item_ids)
    return done(ask(parts, command, replace(context, reason=body.reason), id), 201)


@router.post("/themes/{id}/split-undo", **changing(t.UndoThemeSplit, codes=("not-found",)))
def undo_theme_split(id: Id, body: bodies.ThemeSplitUndoBody, parts: TheParts, context: TheContext) -> Response:
    """Undo a split: its items are about what they would be about without it; what somebody corrected since stays."""
    command = t.UndoThemeSplit(split_id=body.split_id)
    return done(ask(parts, command, replace(context, reason=body.reason), id))


# -- reads


@queries.get("/themes", **reading(ThemesPage, *SIGNAL_READERS))
async def read_themes(parts: TheParts, at_least: AtLeast, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The catalogue of themes, by key."""
    rows = await read_page(parts, themes.ALL, at_least, cursor, limit)
    return json_answer(page(rows.position, rows.cursor, themes=rows.rows), rows.position)


@queries.get("/themes/{id}", **reading(ThemePage, *SIGNAL_READERS, codes=("not-found",)))
async def read_theme(id: Id, parts: TheParts, at_least: AtLeast) -> Response:
    """One theme: its names, and what it was merged into or split into."""
    rows = await read_page(parts, themes.ONE, at_least, None, 1, id=id)
    if not rows.number:
        raise NotFound(id)
    return json_answer(document(rows.position, theme=only(rows)), rows.position)


@queries.get("/theme-corrections", **reading(ThemeCorrectionsPage, *SIGNAL_READERS))
async def read_theme_corrections(parts: TheParts, at_least: AtLeast) -> Response:
    """Of each theme that the table of themes decided, and of each that text models suggested, how often another one is
    said now, and which one mostly. At most 500 themes of both."""
    await wait_for_views(parts, (items.ITEMS,), at_least)
    return await to_thread.run_sync(_corrections, parts)


def _corrections(parts: Parts) -> Response:
    with parts.database.connection() as connection:
        position = versions.position(connection, items.ITEMS)
        found = {"corrections": items.corrections(connection), "suggestions": items.suggestion_corrections(connection)}
    return json_answer(to_json({"position": position, **found}), position)
