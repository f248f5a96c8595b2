"""Which shard of a follower takes in which stream."""

from __future__ import annotations

import zlib


def shard_of(stream: str, shards: int) -> int:
    """The shard, from 0, that a stream falls to where there are so many. The same for ever and everywhere.

    Streams whose ids differ in their kind only, as a conversation and its clocks do, fall to the same.
    """
    return zlib.crc32(stream.partition("-")[2].encode()) % shards
