"""Ids: drawn at random in the order of time, and what kind of stream an id names."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id(kind: str) -> str:
    """A fresh `kind-<uuidv7>`: time-ordered, so that indexes stay local, and never derived from personal data."""
    return f"{kind}-{uuid7()}"


def kind_of(stream_id: str) -> str:
    """The kind a stream id begins with: `conversation` of `conversation-0190…`."""
    return stream_id.partition("-")[0]
