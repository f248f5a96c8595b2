"""Settings of the content store: where files of people are kept, and how large and how many they may be."""

from __future__ import annotations

from pydantic import Field

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
