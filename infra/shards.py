"""Which shard of a follower takes in which stream."""

from __future__ import annotations

import zlib


def shard_of(stream: str, shards: int) -> int:
    """The shard, from 0, that a stream falls to where there are so many. The same for ever and everywhere."""
    return zlib.crc32(stream.encode()) % shards
