"""A path that somebody named is looked at before it is written: what is no regular file stays as it is."""

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
    """There is something else at a path that was to be written."""


def file_there(path: Path) -> bool:
    """Whether a regular file is there already. Raises NotAFile where it is anything else, OSError as `os.lstat` does.

    A link is refused wherever it leads: /dev/stdout is one, and would be replaced.
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
    """Raises NotAFile where the folder is a link: giving it to another account would give away what it leads to."""
    if folder.is_symlink():
        raise NotAFile(f"{folder} is a symbolic link, and has to be a folder")
