"""What a mail system reports of a mail of ours: RFC 3464, or what older systems write in words of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.mail.automatic import is_mail_system
from domain.mail.mail import Mail
from domain.mail.tokens import MailTokens, OwnMessage
from domain.message import FailureCode

Outcome = Literal["failed", "delayed", "delivered", "passed-on"]
"""What became of the mail: nobody gets it; it is tried on; it is in the mailbox; it went to a server that reports
nothing more."""

REPORT_CHARACTERS = 64 * 1024
"""How much of a report's fields is read."""
WORDS_CHARACTERS = 20_000
"""How much of a report in words is read."""
RETURNED_CHARACTERS = 256 * 1024
"""How much of each part that may be the returned mail is read."""
MOST_GROUPS = 100
"""How many recipients of a report are looked at."""
_FIELDS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/plain")
_OUTCOMES: Mapping[str, Outcome] = {
    "failed": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "passed-on", "expanded": "passed-on",
}  # fmt: skip
_WORST: tuple[Outcome, ...] = ("failed", "delayed", "delivered", "passed-on")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)", re.ASCII)
"""A status of RFC 3463. The digits of an address on the network are none."""
_REPLY_CODE = re.compile(r"(?<![\d.#])(5[0-9]{2})[ \-](?=\S)", re.ASCII)
_FAILED_RECIPIENTS = re.compile(rb"^x-failed-recipients[ \t]*:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of a mail. `code`: why it failed: `bounced-5-1-1` by a status of RFC 3463 (5: for good, 4: tried long
    enough), `bounced-550` by a server's answer, else `bounced`."""

    outcome: Outcome
    code: FailureCode | None = None


def delivery_report(mail: Mail) -> MailReport | None:
    """What a mail reports of a mail of ours; None where it reports nothing. Only what no person wrote reports."""
    if mail.automatic is None:
        return None
    fields = [each.content for each in mail.files if each.type in _FIELDS]
    if fields:
        found = [report for each in fields for report in _by_fields(each.decode("utf-8", "replace"))]
        return min(found, key=lambda each: _WORST.index(each.outcome), default=None)
    return _by_words(mail)


def own_message(mail: Mail, tokens: MailTokens) -> tuple[OwnMessage, str] | None:
    """The message of ours that a report brings back, and the id that shows it; None where it brings none back."""
    if mail.automatic is None:
        return None
    texts = (each.content[:RETURNED_CHARACTERS].decode("latin-1") for each in mail.files if each.type in _RETURNED)
    for text in (mail.body[:RETURNED_CHARACTERS], *texts):
        if found := tokens.in_text(text):
            return found
    return None


def _by_fields(text: str) -> Iterator[MailReport]:
    """What is said of each recipient: the fields of a group, between blank lines."""
    for number, group in enumerate(re.split(r"\n\s*\n", text[:REPORT_CHARACTERS].replace("\r\n", "\n"))):
        if number == MOST_GROUPS:
            return
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", group).split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
        outcome = _OUTCOMES.get(fields.get("action", "").partition(" ")[0].lower())
        if outcome is not None:
            said = f"{fields.get('status', '')} \n{fields.get('diagnostic-code', '')}"
            yield MailReport(outcome, _code(said) if outcome == "failed" else None)


def _by_words(mail: Mail) -> MailReport | None:
    """What a mail system says without fields: that the mail failed, where it names recipients or says a code."""
    failed = _FAILED_RECIPIENTS.search(mail.raw[:REPORT_CHARACTERS].partition(b"\n\r\n")[0].partition(b"\n\n")[0])
    if not failed and not is_mail_system(mail.sender.address if mail.sender else None):
        return None
    words = mail.body[:WORDS_CHARACTERS]
    code = _code(words)
    if failed or code.startswith("bounced-5"):
        return MailReport("failed", code)
    return MailReport("delayed") if code.startswith("bounced-4") else None


def _code(said: str) -> str:
    """The code of the first status that is no success, else of a server's answer."""
    for found in _STATUS.finditer(said):
        if found[1] != "2":
            return f"bounced-{found[1]}-{int(found[2])}-{int(found[3])}"
    answer = _REPLY_CODE.search(said)
    return f"bounced-{answer[1]}" if answer else "bounced"
