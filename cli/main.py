"""Keeps the conversation between a company and its customers.

Every verb works by itself: where DATABASE_URL is not set, it starts PostgreSQL in ANTIPHON_HOME for its own time.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import psycopg
import typer
from pydantic import ValidationError
from typer.main import get_command

from cli.display import logs
from cli.display.terminal import safe, unreachable
from domain.kernel.refusal import InputInvalid, OutcomeUnknown, Overloaded, Refusal, TimeAhead

# Typer takes an empty line for a line break.
EXIT_STATUSES = """Exit status:

0   done

1   done, and something is not well: doctor, rebuild --verify, switch, parked, dead-letters retry

2   refused, and nothing was written: the line on stderr has a stable code (docs/errors.md) and says what to do

75  not now: the same command may be given again, and with the same --key is done once"""

VERBS = {
    "run.run": "run",
    "conversation.inbox": "inbox",
    "search": "search",
    "conversation.show": "show as-sent",
    "conversation.acting": "open receive reply note assign hand-over priority kind wait hold resolve reopen judge team "
    "join roles leave",
    "conversation.merging": "merge-conversation separate-conversation",
    "conversation.splitting": "split undo-split remove",
    "customer.putting_right": "change-name change-language change-segment add-contact remove-contact move-contact"
    " share-contact",
    "customer.proposals": "proposals",
    "customer.customers": "merge-customer separate-customer erase by-contact",
    "customer.customer_side": "request-person withdraw prefer consent",
    "promise": "promise revise keep break promises",
    "order.order": "order",
    "importing": "import",
    "log": "log",
    "doctor": "doctor",
    "rebuild": "rebuild",
    "switch": "switch retire",
    "parked": "parked",
    "dead_letters": "dead-letters",
    "backup": "backup restore",
    "migrate": "migrate",
    "token": "token",
    "openapi": "openapi",
    "service_level.calendar": "calendar",
    "topics": "topics",
    "service_level.scenario": "scenario",
    "service_level.sla": "sla",
}
"""The verbs of each module of `cli.verbs`, in the order of `antiphon --help`."""


@cache
def application(verb: str | None = None) -> Callable[[Sequence[str] | None], object]:
    """The command line: all verbs, or only those of the module with `verb`, which takes half the time."""
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__, epilog=EXIT_STATUSES
    )
    app.callback()(_options)  # without it, Typer takes a module's only verb for the whole command line
    named = [module for module, verbs in VERBS.items() if verb in verbs.split()]
    for module in named or VERBS:
        import_module(f"cli.verbs.{module}").verbs(app)
    return get_command(app)


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
    logs.configure()
    arguments = sys.argv[1:] if arguments is None else arguments
    # A verb that is asked to end stops what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        application(arguments[0] if arguments else None)(arguments)
    except Refusal as refusal:
        _refuse(refusal)
    except ValidationError as error:
        _refuse(InputInvalid(error))
    except psycopg.OperationalError as error:
        _refuse(Overloaded(f"PostgreSQL does not answer ({unreachable(error)}); `antiphon doctor` looks closer"))
    except psycopg.Error as error:
        # Never the server's message: it may quote a value.
        name = f"{type(error).__name__} {error.sqlstate or ''}".strip()
        _refuse(
            Refusal(
                "database-unfit", f"PostgreSQL refused ({name}); is DATABASE_URL's login the owner of its database?"
            )
        )


def _refuse(refusal: Refusal) -> None:
    print(f"antiphon: {safe(str(refusal))}", file=sys.stderr)
    sys.exit(75 if isinstance(refusal, (Overloaded, OutcomeUnknown, TimeAhead)) else 2)
