"""Files that come within a delivery, where no other system keeps them until they are asked for."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Protocol

from domain.conversation.as_sent import MOST_EACH, SentAttachment, SentFile
from domain.conversation.interaction import MOST_ATTACHMENTS
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Sent
from domain.kernel.values import LATER

_NO_BLANKS = str.maketrans("", "", " \t\r\n")


class FileParts(Protocol):
    """A file that is read a part at a time, as often as anybody asks."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    @property
    def sum(self) -> bytes:
        """Its SHA-256."""

    def parts(self) -> Iterator[bytes]:
        """Its bytes, in order."""


@dataclass(frozen=True)
class HeldFile:
    """A file that is held as a whole."""

    whole: bytes

    @property
    def size(self) -> int:
        """As `FileParts`."""
        return len(self.whole)

    @cached_property
    def sum(self) -> bytes:
        """As `FileParts`."""
        return hashlib.sha256(self.whole).digest()

    def parts(self) -> Iterator[bytes]:
        """As `FileParts`."""
        yield self.whole


class DeliveredAttachment(SentAttachment):
    """A file that came with a delivered message, as a `SentAttachment`. `content`: the file itself in base64, which is
    kept as an upload is; then `content_id` does not count."""

    content: Annotated[Annotated[Sent, BROUGHT_INTO_FORM] | None, LATER] = None


def decoded(content: str) -> bytes | None:
    """The bytes of a file; None where the text is no base64 (RFC 4648, either alphabet, with or without padding and
    line ends)."""
    text = content.translate(_NO_BLANKS).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def encoded(file: FileParts) -> str:
    """A file in base64."""
    return base64.b64encode(b"".join(file.parts())).decode()


def files_in(attachments: Sequence[SentFile], beside: Mapping[int, FileParts] | None = None) -> dict[int, FileParts]:
    """The files that came with a message, by the number of the attachment: of those that the message shows. `beside`:
    those that came beside the attachments, and not within them."""
    found: dict[int, FileParts] = {}
    for number, each in enumerate(attachments[:MOST_ATTACHMENTS]):
        if beside and number in beside:
            found[number] = beside[number]
        elif isinstance(each, DeliveredAttachment) and each.content is not None:
            whole = decoded(each.content)
            if whole is not None:
                found[number] = HeldFile(whole)
    return found


def left_out(
    attachments: Sequence[SentFile], files: Mapping[int, FileParts], beside: Mapping[int, FileParts] | None = None
) -> dict[int, str]:
    """What came in place of a file and is none, or came with more attachments than a message shows, by number; without
    attachments that are kept as they were sent. `files`, `beside`: as of `files_in`."""
    left = {number: each for number, each in enumerate(attachments[:MOST_EACH]) if number not in files}
    found = {number: encoded(beside[number]) for number in left if beside and number in beside}
    for number, each in left.items():
        if number not in found and isinstance(each, DeliveredAttachment) and each.content is not None:
            found[number] = each.content
    return dict(sorted(found.items()))
