"""A reply as a mail: the same bytes of meaning each time it is made, under a Message-ID that was fixed before.

What outsiders wrote (names, subjects, ids of mails) becomes part of a header: line breaks and control characters in it
are blanks there, and what is no address is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import idna

from consumers.mail.markdown import html_of_markdown
from domain.mail.mail import MailFile
from domain.mail.subjects import bare_subject
from infra.mail.writing import AS_SENT

MOST_REFERENCES = 20
"""How many mails of an exchange a reply names: the first one, and the last ones."""
SUBJECT_CHARACTERS = 300
NAME_CHARACTERS = 100
QUOTED_CHARACTERS = 10_000
"""How much of the answered mail is quoted."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f.:IPvx]+\]", re.ASCII)
"""A domain, or an address of the network in brackets: what else stands there would be read as a further recipient."""
_CODED = "=?"
"""How a coded word begins (RFC 2047)."""
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
"""A Message-ID that fits into a line of a header. Another is left out: nobody would find a mail by a part of it."""


class AddressUnusable(Exception):
    """What is to be written to is no mail address."""


@dataclass(frozen=True, slots=True)
class AnsweredMail:
    """The mail that a reply answers, to be quoted: who wrote it, when (aware), and its text."""

    by: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class MailReply:
    """A reply to be sent. `mailbox`, `name`: who writes. `token`: the address at which answers find the conversation.
    `to`: whom it goes to, and what they are called. `message_id`, `in_reply_to`, `references`: with brackets, as sent.
    `sent_at`: when it was written; aware. `automatic`: nobody wrote it for them. `html`: it has its text as HTML, too.
    `answered`: what it quotes."""

    mailbox: str
    name: str | None
    token: str
    to: str
    to_name: str | None
    subject: str | None
    body: str
    message_id: str
    in_reply_to: str | None
    references: Sequence[str]
    sent_at: datetime
    automatic: bool
    language: str | None = None
    files: Sequence[MailFile] = ()
    html: bool = True
    answered: AnsweredMail | None = None


def composed(reply: MailReply) -> EmailMessage:
    """The mail. Raises AddressUnusable."""
    to = _address(reply.to, reply.to_name)
    mail = EmailMessage(policy=AS_SENT.clone(utf8=needs_utf8(to.addr_spec)))
    mail["From"] = _address(reply.mailbox, reply.name)
    mail["Reply-To"] = _address(reply.token, reply.name)
    mail["To"] = to
    mail["Subject"] = _subject(reply)
    mail["Date"] = format_datetime(reply.sent_at)
    mail["Message-ID"] = reply.message_id
    if references := named(reply.references, reply.in_reply_to):
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    if reply.language:
        mail["Content-Language"] = _one_line(reply.language)
    if reply.automatic:
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it automatically
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_plain(reply), charset="utf-8", cte="quoted-printable")
    if reply.html:
        mail.add_alternative(_html(reply), subtype="html", charset="utf-8", cte="quoted-printable")
    for each in reply.files:
        main, _, sub = each.type.partition("/")
        mail.add_attachment(
            each.content, maintype=main or "application", subtype=sub or "octet-stream", filename=_one_line(each.name)
        )
    return mail


def _plain(reply: MailReply) -> str:
    """The text as it was written; then what is quoted, each line behind `>`."""
    if reply.answered is None:
        return reply.body
    lines = "\n".join(f"> {line}".rstrip() for line in _quoted(reply.answered).splitlines())
    return f"{reply.body.rstrip()}\n\n{_introduced(reply.answered)}\n{lines}\n"


def _html(reply: MailReply) -> str:
    """The same as HTML. What is quoted is shown as it was said: it is no Markdown."""
    text = html_of_markdown(reply.body)
    if reply.answered is not None:
        said = html.escape(_quoted(reply.answered)).replace("\n", "<br>\n")
        text += f"<p>{html.escape(_introduced(reply.answered))}</p>\n<blockquote>{said}</blockquote>\n"
    language = f' lang="{html.escape(_one_line(reply.language))}"' if reply.language else ""
    return f'<!DOCTYPE html>\n<html{language}>\n<body dir="auto">\n{text}</body>\n</html>\n'


def _quoted(answered: AnsweredMail) -> str:
    body = answered.body.strip()
    return body if len(body) <= QUOTED_CHARACTERS else f"{body[:QUOTED_CHARACTERS].rstrip()} …"


def _introduced(answered: AnsweredMail) -> str:
    """Who said it and when, in no language."""
    return f"{_one_line(answered.by)}, {answered.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC:"


def named(references: Sequence[str], in_reply_to: str | None) -> list[str]:
    """The mails that a reply names, the answered one last: ids of mails only, and no more than the limit."""
    ids = dict.fromkeys((*references, in_reply_to or ""))
    found = [each for each in ids if _ID.fullmatch(each) and _CODED not in each]
    if in_reply_to in found:
        found.remove(in_reply_to)
        found.append(in_reply_to)
    return found if len(found) <= MOST_REFERENCES else [found[0], *found[1 - MOST_REFERENCES :]]


def needs_utf8(address: str) -> bool:
    """Whether a mail to an address has to go as UTF-8 (RFC 6531): its part before the `@` is beyond ASCII."""
    return not address.isascii()


def _address(said: str, name: str | None) -> Address:
    local, _, domain = said.strip().rpartition("@")
    try:
        # A domain beyond ASCII is written as the name servers know it; a local part is its owner's own.
        host = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
        quoted = local.startswith('"')
        plain = local[1:-1].replace("\\", "") if quoted else local
        address = Address(_one_line(name or "")[:NAME_CHARACTERS].strip(), username=plain, domain=host)
        fits = bool(plain and _HOST.fullmatch(host)) and not _CONTROL.search(said) and len(address.addr_spec) <= 254
    except (ValueError, IndexError, UnicodeError, TypeError):
        raise AddressUnusable from None
    if not fits:
        raise AddressUnusable
    return address


def _subject(reply: MailReply) -> str:
    text = _one_line(reply.subject or "")[:SUBJECT_CHARACTERS].strip()
    if reply.in_reply_to is None:
        return text
    return f"Re: {bare_subject(text)}".strip()


def _one_line(text: str) -> str:
    # The library decodes what looks like a coded word also where a header is written, and a line break may be in it.
    return " ".join(_CONTROL.sub(" ", text).replace(_CODED, "= ?").split())
