"""Whole streams of conversations, for decisions that need more than aggregate states hold."""

from __future__ import annotations

from collections.abc import Mapping

from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from domain.kernel.event import Event, Recorded

Streams = Mapping[str, list[Recorded[Event]]]


def whole_streams(executor: CommandExecutor, versions: Mapping[str, int]) -> Streams:
    """Read these streams up to these versions, without texts, for a decision.

    If an event comes in after the read, the append finds the version taken. Raises ReadAheadNeeded.
    """

    def read() -> ReadAhead[Streams]:
        streams = executor.log.streams(versions, opened=False)
        return ReadAhead({id: len(stream) for id, stream in streams.items()}, streams)

    streams = executor.read_ahead("whole streams", versions, read)
    return {id: streams[id][:version] for id, version in versions.items()}
