"""Checks of a path before it is written: anything that is not a regular file stays as it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NotAFile(OSError):
    """A path that was to be written leads to something that is not a regular file."""


def file_there(path: Path) -> bool:
    """Whether a regular file is at the path already. Raises NotAFile where anything else is, OSError as `os.lstat`.

    A link is refused wherever it leads: /dev/stdout is a link, and would be replaced.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise NotAFile(f"{path} is {kind}, and only a regular file is written over")
    return True


def check_no_link(folder: Path) -> None:
    """Check that the folder is no link: giving a link to another account would give away its target. Raises
    NotAFile."""
    if folder.is_symlink():
        raise NotAFile(f"{folder} is a symbolic link, and has to be a folder")
