"""Ids: drawn at random, in the order of time; each begins with the kind of its stream."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id(kind: str) -> str:
    """Draw a new `kind-<uuidv7>`: time-ordered, so that indexes stay local, and never derived from personal data."""
    return f"{kind}-{uuid7()}"


def kind_of(stream_id: str) -> str:
    """The kind with which a stream id begins: `conversation` of `conversation-0190…`."""
    return stream_id.partition("-")[0]
