"""What a customer sends is never refused for its form: what goes beyond our limits is cut, normalised or dropped, and
kept, sealed, with the event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Annotated, get_args

from pydantic import Field, Strict
from pydantic_core import to_json

from domain.conversation.interaction import (
    BODY_CHARACTERS,
    CONTENT_ID,
    ID_CHARACTERS,
    MOST_ATTACHMENTS,
    TYPE_CHARACTERS,
    InteractionKind,
    RecordedAttachment,
)
from domain.customer.commands import NAME_CHARACTERS
from domain.customer.contact_point import ContactKind, bare, cut_to
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Adjusted, Sent, cut, cut_at, stored
from domain.kernel.text import is_legible, readable
from domain.kernel.told import ToldByOthers
from domain.kernel.values import (
    LABEL_CHARACTERS,
    LANGUAGE,
    LANGUAGE_CHARACTERS,
    LATER,
    REMARK_CHARACTERS,
    Fields,
    RecordedValue,
    Whole,
)
from domain.order.limits import NUMBER_CHARACTERS

MOST_SENT = 2_500
"""How many attachments one message may name; it is a limit of what one request or record may hold."""
MOST_EACH = 1_000
"""How many attachments of a message are recorded each by itself; those beyond are kept as they were sent."""
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
_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_KINDS: Mapping[str, InteractionKind] = {kind: kind for kind in get_args(InteractionKind)}
_CONTACT_KINDS: Mapping[str, ContactKind] = {kind: kind for kind in get_args(ContactKind)} | {
    "email": "mail", "e-mail": "mail", "tel": "phone", "telephone": "phone",
}  # fmt: skip
"""The kinds of contact points by what gateways call them."""
_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*", re.ASCII)
_SUM = re.compile(r"[0-9a-f]{64}")
_CONTENT_ID = re.compile(CONTENT_ID)
_SIZE = re.compile(r"[0-9]{1,19}")
_MOST_SIZE = 2**63
_TAG = re.compile(LANGUAGE)

OF_ANY_LENGTH = Field(min_length=1, json_schema_extra={"x-of-any-length": True})
"""What the contract says of an id that is compared by its keyed hash, whatever its length."""


class RestInStore(RecordedValue):
    """The rest of what a customer sent, beyond what an event holds: `content_id` in the content store, with as many
    `attachments`."""

    content_id: str
    attachments: Whole


class Rest(RecordedValue):
    """What is in the content store: the adjusted fields with what was kept of each, and the attachments beyond those
    that are shown."""

    adjusted: tuple[Adjusted, ...]
    more_attachments: tuple[RecordedAttachment, ...] = ()


class SentAttachment(ToldByOthers):
    """A file that came with a customer's message: the channel's id of the file, name, type, `size` in bytes, `sha256`
    in hex, each of which may be missing. `content_id`: the file itself, where it was sent before; without one, the file
    is named only."""

    id: Annotated[Sent, cut_at(ID_CHARACTERS)] | None = None
    name: Annotated[Sent, cut_at(REMARK_CHARACTERS)] | None = None
    type: Annotated[Sent, BROUGHT_INTO_FORM] | None = None
    size: Annotated[Whole | Annotated[float, Strict()] | Sent | None, BROUGHT_INTO_FORM] = None
    sha256: Annotated[Sent, BROUGHT_INTO_FORM] | None = None
    content_id: Annotated[Annotated[Sent, BROUGHT_INTO_FORM] | None, LATER] = None


SentFile = SentAttachment | RecordedAttachment


def as_sent(fields: Fields) -> Fields:
    """The fields of a customer's command within our limits; `adjusted` says what was done to which, and
    `more_attachments` has those that are too many."""
    found, notes = dict(fields), list(fields.get("adjusted", ()))
    for name, most in CUT_AT.items():
        if isinstance(found.get(name), str):
            found[name] = cut(name, found[name], most, notes)
    if isinstance(number := found.get("order_number"), str) and not is_legible(number):
        found["order_number"] = None
        notes.append(Adjusted(field="order_number", how="dropped", kept=number or None))
    if isinstance(found.get("language"), str):
        found["language"] = _language(found["language"], notes)
    if found.get("attachments"):
        sent = [
            each if isinstance(each, SentAttachment) else SentAttachment.model_validate(dict(each))
            for each in found["attachments"]
        ]
        files = [_file(number, each, notes) for number, each in enumerate(sent[:MOST_EACH])]
        found["attachments"] = files[:MOST_ATTACHMENTS]
        if further := files[MOST_ATTACHMENTS:]:
            found["more_attachments"] = further
            beyond = sent[MOST_EACH:]
            kept = to_json(beyond, exclude_none=True).decode() if beyond else None
            notes.append(Adjusted(field="attachments", how="cut", kept=kept))
    return found | {"adjusted": tuple(notes)} if notes else found


def as_contact(kind: ContactKind, sent: str, notes: list[Adjusted]) -> str:
    """A contact point within our limits. One that is too long is still compared as a whole. Empty, where nothing was
    sent that can be seen: then nobody is known by it."""
    if not bare(kind, sent):
        notes.append(Adjusted(field="contact.value", how="dropped", kept=readable(sent) or None))
        return ""
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
    """The name of a sender within our limits; None where none was told that can be seen."""
    if sent and not is_legible(sent):
        notes.append(Adjusted(field="contact.name", how="dropped", kept=readable(sent)))
        return None
    return cut("contact.name", sent or "", NAME_CHARACTERS, notes) or None


def as_area(sent: str | None, notes: list[Adjusted]) -> str | None:
    """The product area of a delivered message; None for what can be no word of the company's, because of its length or
    its signs. Nothing of it is cut: it would name another area."""
    if sent is None or (len(sent) <= LABEL_CHARACTERS and is_legible(sent) and readable(sent) == sent):
        return sent
    notes.append(Adjusted(field="product_area", how="dropped", kept=readable(sent) or None))
    return None


def as_thread(sent: str | None, notes: list[Adjusted]) -> str | None:
    """The channel's id of the exchange; None for one in which nothing can be seen: it would be the exchange of all who
    have none."""
    if sent is None or is_legible(sent):
        return sent
    notes.append(Adjusted(field="thread", how="dropped", kept=readable(sent) or None))
    return None


def as_channel(sent: str, notes: list[Adjusted] | None = None) -> str:
    """The name of the channel over which a message came. A name that can be no channel's here gets one by its hash, so
    that two channels stay two."""
    if _CHANNEL.fullmatch(sent):
        return sent
    lower = sent.strip().lower()
    name = lower if _CHANNEL.fullmatch(lower) else "other-" + sha256(readable(sent).encode()).hexdigest()[:12]
    if notes is not None:
        notes.append(Adjusted(field="channel", how="normalised", kept=readable(sent) or None))
    return name


def as_kind(sent: str, *, names_order: bool, notes: list[Adjusted]) -> InteractionKind:
    """The kind of what the customer brings. What we know no such kind of is an inquiry; so is an order that nobody
    names."""
    lower = sent.strip().lower()
    kind = _KINDS.get(lower, "inquiry") if names_order or lower != "order" else "inquiry"
    if kind != sent:
        notes.append(Adjusted(field="kind", how="normalised", kept=readable(sent) or None))
    return kind


def as_contact_kind(sent: str, value: str, notes: list[Adjusted]) -> tuple[ContactKind, str]:
    """The kind of a contact point, and its value. One of a kind that we do not know is a handle which begins with that
    kind, so that two people of two such kinds stay two."""
    told = readable(sent.strip().lower())
    kind = _CONTACT_KINDS.get(told)
    if kind != sent:
        notes.append(Adjusted(field="contact.kind", how="normalised", kept=readable(sent) or None))
    if kind is not None:
        return kind, value
    return "handle", f"{told}:{value}" if bare("handle", value) else value


def as_channel_id(sent: str | None) -> str | None:
    """A channel's own id, to be told to the channel again; None for what can be none, because of its length or its
    signs."""
    if sent is None or len(sent) > CHANNEL_ID_CHARACTERS or not sent.isprintable() or not is_legible(sent):
        return None
    return sent if readable(sent) == sent else None


def _language(text: str, notes: list[Adjusted]) -> str | None:
    """A language tag (RFC 5646). What else software calls a language, such as `en_US.UTF-8`, is normalised, else
    dropped."""
    if _is_tag(text):
        return text
    sent = stored("language", text, notes)
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


def _file(number: int, file: SentAttachment, notes: list[Adjusted]) -> RecordedAttachment:
    at = f"attachments.{number}"
    return RecordedAttachment(
        id=cut(f"{at}.id", file.id or "", ID_CHARACTERS, notes),
        name=cut(f"{at}.name", file.name or "", REMARK_CHARACTERS, notes),
        type=_type(f"{at}.type", file.type or UNKNOWN_TYPE, notes),
        size=_size(f"{at}.size", file.size, notes),
        sha256=_sum(f"{at}.sha256", file.sha256, notes),
        content_id=_content_id(f"{at}.content_id", file.content_id, notes),
    )


def _size(name: str, sent: float | str | None, notes: list[Adjusted]) -> int | None:
    """A number of bytes; None for what is none."""
    if sent is None or (isinstance(sent, int) and 0 <= sent < _MOST_SIZE):
        return sent
    text = readable(str(sent))
    digits = text.strip().removesuffix(".0")
    size = int(digits) if _SIZE.fullmatch(digits) else _MOST_SIZE
    notes.append(Adjusted(field=name, how="normalised" if size < _MOST_SIZE else "dropped", kept=text))
    return size if size < _MOST_SIZE else None


def _sum(name: str, sent: str | None, notes: list[Adjusted]) -> str | None:
    """A SHA-256 in hex, lower case; None for what is none."""
    if sent is None or _SUM.fullmatch(sent):
        return sent
    text = readable(sent)
    sum = text.strip().lower()
    fits = _SUM.fullmatch(sum) is not None
    notes.append(Adjusted(field=name, how="normalised" if fits else "dropped", kept=text))
    return sum if fits else None


def _content_id(name: str, sent: str | None, notes: list[Adjusted]) -> str | None:
    """The id of a file in the content store; None for what can be none. Whether there is such a file, the command
    asks."""
    if sent is None or _CONTENT_ID.fullmatch(sent):
        return sent
    notes.append(Adjusted(field=name, how="dropped", kept=readable(sent) or None))
    return None


def _type(name: str, text: str, notes: list[Adjusted]) -> str:
    """A media type without parameters, which may hold a file's name: types are not sealed."""
    if len(text) <= TYPE_CHARACTERS and _TYPE.fullmatch(text):
        return text
    sent = stored(name, text, notes)
    type = sent.partition(";")[0].strip()
    fits = len(type) <= TYPE_CHARACTERS and _TYPE.fullmatch(type)
    notes.append(Adjusted(field=name, how="normalised" if fits else "dropped", kept=sent))
    return type if fits else UNKNOWN_TYPE
