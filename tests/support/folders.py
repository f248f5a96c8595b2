"""Folders for servers: with a path short enough for a socket, and open to the user as whom a server runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

ROOM_BYTES = 4 << 30
"""How much the servers of a run may write at most, all of them together."""


def short_folder(prefix: str = "a-") -> Path:
    """A new and empty folder: in memory where there is room, since a server's many small files cost more than what it
    writes; else in /tmp. (TMPDIR may be deep, and closed to others; so is pytest's tmp_path.)"""
    places = ["/dev/shm", "/tmp"]
    roomy = [each for each in places if os.access(each, os.W_OK) and shutil.disk_usage(each).free > ROOM_BYTES]
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=roomy[0] if roomy else None))
    folder.chmod(0o711)  # as root, the server runs as somebody else
    return folder
