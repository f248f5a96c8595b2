"""What the log says of themes: the texts of items with their themes, to learn from; and how often the table of themes
was corrected."""

from __future__ import annotations

import typer
from rich.text import Text

from cli.display.terminal import console, one_line
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from domain.kernel.refusal import Refusal
from projections.signal import items, verbatims


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file among those of `themes`."""
    app.command()(corrected)


def corrected() -> None:
    """Show how often people put another theme in the place of the one that the table of themes decided, and of the one
    that a text model suggested."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found, suggested = items.corrections(connection), items.suggestion_corrections(connection)
    if not found:
        typer.echo("no table has decided a theme yet")
    for each in found:
        mostly = f", mostly to {one_line(each.mostly)}" if each.mostly else ""
        line = f"{each.share:.3f}  {one_line(each.theme)}: {each.corrected} of {each.decided} corrected{mostly}"
        console().print(Text(line), soft_wrap=True)
    for theme in suggested:
        mostly = f", mostly to {one_line(theme.mostly)}" if theme.mostly else ""
        share = "    -" if theme.share is None else f"{theme.share:.3f}"
        known = f"{theme.corrected} of {theme.known} corrected{mostly}, of {theme.suggested} suggested by a text model"
        console().print(Text(f"{share}  {one_line(theme.theme)}: {known}"), soft_wrap=True)


def texts_of_log(most: int) -> list[tuple[str, str]]:
    """What customers said last, each text with its theme as it stands now: a correction teaches the other theme. What
    is erased teaches nothing. Raises Refusal `training-unfit`."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found = verbatims.with_themes(connection, most)
    if not found:
        raise Refusal("training-unfit", "the log has no text of a feedback item with a theme; publish a table themes")
    return found
