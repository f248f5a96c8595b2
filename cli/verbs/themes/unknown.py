"""`antiphon themes unknown`: what no theme fits yet, in groups, for a person to name; and `antiphon themes give`, which
gives a theme to items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cli.display.terminal import console, one_line, program
from cli.verbs.conversation.acting import carry_out
from cli.verbs.themes.model import own_file
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up
from commands.executor.unit_of_work import Answer
from commands.signal import items
from domain.signal.item import CorrectItem
from infra.insight.extra import need_extra
from projections.signal import verbatims
from projections.signal.verbatims import Verbatim

EXAMPLES = 3
"""How many texts of a group are shown."""


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file among those of `themes`."""
    app.command()(unknown)
    app.command()(give)


def unknown(
    model: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="The model; in ANTIPHON_HOME by default, if any.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many groups at most.")] = 20,
) -> None:
    """Show what people said last that has no theme, grouped by nearness, the largest group first.

    What the text model is sure of is left out, where there is a model. Nothing is recorded.
    """
    need_extra()
    from infra.insight.grouping import MOST_TEXTS
    from infra.insight.sentences import sentence_encoder
    from infra.insight.unknown import unknown_themes

    texts = texts_without_theme(MOST_TEXTS)
    file = model or own_file(make=False)
    asked = file if model is not None or file.exists() else None
    found = unknown_themes([each.words or "" for each in texts], sentence_encoder(), asked)
    for group in found.groups[:limit]:
        console().print(Text(f"{len(group)} items", "bold"), soft_wrap=True)
        for number in group[:EXAMPLES]:
            console().print(Text(f"    {one_line(texts[number].words or '')}"), soft_wrap=True)
        ids = " ".join(texts[number].item_id for number in group)
        console().print(Text(f"    {program()} themes give KEY {ids}", "dim"), soft_wrap=True)
    how_many = {0: "no groups", 1: "1 group"}.get(len(found.groups), f"{len(found.groups)} groups")
    alone = "1 item by itself" if found.alone == 1 else f"{found.alone} items by themselves"
    typer.echo(f"{how_many}; {alone}; the model is sure of {found.sure}")


def texts_without_theme(most: int) -> list[Verbatim]:
    """What people said last that has no theme."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        return verbatims.without_theme(connection, most)


def give(
    theme: Annotated[str, typer.Argument(metavar="KEY", help="The theme's key, such as late-delivery.")],
    item_ids: Annotated[list[str], typer.Argument(metavar="item-…", help="The items that are of this theme.")],
    as_: As = None,
) -> None:
    """Say of items that they are of a theme. Each is a correction, from which the model learns."""
    command = CorrectItem.model_validate({"theme": theme})

    def ask(parts: Antiphon) -> Answer:
        answers = [items.act(parts.executor, id, command, context(parts.executor, as_, None)) for id in item_ids]
        return answers[-1]

    carry_out(ask)
