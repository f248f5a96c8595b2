"""Keeps the conversation between a company and its customers.

Every verb works by itself: where DATABASE_URL is not set, it starts PostgreSQL in ANTIPHON_HOME for its own time.
"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from inspect import cleandoc
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli.catalogue import PANELS, VERBS

# Typer takes an empty line for a line break.
EXIT_STATUSES = """Exit status:

0   done

1   done, and something is not well: doctor, rebuild --verify, switch, parked, dead-letters retry

2   refused, and nothing was written: the line on stderr has a stable code (docs/errors.md) and says what to do

75  not now: the same command may be given again, and with the same --key is done once"""


@cache
def application(*words: str) -> Callable[[Sequence[str] | None], object]:
    """The command line for these words: the modules of verbs among them are loaded; of all other verbs, only the line
    for `antiphon --help` is known. So the list takes a tenth of the time of loading all verbs, one verb half of it."""
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__, epilog=EXIT_STATUSES,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback()(_options)  # without it, Typer takes a module's only verb for the whole command line
    for module, verbs in VERBS.items():
        if verbs.keys().isdisjoint(words):
            for verb, line in verbs.items():
                app.command(verb, help=line)(_not_loaded)
        else:
            import_module(f"cli.verbs.{module}").verbs(app)
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    for module, verbs in VERBS.items():
        for verb in verbs:
            setattr(command.commands[verb], "rich_help_panel", PANELS[module.partition(".")[0]])  # noqa: B010
    _let_flow(command)
    _take_ids_cut_short(command)
    return command


def _let_flow(command: Any) -> None:  # Any: the class is the library's own, and not exported
    """Join the lines of each paragraph of the help texts: they end where the source's lines do, and a list of verbs
    would break them there, too."""
    if command.help:
        command.help = "\n\n".join(" ".join(each.split()) for each in cleandoc(command.help).split("\n\n"))
    for verb in command.commands.values() if isinstance(command, TyperGroup) else ():
        _let_flow(verb)


def _take_ids_cut_short(command: Any) -> None:  # Any: as of `_let_flow`
    """Have every argument and option that names an id, by its `…`, take the beginning of one."""
    for parameter in command.params:
        if re.match(r"\[?[a-z]+-…", parameter.metavar or ""):
            parameter.callback = _whole
    for verb in command.commands.values() if isinstance(command, TyperGroup) else ():
        _take_ids_cut_short(verb)


# Any: an id, several, or none.
def _whole(context: object, parameter: object, value: Any) -> Any:
    from cli.wiring.whole_ids import whole  # as late as the verbs

    if isinstance(value, str):
        return whole(value)
    return value and [whole(each) for each in value]


def _not_loaded() -> None:
    """A verb that is not among the words of the command line: only listed."""


def _show_version(asked: bool) -> None:
    if asked:
        print(f"antiphon {version('antiphon')}")
        raise typer.Exit


def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the release, and exit.")
    ] = False,
) -> None:
    """The options of `antiphon` itself."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Exits as in EXIT_STATUSES; an expected error never shows as a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # A verb that is asked to end stops what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    words = [each for each in arguments if any(each in verbs for verbs in VERBS.values())]
    try:
        if words:
            from cli.display import logs  # as late as the verbs: the list of verbs needs no logs

            logs.configure()
        application(*words[:1])(arguments)
    except Exception as error:
        from cli.display.refusals import refuse

        refuse(error)
