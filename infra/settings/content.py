"""Settings of the content store: where files of people are kept, and how large and how many they may be."""

from __future__ import annotations

import shlex

from pydantic import Field, field_validator

from infra.settings.room import AbsolutePath, Room


class ContentSettings(Room):
    """The settings of the content store. All processes of an installation need the same values."""

    folder: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_FOLDER",
        description="The folder in which files of people are kept, sealed; all processes of an installation share it. "
        "Default: ANTIPHON_HOME/content.",
    )
    most_bytes: int = Field(
        50_000_000,
        validation_alias="ANTIPHON_CONTENT_BYTES",
        ge=1,
        description="How long one file may be, in bytes (413).",
    )
    most_files: int = Field(
        10_000,
        validation_alias="ANTIPHON_CONTENT_FILES",
        ge=1,
        description="How many files may be kept of one person (422). (How many come with one message is fixed: 50 are "
        "shown, and 2500 taken.)",
    )
    check_command: str | None = Field(
        None,
        validation_alias="ANTIPHON_CONTENT_CHECK",
        description="A command, with its arguments, that gets each new file on its standard input and may quarantine "
        "the file, such as a virus scanner: exit code 0 passes the file, 1 quarantines it, any other leaves it "
        "unchecked, which is as quarantined. Default: none, and every file is served.",
    )
    check_seconds: float = Field(
        30,
        validation_alias="ANTIPHON_CONTENT_CHECK_SECONDS",
        gt=0,
        le=600,
        description="How many seconds the check of one file may take; what takes longer is unchecked.",
    )

    @field_validator("check_command")
    @classmethod
    def _a_command(cls, command: str | None) -> str | None:
        # shlex raises ValueError where a quotation mark is missing.
        if command is not None and not shlex.split(command):
            raise ValueError("name a command, or leave it out")
        return command
