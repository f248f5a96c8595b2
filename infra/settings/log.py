"""Settings of the log, and what the environment may not ask of the library below it."""

from __future__ import annotations

import os

from pydantic import Field

from domain.kernel.refusal import Refusal
from infra.settings.room import Room

_FALSE = {"", "n", "no", "f", "false", "off", "0"}
_UNSAFE = "POSTGRES_ENABLE_DB_FUNCTIONS"


class LogSettings(Room):
    """The limits of the log's writer."""

    append_queue: int = Field(
        2000,
        validation_alias="ANTIPHON_APPEND_QUEUE",
        ge=1,
        description="How many commands may wait for the writer; further ones are refused for now (503).",
    )
    append_batch: int = Field(
        500,
        validation_alias="ANTIPHON_APPEND_BATCH",
        ge=1,
        le=500,
        description="How many waiting commands the writer appends in one call, at most.",
    )


def refuse_unsafe_library_settings() -> None:
    """Refuse an environment that asks the eventsourcing library for its lock-free insert. Raises Refusal.

    With that insert, events become visible out of order, and readers of the log lose some for good.
    """
    for name in (_UNSAFE, f"ANTIPHON_{_UNSAFE}"):  # the library also reads the variable with the application's name
        if os.environ.get(name, "").strip().lower() not in _FALSE:
            raise Refusal(
                "db-functions-enabled", f"unset {name}: with it, inserts take no lock and followers lose events"
            )
