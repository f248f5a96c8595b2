"""What the customer brought: an inquiry, a complaint, an order or feedback. Kept in the conversation's stream."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel import Frozen, Personal, Text, Whole

InteractionKind = Literal["inquiry", "complaint", "order", "feedback"]
Channel = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""How it reached us: `mail`, `chat`, `phone`, `web`, … Lower case, so that one channel has one name."""
Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A language tag (RFC 5646): `de`, `pt-BR`."""
Label = Annotated[Text, Field(min_length=1, max_length=200)]
"""A short word of the company's own, such as a product area; never personal."""

BODY_CHARACTERS = 100_000
Body = Annotated[Text, Field(min_length=1, max_length=BODY_CHARACTERS)]
Remark = Annotated[Text, Field(min_length=1, max_length=2_000)]
"""A subject, a reason, a resolution: a sentence or two."""


class Attachment(Frozen):
    """A file that came with a message: what it is, not its content. `size` in bytes, `sha256` in hex."""

    id: Annotated[Text, Field(max_length=200)]
    name: Annotated[Remark, Personal("customer_id")]
    type: Annotated[Text, Field(max_length=255)]
    size: Whole = Field(ge=0, lt=2**63)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


_BIDI = re.compile("[\\u202a-\\u202e\\u2066-\\u2069]")


def bidi(*texts: str | None) -> bool:
    """Whether one of these holds controls that turn the direction of what follows (Unicode's UAX 9: embeddings,
    overrides, isolates), so that it may show as something else than it is. It is kept as it came, and its reader told.
    """
    return any(text is not None and _BIDI.search(text) is not None for text in texts)
