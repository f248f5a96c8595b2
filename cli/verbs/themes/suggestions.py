"""`antiphon themes suggest-items`: what a text model suggests of items without a theme, recorded with each item."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.text import Text

from cli.display.terminal import console, one_line
from cli.verbs.themes.model import own_file
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.signal import suggesting
from domain.kernel.refusal import Refusal
from domain.signal.item import SuggestTheme
from infra.insight.extra import need_extra
from projections.signal import verbatims

if TYPE_CHECKING:
    from infra.insight.theme_model import ThemeSuggestion


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file among those of `themes`."""
    app.command()(suggest_items)


def suggest_items(
    model: Annotated[
        Path | None, typer.Option("--model", metavar="FILE", help="The model; in ANTIPHON_HOME by default.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=2000, help="Of how many items at most, the newest first.")] = 500,
    as_: As = None,
) -> None:
    """Ask the text model of the last items that have words and no theme, and record what it suggests.

    What the model is sure of becomes the item's theme; all else waits for a person. The same model again changes
    nothing.
    """
    need_extra()
    from infra.insight.model_file import read_model
    from infra.insight.sentences import sentence_encoder

    encoder = sentence_encoder()
    asked, version = read_model(model or own_file(make=False), encoder)
    with antiphon() as parts:
        with caught_up(parts) as reader, reader.connection() as connection:
            texts = verbatims.without_theme(connection, limit)
        suggested = asked.suggest([each.words or "" for each in texts], encoder) if texts else []
        commands = suggestions(suggested, version)
        for item, command in zip(texts, commands, strict=True):
            suggesting.suggest(parts.executor, item.item_id, command, context(parts.executor, as_, None))
            first = command.suggestions[0]
            sure = "  sure" if command.sure else ""
            line = one_line(f"{first.probability:.3f}  {first.theme}") + f"  {item.item_id}{sure}"
            console().print(Text(line), soft_wrap=True)
    sure_of = sum(each.sure for each in commands)
    typer.echo(f"{len(commands)} items; the model is sure of {sure_of}; suggested by {version}")


def suggestions(suggested: Sequence[ThemeSuggestion], version: str) -> list[SuggestTheme]:
    """The command for each of them. Raises Refusal `input-invalid` where the model knows themes that are no keys."""
    try:
        return [
            SuggestTheme.model_validate(
                {
                    "suggestions": [
                        {"theme": best.theme, "probability": Decimal(f"{best.probability:.4f}")} for best in each.best
                    ],
                    "sure": bool(each.sure),
                    "model": version,
                }
            )
            for each in suggested
        ]
    except ValidationError:
        raise Refusal(
            "input-invalid",
            "this model learned themes that are no keys such as late-delivery; train one with --from-log",
        ) from None
