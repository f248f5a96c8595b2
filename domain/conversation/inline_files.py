"""Files that come within a delivery, in base64, where no other system keeps them until they are asked for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated

from domain.conversation.as_sent import MOST_EACH, SentAttachment, SentFile
from domain.conversation.interaction import MOST_ATTACHMENTS
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Sent
from domain.kernel.values import LATER

_NO_BLANKS = str.maketrans("", "", " \t\r\n")


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


def files_in(attachments: Sequence[SentFile]) -> dict[int, bytes]:
    """The files that came within a message, by the number of the attachment: of those that the message shows."""
    found = {}
    for number, each in enumerate(attachments[:MOST_ATTACHMENTS]):
        if isinstance(each, DeliveredAttachment) and each.content is not None:
            whole = decoded(each.content)
            if whole is not None:
                found[number] = whole
    return found


def left_out(attachments: Sequence[SentFile]) -> dict[int, str]:
    """What came in place of a file and is none, or came with more attachments than a message shows, by number; without
    attachments that are kept as they were sent."""
    files = files_in(attachments)
    return {
        number: each.content
        for number, each in enumerate(attachments[:MOST_EACH])
        if isinstance(each, DeliveredAttachment) and each.content is not None and number not in files
    }
