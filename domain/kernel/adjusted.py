"""What a customer or another system sent beyond our limits: it is cut, normalised or dropped, and kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.kernel.personal import Personal
from domain.kernel.text import Text, readable
from domain.kernel.values import RecordedValue

Sent = Annotated[str, BeforeValidator(lambda value: readable(value, nul=False) if isinstance(value, str) else value)]
"""Text of somebody else, of any length, as it comes in; NUL is replaced, and reported, once it is within limits."""

BROUGHT_INTO_FORM = Field(json_schema_extra={"x-brought-into-form": True})
"""What the contract says of a value that is normalised or dropped, and not refused."""


class Adjusted(RecordedValue):
    """A field that is not recorded in full as it was sent. `kept`: what was cut off, or what was sent instead. Without
    `kept`, signs that cannot be stored were replaced: NUL by U+2400, half a surrogate pair by U+FFFD; or an empty text
    was dropped."""

    field: Text
    how: Literal["cut", "normalised", "dropped"]
    kept: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None


def cut(name: str, text: str, most: int, notes: list[Adjusted]) -> str:
    """A text of at most so many characters, without signs that cannot be stored."""
    text = stored(name, text, notes)
    if len(text) > most:
        notes.append(Adjusted(field=name, how="cut", kept=text[most:]))
    return text[:most]


def stored(name: str, text: str, notes: list[Adjusted]) -> str:
    """A text without signs that cannot be stored."""
    if (found := readable(text)) != text:
        notes.append(Adjusted(field=name, how="normalised"))
    return found


def cut_at(characters: int) -> object:
    """What the contract says of a text that is cut, and not refused."""
    return Field(json_schema_extra={"x-cut-at": characters})
