"""Keeps the conversation between a company and its customers.

Every verb works by itself: where DATABASE_URL is not set, it starts PostgreSQL in ANTIPHON_HOME for its own time.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from functools import cache

import psycopg
import typer
from pydantic import ValidationError
from typer.main import get_command

from cli.display import logs
from cli.display.terminal import safe, unreachable
from cli.verbs import (
    backup,
    dead_letters,
    doctor,
    importing,
    log,
    migrate,
    openapi,
    parked,
    rebuild,
    search,
    switch,
    token,
    topics,
)
from cli.verbs import promise as promising
from cli.verbs.conversation import acting, inbox, merging, show, splitting
from cli.verbs.customer import customer_side, customers
from cli.verbs.order import order as ordering
from cli.verbs.run import run
from cli.verbs.service_level import calendar, scenario, sla
from domain.kernel.refusal import InputInvalid, OutcomeUnknown, Overloaded, Refusal

# Typer takes an empty line for a line break.
EXIT_STATUSES = """Exit status:

0   done

1   done, and something is not well: doctor, rebuild --verify, switch, parked, dead-letters retry

2   refused, and nothing was written: the line on stderr has a stable code (docs/errors.md) and says what to do

75  not now: the same command may be given again, and with the same --key is done once"""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__, epilog=EXIT_STATUSES
)
for verbs in (
    run, inbox, search, show, acting, merging, splitting, customers, customer_side, promising, ordering, importing,
    log, doctor, rebuild, switch, parked, dead_letters, backup, migrate, token, openapi, calendar, topics, scenario,
    sla,
):  # fmt: skip
    verbs.verbs(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. Exits as EXIT_STATUSES tells; no error reaches the user as a traceback that could be told."""
    logs.configure()
    # Also a verb that is told to end stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        _command()(arguments)
    except Refusal as refusal:
        _refuse(refusal)
    except ValidationError as error:
        _refuse(InputInvalid(error))
    except psycopg.OperationalError as error:
        _refuse(Overloaded(f"PostgreSQL does not answer ({unreachable(error)}); `antiphon doctor` looks closer"))
    except psycopg.Error as error:
        # Never the server's text: it may quote a value.
        name = f"{type(error).__name__} {error.sqlstate or ''}".strip()
        _refuse(
            Refusal(
                "database-unfit", f"PostgreSQL refused ({name}); is DATABASE_URL's login the owner of its database?"
            )
        )


@cache
def _command() -> Callable[[Sequence[str] | None], object]:
    # Typer would make the commands of all verbs anew at each call.
    return get_command(app)


def _refuse(refusal: Refusal) -> None:
    print(f"antiphon: {safe(str(refusal))}", file=sys.stderr)
    sys.exit(75 if isinstance(refusal, (Overloaded, OutcomeUnknown)) else 2)
