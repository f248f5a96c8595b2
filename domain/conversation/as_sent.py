"""What a customer sends is never refused for its form: what goes beyond our limits is cut, normalised or dropped, and
kept, sealed, with the event."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.conversation.interaction import (
    BODY_CHARACTERS,
    CONTENT_ID,
    ID_CHARACTERS,
    MOST_ATTACHMENTS,
    TYPE_CHARACTERS,
    RecordedAttachment,
)
from domain.customer.commands import NAME_CHARACTERS
from domain.customer.contact_point import ContactKind, bare, cut_to
from domain.kernel.personal import Personal
from domain.kernel.text import Text, readable
from domain.kernel.values import (
    LANGUAGE,
    LANGUAGE_CHARACTERS,
    LATER,
    REMARK_CHARACTERS,
    Fields,
    Frozen,
    RecordedValue,
    Whole,
)
from domain.order.commands import NUMBER_CHARACTERS

MOST_SENT = 1_000
"""How many attachments may come with one message, and how long the longest list of any request is."""
UNKNOWN_TYPE = "application/octet-stream"
"""The type of a file whose type nobody knows (RFC 2046)."""

CUT_AT = {
    "subject": REMARK_CHARACTERS,
    "body": BODY_CHARACTERS,
    "because": REMARK_CHARACTERS,
    "order_number": NUMBER_CHARACTERS,
}
"""The characters that are shown of each text; the rest is kept."""
CHANNEL_ID_CHARACTERS = 998
"""The longest id of a channel that is told to it again: a line of a mail (RFC 5322)."""
_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*", re.ASCII)
_TAG = re.compile(LANGUAGE)

Sent = Annotated[str, BeforeValidator(lambda value: readable(value, nul=False) if isinstance(value, str) else value)]
"""Text of a customer, of any length, as it comes in; NUL is replaced, and reported, by `as_sent`."""


def cut_at(characters: int) -> object:
    """What the contract says of a text that is cut, and not refused."""
    return Field(json_schema_extra={"x-cut-at": characters})


BROUGHT_INTO_FORM = Field(json_schema_extra={"x-brought-into-form": True})
"""What the contract says of a text that is normalised or dropped, and not refused."""


OF_ANY_LENGTH = Field(min_length=1, json_schema_extra={"x-of-any-length": True})
"""What the contract says of an id that is compared by its keyed hash, whatever its length."""


class Adjusted(RecordedValue):
    """A field that is not recorded in full as the customer sent it. `kept`: what was cut off, or what was sent instead.
    Without `kept`, signs that cannot be stored were replaced: NUL by U+2400, half a surrogate pair by U+FFFD."""

    field: Text
    how: Literal["cut", "normalised", "dropped"]
    kept: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None


class SentAttachment(Frozen):
    """A file that came with a customer's message: name, type, `size` in bytes, `sha256` in hex. A file may come without
    a name and without a type. `content_id`: the file itself, where it was sent before; without one, the file is named
    only."""

    id: Annotated[Sent, cut_at(ID_CHARACTERS)]
    name: Annotated[Sent, cut_at(REMARK_CHARACTERS)] | None = None
    type: Annotated[Sent, BROUGHT_INTO_FORM] | None = None
    size: Whole = Field(ge=0, lt=2**63)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    content_id: Annotated[str | None, Field(pattern=CONTENT_ID), LATER] = None


SentFile = SentAttachment | RecordedAttachment


def as_sent(fields: Fields) -> Fields:
    """The fields of a customer's command within our limits; `adjusted` says what was done to which, and
    `more_attachments` has those that are too many."""
    found, notes = dict(fields), list(fields.get("adjusted", ()))
    for name, most in CUT_AT.items():
        if isinstance(found.get(name), str):
            found[name] = cut(name, found[name], most, notes)
    if isinstance(found.get("language"), str):
        found["language"] = _language(found["language"], notes)
    if found.get("attachments"):
        files = [_file(number, each, notes) for number, each in enumerate(found["attachments"])]
        found["attachments"] = files[:MOST_ATTACHMENTS]
        if further := files[MOST_ATTACHMENTS:]:
            found["more_attachments"] = further
            notes.append(Adjusted(field="attachments", how="cut"))
    return found | {"adjusted": tuple(notes)} if notes else found


def as_contact(kind: ContactKind, sent: str, notes: list[Adjusted]) -> str:
    """A contact point within our limits. One that is too long is still compared as a whole."""
    # NUL is an invisible sign, and those are no part of what is compared.
    value = readable(sent.replace("\x00", "") or sent)
    if len(value) > NAME_CHARACTERS:
        value = bare(kind, value)
    if len(value) > NAME_CHARACTERS:
        value = cut_to(value, NAME_CHARACTERS)
    if value != sent:
        notes.append(Adjusted(field="contact.value", how="normalised", kept=readable(sent)))
    return value


def as_name(sent: str | None, notes: list[Adjusted]) -> str | None:
    """The name of a sender within our limits; None where none was told."""
    return cut("contact.name", sent or "", NAME_CHARACTERS, notes) or None


def as_channel_id(sent: str | None) -> str | None:
    """A channel's own id, to be told to the channel again; None for what can be none, because of its length or its
    signs."""
    fits = sent is not None and len(sent) <= CHANNEL_ID_CHARACTERS and sent.isprintable() and readable(sent) == sent
    return sent if fits else None


def cut(name: str, text: str, most: int, notes: list[Adjusted]) -> str:
    """A text of at most so many characters, without signs that cannot be stored."""
    text = _readable(name, text, notes)
    if len(text) > most:
        notes.append(Adjusted(field=name, how="cut", kept=text[most:]))
    return text[:most]


def _readable(name: str, text: str, notes: list[Adjusted]) -> str:
    if (stored := readable(text)) != text:
        notes.append(Adjusted(field=name, how="normalised"))
    return stored


def _language(text: str, notes: list[Adjusted]) -> str | None:
    """A language tag (RFC 5646). What else software calls a language, such as `en_US.UTF-8`, is normalised, else
    dropped."""
    if _is_tag(text):
        return text
    sent = _readable("language", text, notes)
    tag = re.split("[.@]", sent.strip(), maxsplit=1)[0].replace("_", "-")
    if not _is_tag(tag):
        notes.append(Adjusted(field="language", how="dropped", kept=sent))
        return None
    notes.append(Adjusted(field="language", how="normalised", kept=sent))
    language, *further = tag.split("-")
    return "-".join([language.lower(), *_in_usual_case(further)])


def _is_tag(text: str) -> bool:
    return len(text) <= LANGUAGE_CHARACTERS and _TAG.fullmatch(text) is not None


def _in_usual_case(pieces: Iterable[str]) -> Iterable[str]:
    own = False
    for piece in pieces:
        own = own or len(piece) == 1  # behind a single letter, pieces are an extension's own
        yield piece if own else piece.upper() if len(piece) == 2 else piece.title() if len(piece) == 4 else piece


def _file(number: int, sent: SentFile | Fields, notes: list[Adjusted]) -> RecordedAttachment:
    file, at = SentAttachment.model_validate(dict(sent)), f"attachments.{number}"
    return RecordedAttachment(
        id=cut(f"{at}.id", file.id, ID_CHARACTERS, notes),
        name=cut(f"{at}.name", file.name or "", REMARK_CHARACTERS, notes),
        type=_type(f"{at}.type", file.type or UNKNOWN_TYPE, notes),
        size=file.size,
        sha256=file.sha256,
        content_id=file.content_id,
    )


def _type(name: str, text: str, notes: list[Adjusted]) -> str:
    """A media type without parameters, which may hold a file's name: types are not sealed."""
    if len(text) <= TYPE_CHARACTERS and _TYPE.fullmatch(text):
        return text
    sent = _readable(name, text, notes)
    type = sent.partition(";")[0].strip()
    fits = len(type) <= TYPE_CHARACTERS and _TYPE.fullmatch(type)
    notes.append(Adjusted(field=name, how="normalised" if fits else "dropped", kept=sent))
    return type if fits else UNKNOWN_TYPE
