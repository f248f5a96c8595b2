"""Shards: which part of a subscription takes in which stream."""

from __future__ import annotations

import zlib


def shard_of(stream: str, shards: int) -> int:
    """The shard, from 0, of a stream among this many shards. The same for ever and everywhere.

    Streams whose ids differ in their kind only, as a conversation and its clocks, have the same shard.
    """
    return zlib.crc32(stream.partition("-")[2].encode()) % shards
