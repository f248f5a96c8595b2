"""Which refusal makes an inbound message a dead letter, and which errors are not its fault."""

from __future__ import annotations

import psycopg
import structlog

from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.failures import error_code

_LOGGER = structlog.get_logger("inbound")


def dead_letter_refusal(error: Exception) -> Refusal:
    """The refusal that makes a message a dead letter. Raises the error if it is not the message's fault: if a database
    cannot do something just now, or if every message would fail alike."""
    match error:
        case Overloaded() | OutcomeUnknown():
            raise error
        case Refusal(code="master-key-wrong"):
            raise error
        case Refusal():
            return error
        case psycopg.DataError() | psycopg.IntegrityError():
            return Refusal("not-storable", f"the database cannot keep what was sent ({error_code(error)})")
        case psycopg.Error() | OSError() | MemoryError():
            raise error
        case _:
            _LOGGER.error("inbound-unforeseen", error=error_code(error))
            return Refusal("internal-error", f"nobody foresaw this: {type(error).__name__}")
