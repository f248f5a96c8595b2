"""A second reading of what a conversation shows as of a time and as known at a time (`docs/replay.md`): slow, plain,
and made of nothing of the project. It knows the names of stored events, and their fields.

What was said is told where it was said, and shown there or in the conversation into which it was split; a conversation
shows what was merged into it, too. Words of the erased are gone from every instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.as_known import counting

GONE = "[erased]"
SAID = {
    "conversation.message-received": ("received", "body"),
    "conversation.message-sent": ("sent", "body"),
    "conversation.note-added": ("note", "body"),
    "conversation.subject-changed": ("change", "subject"),
}
"""Of the events that are compared: the kind of the line, and the field with its text."""


@dataclass(frozen=True)
class Stored:
    """One event, as the log has it. `data`: its fields."""

    stream: str
    version: int
    position: int
    name: str
    recorded: datetime
    happened: datetime
    data: dict[str, Any]


Line = tuple[str, int, str, str]
"""The stream and the version of an event, the kind of its line, and its text."""


def lines(events: list[Stored], id: str, as_of: datetime | None, known_at: datetime | None) -> list[Line]:
    """What the conversation shows, in order."""
    told = [(each.stream, each.position, each.recorded, each.happened) for each in events]
    positions = set(counting(told, as_of, known_at))
    count = [each for each in events if each.position in positions]
    erased = {each.data["customer_id"] for each in events if each.name == "customer.erased"}
    shown = [id, *_parts(count, id)]
    found = []
    for each in count:
        if each.name in SAID and _place(count, each) in shown:
            kind, field = SAID[each.name]
            text = GONE if each.data["customer_id"] in erased and each.data[field] else each.data[field]
            found.append((each.happened, each.position, (each.stream, each.version, kind, text)))
    return [line for _, _, line in sorted(found)]


def status(events: list[Stored], id: str, as_of: datetime | None, known_at: datetime | None) -> list[str]:
    """Every status that the conversation itself was given, in the order of recording."""
    told = [(each.stream, each.position, each.recorded, each.happened) for each in events]
    positions = set(counting(told, as_of, known_at))
    changes = [each for each in events if each.stream == id and each.name == "conversation.status-changed"]
    return [each.data["status"] for each in changes if each.position in positions]


def _parts(count: list[Stored], id: str) -> list[str]:
    """What is merged into the conversation: what was said of that last."""
    said = [each for each in count if each.stream == id and each.name in _OF_PARTS]
    return list(said[-1].data["parts"]) if said else []


_OF_PARTS = ("conversation.part-joined", "conversation.part-left")


def _place(count: list[Stored], of: Stored) -> str:
    """Which conversation shows what was said."""
    place = of.stream
    for each in count:
        if each.stream == of.stream and each.data.get("message_version") == of.version:
            if each.name == "conversation.message-split":
                place = each.data["into"]
            elif each.name == "conversation.message-returned":
                place = of.stream
    return place
