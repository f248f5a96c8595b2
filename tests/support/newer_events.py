"""Events of a log in memory as a newer version of the project would write them, which this one cannot read."""

from __future__ import annotations

from eventsourcing.persistence import StoredEvent

from infra.log.append import Append
from infra.log.memory import MemoryLog


def append_newer_event(log: MemoryLog, stream: str) -> None:
    """Append the last event of a stream once more, in a version that is still to come."""
    last = log._memory.streams([stream])[stream][-1]
    head, data = last.state.split(b",", 1)
    assert head.startswith(b'{"v":')
    newer = StoredEvent(stream, last.originator_version + 1, last.topic, b'{"v":99,' + data)
    log._memory.append(Append([newer]))
