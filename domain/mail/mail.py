"""A mail as it was parsed: what was found in its headers and parts, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.mail.authentication import MethodResult

BodyFrom = Literal["plain", "html"]
"""The part from which the text was taken."""
NoBody = Literal["empty", "only-files", "encrypted", "report", "unreadable"]
"""Why a mail shows no text: nothing is in it; it has files only; it is encrypted; it is a report without words; or its
structure cannot be read. The raw mail is kept in any case."""
Cut = Literal["size", "header", "parts", "html"]
"""What of a mail was beyond a limit: its bytes, its header, its parts, or its HTML. What is left out is in the raw
mail, except for bytes beyond the size."""
AutomaticBecause = Literal[
    "own-mail",
    "delivery-report",
    "disposition-report",
    "abuse-report",
    "report",
    "null-sender",
    "auto-submitted",
    "auto-reply",
    "auto-response-suppress",
    "precedence",
    "mailing-list",
    "mail-system",
    "no-reply",
]
"""By what a mail shows that no person wrote it (`domain/mail/automatic.py`)."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address with the name that stands beside it. Compared, by contact points, without regard to case."""

    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a mail. `type`: as its part declares it."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. `recipient`: the address to which the server before us delivered it. `message_id`: as sent; None where it
    has none. `in_reply_to`, `references`: the ids in them, in order. `forwards`: it hands on another mail, so that its
    references are the other mail's. `authentication`: what our own mail server found of its sender. `delivered_to`:
    where other servers say that they delivered it. `raw`: its bytes, up to the limit of size; `size`: how many there
    were."""

    recipient: str
    raw: bytes
    size: int
    message_id: str | None = None
    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    subject: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    forwards: bool = False
    body: str = ""
    body_from: BodyFrom | None = None
    no_body: NoBody | None = None
    files: tuple[MailFile, ...] = ()
    cut: tuple[Cut, ...] = ()
    automatic: AutomaticBecause | None = None
    authentication: tuple[MethodResult, ...] = ()
    delivered_to: tuple[Mailbox, ...] = ()
