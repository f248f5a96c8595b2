"""Read-ahead: a decision that needs whole streams has them read before its turn, so that no other command waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadAhead(Generic[T]):
    """What was read, and up to which version of each stream."""

    versions: Mapping[str, int]
    value: T


# Any: the type is that of `needed`, for one command at a time.
Read = Callable[[], ReadAhead[Any]]


class ReadAheadNeeded(Exception):
    """A decision needs what `read` answers. The executor reads it in the caller's thread, and has it decided anew."""

    def __init__(self, what: str, read: Read) -> None:
        super().__init__("read before the turn of the command")
        self.what = what
        self.read = read


def needed(
    everything: Mapping[str, ReadAhead[Any]],  # Any: as above
    what: str,
    versions: Mapping[str, int],
    read: Callable[[], ReadAhead[T]],
) -> T:
    """What was read under the name `what`, if it was and is not older than these versions of the streams. Raises
    ReadAheadNeeded."""
    found = everything.get(what)
    if found is None or any(found.versions.get(id, 0) < version for id, version in versions.items()):
        raise ReadAheadNeeded(what, read)
    return cast(T, found.value)
