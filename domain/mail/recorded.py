"""What events keep of a mail, beside its message."""

from __future__ import annotations

from typing import Annotated, Literal

from domain.kernel.personal import Personal
from domain.kernel.text import Text
from domain.kernel.values import RecordedValue, Whole
from domain.mail.authentication import Method, Result


class MailRecipient(RecordedValue):
    """Somebody to whom a mail went, as its header says."""

    role: Literal["to", "cc"]
    address: Annotated[Text, Personal("customer_id", rather="participant_id")]
    name: Annotated[Text | None, Personal("customer_id", rather="participant_id")] = None


class CheckedSender(RecordedValue):
    """What the mail server in front of us found of whether the sender sent a mail."""

    method: Method
    result: Result


class QuotedLines(RecordedValue):
    """Lines of a message that were said before: from `begin` up to, and without, `end`, counted from 0."""

    begin: Whole
    end: Whole
