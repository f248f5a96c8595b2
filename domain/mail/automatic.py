"""Whether a person wrote a mail, by what its header says: RFC 3834, RFC 3464, RFC 6522, RFC 5965, RFC 2919, and what
mail systems send beside them.

An automatic mail is kept and shown as any other. Nobody waits for an answer to it, and nothing answers it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from domain.mail.mail import AutomaticBecause

_REPORTS: dict[str, AutomaticBecause] = {
    "delivery-status": "delivery-report",
    "global-delivery-status": "delivery-report",
    "disposition-notification": "disposition-report",
    "global-disposition-notification": "disposition-report",
    "feedback-report": "abuse-report",
}
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_REPLIES = ("x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-mail-autoreply")
_LISTS = ("list-id", "list-post", "list-unsubscribe", "list-subscribe", "list-help", "list-owner", "mailing-list")
_SYSTEMS = frozenset(
    {"mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon", "double-bounce", "bounces", "postmaster", "post_master"}
)
"""Whose mails are a mail system's own, by the part of the address before `@`."""
_REPORTERS = frozenset({"staff@hotmail.com"})
"""Who sends complaints about mails in a form of their own (Microsoft's)."""
_NOBODY = frozenset({"no-reply", "noreply", "no_reply", "do-not-reply", "donotreply", "do_not_reply"})
"""Addresses, up to `@`, at which nobody reads an answer."""
_FAILED = ("x-failed-recipients", "x-mailer-daemon-recipients")
_TYPE = re.compile(r"\s*multipart/report\b", re.IGNORECASE)
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?\s*([a-z-]{1,50})", re.IGNORECASE)

Header = Callable[[str], Sequence[str]]
"""The values of a header, by its name in lower case."""


def automatic(header: Header, *, envelope_sender: str | None, sender: str | None) -> AutomaticBecause | None:
    """By what a mail shows that no person wrote it; None where nothing shows it. `envelope_sender`: of `MAIL FROM`,
    empty for the null sender, None where not known. `sender`: the address of `From`."""
    if because := _report(header):
        return because
    if envelope_sender == "" or any(value.strip() == "<>" for value in header("return-path")):
        return "null-sender"
    if any(_word(value) not in ("", "no") for value in header("auto-submitted")):
        return "auto-submitted"
    if any(header(name) for name in _REPLIES):
        return "auto-reply"
    if any(_word(value) not in ("", "none") for value in header("x-auto-response-suppress")):
        return "auto-response-suppress"
    if any(header(name) for name in _LISTS):
        return "mailing-list"
    if any(_word(value) in _BULK for value in header("precedence")):
        return "precedence"
    if any(header(name) for name in _FAILED) or _local(sender) in _SYSTEMS or _empty_from(header):
        return "mail-system"
    if (sender or "").lower() in _REPORTERS:
        return "abuse-report"
    return "no-reply" if _local(sender) in _NOBODY else None


def is_mail_system(sender: str | None) -> bool:
    """Whether an address is that of a mail system; so is the null sender."""
    return not sender or _local(sender) in _SYSTEMS


def _empty_from(header: Header) -> bool:
    """`From: MAILER-DAEMON <>`: the null sender, where no envelope says so."""
    return any(value.rstrip().endswith("<>") for value in header("from"))


def _report(header: Header) -> AutomaticBecause | None:
    for value in header("content-type"):
        if _TYPE.match(value):
            found = _REPORT_TYPE.search(value)
            return _REPORTS.get(found[1].lower(), "report") if found else "report"
        if _word(value) in ("message/delivery-status", "message/global-delivery-status"):
            return "delivery-report"
    return None


def _word(value: str) -> str:
    """The first word of a value, without comments and parameters."""
    found = re.match(r"(?:\s|\([^()]{0,200}\)){0,20}([^\s;,(]{0,100})", value)
    return found[1].lower() if found else ""


def _local(address: str | None) -> str:
    return (address or "").partition("@")[0].strip().strip('"').lower()
