"""What a verb that ends with an error says on stderr, and the exit status it ends with."""

from __future__ import annotations

import sys
from typing import Never

import psycopg
from pydantic import ValidationError

from cli.display.terminal import safe, unreachable
from domain.kernel.refusal import InputInvalid, NotText, OutcomeUnknown, Overloaded, Refusal, TimeAhead


def refuse(error: Exception) -> Never:
    """Print the refusal on stderr and exit with 2 or 75 (`cli.main.EXIT_STATUSES`). Raises what was not expected."""
    refusal = _refusal(error)
    print(f"antiphon: {safe(str(refusal))}", file=sys.stderr)
    sys.exit(75 if isinstance(refusal, (Overloaded, OutcomeUnknown, TimeAhead)) else 2)


def _refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case ValidationError():
            return InputInvalid(error)
        case UnicodeEncodeError(reason="surrogates not allowed"):  # a word of the command line that is not UTF-8
            return NotText()
        case psycopg.OperationalError():
            return Overloaded(f"PostgreSQL does not answer ({unreachable(error)}); `antiphon doctor` looks closer")
        case psycopg.Error():
            # Never the server's message: it may quote a value.
            name = f"{type(error).__name__} {error.sqlstate or ''}".strip()
            return Refusal(
                "database-unfit",
                f"PostgreSQL refused ({name}); is DATABASE_URL's login the owner of its database, or "
                "are its logins those of docs/production.md?",
            )
    raise error
