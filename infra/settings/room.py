"""The base of all rooms of settings: each field is read from one environment variable, or from `.env`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Room(BaseSettings):
    """The settings of one part of the process. Each field names its environment variable as `validation_alias`."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal."""


def _absolute(path: Path) -> Path:
    try:
        return Path(os.path.abspath(path.expanduser()))
    except RuntimeError:  # neither HOME nor an entry for the user, as in a container with any number as user
        raise ValueError("begins with ~, and this user has no home folder; name a whole path") from None


AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
"""A path, made absolute when the settings are read; `~` is the user's home folder."""


def _listed(words: object) -> object:
    return [each.strip() for each in words.split(",") if each.strip()] if isinstance(words, str) else words


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""Words with commas between them."""
