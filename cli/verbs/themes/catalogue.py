"""The verbs of the catalogue of themes: `antiphon themes list`, `add`, `rename`, `merge`, `separate`, `split` and
`undo-split`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, one_line, program
from cli.verbs.conversation.acting import Key, carry_out
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up
from commands.executor.unit_of_work import Answer
from commands.signal import themes
from domain.kernel.refusal import NotFound
from domain.signal import theme as t
from projections.signal import themes as view

_Theme = Annotated[str, typer.Argument(metavar="KEY", help="The theme's key, such as late-delivery.")]
_Into = Annotated[str, typer.Argument(metavar="INTO", help="The key of the other theme.")]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The name for people; nothing personal.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file among those of `themes`."""
    app.command(name="list")(show)
    for verb in (add, rename, merge, separate, split):
        app.command()(verb)
    app.command(name="undo-split")(undo_split)


def show(
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the catalogue of themes, by key."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = view.ALL.read(connection, cursor=cursor, limit=limit)
        keys = view.keys(connection, [each.merged_into for each in page.rows if each.merged_into])
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    if not page.rows:
        typer.echo(f"no themes yet; {program()} themes add KEY NAME adds one")
    for each in page.rows:
        merged = f", counts as {one_line(keys.get(each.merged_into, each.merged_into))}" if each.merged_into else ""
        former = f", formerly {one_line(', '.join(each.former_names))}" if each.former_names else ""
        line = f"{each.key}  {one_line(each.name)}{merged}{former}  (version {each.version})"
        console().print(Text(line), soft_wrap=True)
        for id in each.splits:
            console().print(Text(f"    {id}", "dim"), soft_wrap=True)
    if page.cursor:
        print(f"\nmore: {program()} themes list --cursor {page.cursor}")


def _known(parts: Antiphon, key: str) -> str:
    """The id of the theme with a key. Raises NotFound, which names the key: nobody typed the id."""
    id = t.theme_id(key)
    if parts.executor.read(t.THEME, id).state is None:
        raise NotFound(f"a theme {one_line(key)}")
    return id


def add(key: _Theme, name: _Name, as_: As = None, command_key: Key = None) -> None:
    """Add a theme to the catalogue."""
    carry_out(
        lambda parts: themes.add(
            parts.executor, t.AddTheme(key=key, name=name), context(parts.executor, as_, command_key)
        )
    )


def rename(key: _Theme, name: _Name, as_: As = None, command_key: Key = None) -> None:
    """Give a theme another name. The key stays."""
    carry_out(
        lambda parts: themes.rename(
            parts.executor, _known(parts, key), t.RenameTheme(name=name), context(parts.executor, as_, command_key)
        )
    )


def merge(key: _Theme, into: _Into, as_: As = None, command_key: Key = None) -> None:
    """Merge a theme into another one: what is of it counts as of the other one. The merge can be undone exactly."""

    def ask(parts: Antiphon) -> Answer:
        command = t.MergeTheme(into=_known(parts, into))
        return themes.merge(parts.executor, _known(parts, key), command, context(parts.executor, as_, command_key))

    carry_out(ask)


def separate(key: _Theme, as_: As = None, command_key: Key = None) -> None:
    """Undo a merge of themes."""
    carry_out(
        lambda parts: themes.separate(
            parts.executor, _known(parts, key), t.SeparateTheme(), context(parts.executor, as_, command_key)
        )
    )


def split(
    key: _Theme,
    into: _Into,
    item_ids: Annotated[list[str], typer.Argument(metavar="item-…", help="The items that are of the other theme.")],
    as_: As = None,
    command_key: Key = None,
) -> None:
    """Say of some items of a theme that they are of another theme. Prints the id by which that is undone."""

    def ask(parts: Antiphon) -> Answer:
        command = t.SplitTheme.model_validate({"into": _known(parts, into), "item_ids": item_ids})
        return themes.split(parts.executor, _known(parts, key), command, context(parts.executor, as_, command_key))

    carry_out(ask)


def undo_split(
    key: _Theme,
    split_id: Annotated[str, typer.Argument(metavar="split-…", help="The id of the split.")],
    as_: As = None,
    command_key: Key = None,
) -> None:
    """Undo a split: its items are about what they would be about without it."""
    command = t.UndoThemeSplit(split_id=split_id)
    carry_out(
        lambda parts: themes.undo_split(
            parts.executor, _known(parts, key), command, context(parts.executor, as_, command_key)
        )
    )
