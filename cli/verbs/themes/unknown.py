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
    from infra.insight import grouping
    from infra.insight.model_file import read_model
    from infra.insight.sentences import sentence_encoder

    texts = texts_without_theme(grouping.MOST_TEXTS)
    encoder = sentence_encoder()
    sure = 0
    file = model or own_file(make=False)
    if texts and (model is not None or file.exists()):
        asked, _ = read_model(file, encoder)
        suggested = asked.suggest([words for _, words in texts], encoder)
        sure = sum(each.sure for each in suggested)
        texts = [text for text, each in zip(texts, suggested, strict=True) if not each.sure]
    found = grouping.groups(encoder.encode([words for _, words in texts]))
    for group in found[:limit]:
        console().print(Text(f"{len(group.texts)} items", "bold"), soft_wrap=True)
        for number in group.texts[:EXAMPLES]:
            console().print(Text(f"    {one_line(texts[number][1])}"), soft_wrap=True)
        ids = " ".join(texts[number][0] for number in group.texts)
        console().print(Text(f"    {program()} themes give KEY {ids}", "dim"), soft_wrap=True)
    alone = len(texts) - sum(len(group.texts) for group in found)
    how_many = {0: "no groups", 1: "1 group"}.get(len(found), f"{len(found)} groups")
    typer.echo(f"{how_many}; {alone} items by themselves; the model is sure of {sure}")


def texts_without_theme(most: int) -> list[tuple[str, str]]:
    """What people said last that has no theme: each item with its words."""
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
