"""Settings of the local data folder."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from domain.kernel.refusal import Refusal
from infra.settings.room import AbsolutePath, Room


def _default_home() -> Path:
    return Path("/var/lib/antiphon" if os.geteuid() == 0 else "~/.local/share/antiphon")


class HomeSettings(Room):
    """Where a process keeps its local data."""

    folder: AbsolutePath = Field(
        default_factory=_default_home,
        validate_default=True,
        validation_alias="ANTIPHON_HOME",
        description="The local data folder: the embedded PostgreSQL and the master key. Keep its path short, since a "
        "unix socket lives in it. Default: /var/lib/antiphon as root, else ~/.local/share/antiphon.",
    )


def make_home(home: Path) -> None:
    """Make the data folder unless there is one. Raises Refusal `home-not-usable`.

    The mode of an existing folder is its owner's decision: somebody may have named /tmp.
    """
    try:
        home.mkdir(parents=True)
        # As root: the account that runs PostgreSQL must pass through, but cannot list the folder.
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        if not home.is_dir():
            raise Refusal(
                "home-not-usable", f"{error}; set ANTIPHON_HOME to a folder that is yours to write to"
            ) from error
