"""Settings of the lines that processes log."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from infra.settings.room import Room


class LoggingSettings(Room):
    """What `antiphon run` logs, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        validation_alias="ANTIPHON_LOG_LEVEL",
        description="The least important lines that `antiphon run` logs: debug, info, warning or error. Each request "
        "is a line at info.",
    )
    format: Literal["auto", "json", "text"] = Field(
        "auto",
        validation_alias="ANTIPHON_LOG_FORMAT",
        description="How `antiphon run` writes its log: json, one document per line; text, for people; auto, text on a "
        "terminal and else json.",
    )
