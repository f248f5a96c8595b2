"""`antiphon`: how it is run and looked into."""

from __future__ import annotations

import sys

import typer

from cli import acting, importing, looking, running
from domain.refusal import Overloaded, Refusal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
acting.verbs(app)
importing.verbs(app)
looking.verbs(app)
running.verbs(app)


def main() -> None:
    """The console script. A refusal is one line on stderr and exit status 2; 75 where it may be tried again."""
    try:
        app()
    except Refusal as refusal:
        print(f"antiphon: {refusal}", file=sys.stderr)
        sys.exit(75 if isinstance(refusal, Overloaded) else 2)
