"""A mail read from its bytes, whatever they are. What cannot be read is said, and is no error: the raw mail is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.parser import BytesFeedParser
from email.utils import getaddresses
from functools import lru_cache, partial
from itertools import islice, pairwise
from typing import Any, TypeVar

from domain.kernel.text import readable
from domain.mail.authentication import checked
from domain.mail.automatic import automatic
from domain.mail.mail import Cut, Mail, Mailbox
from infra.mail.boundaries import told_plainly
from infra.mail.parts import MailParts, read_parts

T = TypeVar("T")

HEAD_BYTES = 256 * 1024
"""How much of a header is read."""
FIELD_BYTES = 8 * 1024
"""How much of one field of a header is read: the library's readers of fields take more than linear time."""
PART_FIELD_BYTES = 2 * 1024
PART_HEADS_BYTES = 64 * 1024
"""How much is read of one field in the header of a part, and of all headers of parts."""
NESTING = 60
"""How many parts may begin further parts. Each line is compared with the boundaries of all parts around it."""
MOST_DELIMITERS = 5_000
"""How many lines may begin as those between parts do."""
MOST_ADDRESSES = 100
"""How many addresses of `To` and `Cc` are read, each."""
_BEGINS_PARTS = re.compile(rb"boundary\s{0,20}=|message/(?:rfc822|global|partial|external-body)", re.IGNORECASE)
_DELIMITER = re.compile(rb"^--", re.MULTILINE)
_FIELD = re.compile(rb"^[!-9;-~]{1,200}[ \t]*:", re.MULTILINE)
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n|\r\r")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_ADDRESS = re.compile(r"[^\s<>@,;:()\"]{1,64}@[^\s<>@,;:()\"]{1,255}")
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What the standard library raises for mails that are none."""


def parse(
    raw: bytes,
    recipient: str,
    *,
    envelope_sender: str | None = None,
    size: int | None = None,
    authserv_ids: Collection[str] = (),
) -> Mail:
    """Read a mail. `recipient`: the address to which it was delivered. `envelope_sender`: of `MAIL FROM`, empty for the
    null sender. `size`: how many bytes the mail had, where `raw` is its beginning only. `authserv_ids`: by which names
    our own mail servers say what they found of a sender."""
    cut: list[Cut] = [] if size is None or size <= len(raw) else ["size"]
    message = _message(raw, cut)
    header = _Header(message)
    senders = header.addresses("from") or header.addresses("sender") or header.addresses("reply-to")
    # Whatever the library makes of it, the mail is kept: to fail here would have it come again for ever.
    read = _or_none(lambda: read_parts(message)) if message is not None else None
    parts = read or MailParts(no_body="unreadable")
    sender = senders[0] if senders else (Mailbox(envelope_sender) if envelope_sender else None)
    forwarded = bool(header.values("x-forwarded-message-id")) or (
        parts.holds_mail and not header.values("in-reply-to") and not parts.report
    )
    because = automatic(header.values, envelope_sender=envelope_sender, sender=sender.address if sender else None)
    ids = header.ids("message-id")
    return Mail(
        recipient=readable(recipient),
        raw=raw,
        size=len(raw) if size is None else size,
        message_id=ids[0] if ids else None,
        sender=sender,
        to=header.addresses("to"),
        cc=header.addresses("cc"),
        subject=header.text("subject"),
        in_reply_to=header.ids("in-reply-to"),
        references=header.ids("references"),
        forwards=forwarded,
        body=parts.body,
        body_from=parts.body_from,
        no_body=parts.no_body,
        files=parts.files,
        cut=tuple(dict.fromkeys([*cut, *parts.cut])),
        automatic=because or ("report" if parts.report else None),
        authentication=checked(header.values("authentication-results"), authserv_ids),
        delivered_to=tuple(each for name in _DELIVERED_TO for each in header.addresses(name)),
    )


class _Part(EmailMessage):
    """A part of a mail. Of a report, the library would make one message of each group of fields, however many there
    are: it is told that the report is one message."""

    is_read = False

    def get_content_type(self) -> str:
        """The type, as `EmailMessage` says."""
        type: str = super().get_content_type()
        return "message/rfc822" if type == "message/delivery-status" and not self.is_read else type


def structure(raw: bytes) -> EmailMessage | None:
    """A mail's structure, within limits; None where the library makes nothing of it."""
    return _message(raw, [])


def _message(raw: bytes, cut: list[Cut]) -> EmailMessage | None:
    """The mail's structure; None where the library makes nothing of it."""
    head, body = _apart(raw)
    bounded = _bounded_head(head)
    if len(bounded) < len(head):
        cut.append("header")
    whole = bounded + body
    for begins, most in ((_BEGINS_PARTS, NESTING), (_DELIMITER, MOST_DELIMITERS)):
        beyond = next(islice(begins.finditer(whole), most, None), None)
        if beyond is not None:
            cut.append("parts")
            whole = whole[: beyond.start()]
    # Each read of a field would parse it anew; the fields of a mail are forgotten with it.
    read_once = policy.default.clone(header_factory=lru_cache(1_000)(_field))
    parser = _BoundedParser(_Part, policy=read_once)
    found = _or_none(lambda: parser.parsed(told_plainly(whole)))
    for part in found.walk() if found is not None else ():
        if isinstance(part, _Part):
            part.is_read = True
    if parser.cut:
        cut.append("parts")
    return found


_READS_FIELDS, _READS_NO_FIELD = HeaderRegistry(), HeaderRegistry(use_default_map=False)


def _field(name: str, value: str) -> str:
    """A field as the library reads it; as mere text where its reader fails, such as on comments within comments. The
    library reads fields whenever it is asked for a part's type or coding: it may fail nowhere."""
    for read, said in ((_READS_FIELDS, value), (_READS_NO_FIELD, value)):
        if (found := _or_none(partial(read, name, said))) is not None:
            return found
    return _READS_NO_FIELD(name, "")


class _BoundedParser(BytesFeedParser):
    """The library's parser, for which the header of each part, and of each mail within the mail, is bounded, too. The
    mail's own header comes within bounds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cut = False
        self._is_own = True
        self._left = PART_HEADS_BYTES

    def parsed(self, raw: bytes) -> EmailMessage:
        """The mail of these bytes."""
        self.feed(raw)
        message = self.close()
        assert isinstance(message, EmailMessage)
        return message

    def _parse_headers(self, lines: list[str]) -> None:
        # Each header is parsed by this method of the library's.
        if self._is_own:
            self._is_own, kept = False, lines
        else:
            kept = self._within_bounds(lines)
        super()._parse_headers(kept)  # type: ignore[misc]  # not among the library's types

    def _within_bounds(self, lines: list[str]) -> list[str]:
        kept, size = [], 0
        for line in lines:
            size = len(line) + (size if line[:1] in " \t" else 0)
            if size <= PART_FIELD_BYTES and size <= self._left:
                self._left -= len(line)
                kept.append(line)
            else:
                self.cut = True
        return kept


def _apart(raw: bytes) -> tuple[bytes, bytes]:
    """Header and rest. A line that some mailbox files put before a header is none of it."""
    if raw.startswith((b"From ", b">From ")):
        raw = raw[raw.find(b"\n") + 1 :]
    ends = _HEAD_ENDS.search(raw)
    return (raw, b"") if ends is None else (raw[: ends.start()], raw[ends.start() :])


def _bounded_head(head: bytes) -> bytes:
    """The header within limits, each field cut at the end of a line where one is."""
    if len(head) <= FIELD_BYTES:
        return head
    begins = [0, *(found.start() for found in _FIELD.finditer(head)), len(head)]
    kept, left = [], HEAD_BYTES
    for begin, end in pairwise(begins):
        field = head[begin:end]
        if len(field) > FIELD_BYTES:
            line = field.rfind(b"\n", 0, FIELD_BYTES)
            field = field[: line if line > 0 else FIELD_BYTES].rstrip() + b"\r\n"
        if len(field) > left:
            break
        left -= len(field)
        kept.append(field)
    return b"".join(kept).rstrip(b"\r\n")


class _Header:
    """The fields of a header, each read for itself: one that cannot be read hides no other."""

    def __init__(self, message: EmailMessage | None) -> None:
        self._raw: dict[str, list[str]] = {}
        for name, value in message.raw_items() if message is not None else ():
            self._raw.setdefault(name.strip().lower(), []).append(_unfolded(value))

    def values(self, name: str) -> Sequence[str]:
        """The values of a field, as they stand there."""
        return self._raw.get(name, ())

    def text(self, name: str) -> str | None:
        """The first value of a field, decoded (RFC 2047)."""
        return next((_decoded(value) for value in self.values(name)), None) or None

    def ids(self, name: str) -> tuple[str, ...]:
        """The Message-IDs in a field, in order, with their brackets."""
        found = [f"<{id}>" for value in self.values(name) for id in _ID.findall(value)]
        if not found and name == "message-id":
            # Some systems leave the brackets out; what stands there is still the mail's own name.
            found = [readable(word) for value in self.values(name) for word in value.split()[:1] if len(word) < 999]
        return tuple(dict.fromkeys(map(readable, found)))

    def addresses(self, name: str) -> tuple[Mailbox, ...]:
        """The addresses in a field, in order."""
        found: list[Mailbox] = []
        for value in self.values(name):
            # Coded names may hold commas: they are decoded once the addresses are apart.
            for display, address in _addresses(value):
                if (said := _decoded(address).strip()) and len(found) < MOST_ADDRESSES:
                    found.append(Mailbox(said, _decoded(display).strip() or None))
        return tuple(dict.fromkeys(found))


def _addresses(value: str) -> Sequence[tuple[str, str]]:
    """Names and addresses. The library refuses a whole field for one bad address: then all that look like addresses."""
    found = [each for each in _or_none(lambda: getaddresses([value])) or () if each[1]]
    return found or [("", each) for each in _ADDRESS.findall(value)]


def _unfolded(value: object) -> str:
    text = str(value).replace("\r", "").replace("\n", "")
    # Bytes beyond ASCII come as halves of surrogate pairs: UTF-8 (RFC 6532), or some older coding.
    bytes_of = text.encode("ascii", "surrogateescape") if not text.isascii() and _half(text) else None
    if bytes_of is None:
        return text.strip()
    try:
        return bytes_of.decode("utf-8").strip()
    except UnicodeDecodeError:
        return bytes_of.decode("latin-1").strip()


def _half(text: str) -> bool:
    try:
        text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _decoded(value: str) -> str:
    found = _or_none(lambda: str(make_header(decode_header(value)))) if "=?" in value else value
    return readable(" ".join((value if found is None else found).split()))


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except _UNREADABLE:
        return None
