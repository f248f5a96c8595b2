"""The content of an imported fact: what of it is told otherwise when its record is imported again.

Most facts are identified by all that they say. The others have a fingerprint for each field, kept with their unique
key: so a field that a later file leaves out is not told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import KeyKind
from domain.conversation.commands import AddInteraction, ConversationCommand, OpenConversation
from domain.order.commands import PlaceOrder
from domain.order.number import normalised

_FIELDS: Mapping[type, Sequence[str]] = {
    PlaceOrder: ("number", "placed_on", "item_count", "value", "currency", "lines"),
    OpenConversation: (
        "kind",
        "channel",
        "subject",
        "language",
        "product_area",
        "theme",
        "segment",
        "priority",
        "body",
    ),
    AddInteraction: ("kind", "theme"),
}  # fmt: skip
"""Fields are added at the end: kept fingerprints are compared field by field."""
_BYTES = 8
_NOT_TOLD = bytes(_BYTES)
_UNTOLD: Sequence[object] = (None, (), "unknown")
"""What sources write where they know nothing."""


def content_of(
    executor: CommandExecutor, name: tuple[KeyKind, str], command: PlaceOrder | ConversationCommand
) -> bytes:
    """The fingerprint of each field of a fact; nothing where the fact's `name` says all of it."""
    told = [(field, getattr(command, field)) for field in _FIELDS.get(type(command), ())]
    return b"".join(
        _NOT_TOLD if value in _UNTOLD else executor.fingerprint(*name, field, _plain(field, value))[:_BYTES]
        for field, value in told
    )


def told_otherwise(first: bytes | None, content: bytes, command: PlaceOrder | ConversationCommand) -> list[str]:
    """The fields that are told now and were not told so at first. None where the first content is not known: a former
    release imported the fact, or its customer was erased."""
    fields = _FIELDS.get(type(command), ())
    if first is None:
        return []
    return [
        field
        for field, before, now in zip(fields, _pieces(first), _pieces(content), strict=False)
        if now not in (before, _NOT_TOLD)
    ]


def other_name(name: tuple[KeyKind, str], content: bytes) -> tuple[KeyKind, str]:
    """The unique key of a fact with another content than its first: an older file adds nothing."""
    kind, value = name
    return kind, f"{value}\x00{content.hex()}"


def _pieces(content: bytes) -> list[bytes]:
    return [content[at : at + _BYTES] for at in range(0, len(content), _BYTES)]


def _plain(field: str, value: object) -> object:
    if isinstance(value, tuple):
        return [each.model_dump(mode="json") for each in value]
    return normalised(str(value)) if field == "number" else str(value)
