"""The parts of a mail: its text, and the files that came with it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message

from charset_normalizer import from_bytes

from domain.kernel.text import readable
from domain.mail.mail import BodyFrom, Cut, MailFile, NoBody
from infra.mail.html_text import text_of_html

MOST_PARTS = 500
"""How many parts of a mail are read."""
MOST_FILES = 200
"""How many files of a mail are kept each by itself. Those beyond are in the raw mail."""
BODY_CHARACTERS = 2_000_000
"""How much text of a mail is read."""
SAMPLE_BYTES = 32 * 1024
"""How much of a text is looked at to find its coding."""
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_NAME_IN_TYPE = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
_NO_CHARSET = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
"""What Python calls codings of text, and no mail is written in. Some take more than linear time."""
_UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


@dataclass(slots=True)
class MailParts:
    """What was found in a mail. `holds_mail`: another mail is part of it. `report`: one of its parts is a report of a
    mail system."""

    body: str = ""
    body_from: BodyFrom | None = None
    no_body: NoBody | None = None
    files: tuple[MailFile, ...] = ()
    cut: list[Cut] = field(default_factory=list)
    holds_mail: bool = False
    report: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece of what a mail shows. `text`: of plain text as text; of HTML as its source."""

    kind: BodyFrom
    text: str


@dataclass(slots=True)
class _Found:
    files: list[MailFile] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    leaves: int = 0
    encrypted: bool = False


def read_parts(message: EmailMessage) -> MailParts:
    """Read the parts of a mail: all of its text in order, of alternatives the plain one; every other part is a file."""
    parts, found = MailParts(), _Found()
    shown = _pieces(message, parts, found)
    texts = []
    for each in shown:
        text, whole = (each.text, True) if each.kind == "plain" else text_of_html([each.text])
        if not whole:
            parts.cut.append("html")
        if text.strip():
            texts.append(text)
            parts.body_from = "plain" if "plain" in (parts.body_from, each.kind) else "html"
    if not texts and not found.files and not found.encrypted:
        # Its parts are told in a way that shows none of them: what stands there is shown as it is.
        texts = [text for text in map(_told, found.beside) if text.strip()]
        parts.body_from = "plain" if texts else None
    parts.body = "\n\n".join(texts)
    if len(parts.body) > BODY_CHARACTERS:
        parts.body = parts.body[:BODY_CHARACTERS]
        parts.cut.append("parts")
    parts.files = tuple(found.files)
    if not parts.body.strip():
        parts.body, parts.no_body = "", _why_none(parts, found)
    return parts


def _why_none(parts: MailParts, found: _Found) -> NoBody:
    if found.encrypted:
        return "encrypted"
    if parts.report:
        return "report"
    return "only-files" if found.files else "empty"


def _pieces(message: Message, parts: MailParts, found: _Found, deep: int = 0, *, first: bool = True) -> list[_Shown]:
    """What a part shows, with all that is in it (RFC 8621, 4.1.4). `first`: within the part around it; it is shown also
    where it has the name of a file."""
    found.encrypted = found.encrypted or message.get_content_type() in _ENCRYPTED
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list) and deep < 100:
        kind = message.get_content_subtype()
        found.beside += [str(each) for each in (message.preamble, message.epilogue) if each]
        inner = [part for part in payload if isinstance(part, Message)]
        below = [_pieces(part, parts, found, deep + 1, first=number == 0) for number, part in enumerate(inner)]
        if message.preamble and _is_text_as_well(message):
            below.insert(0, [_Shown("plain", _told(str(message.preamble)))])
        return _alternative(below) if kind == "alternative" else [each for pieces in below for each in pieces]
    if found.leaves == MOST_PARTS:
        parts.cut.append("parts")
        return []
    found.leaves += 1
    return _read(message, parts, found, first=first)


def _is_text_as_well(message: Message) -> bool:
    """Whether a part has two types, and the second one is plain text: it stands before the parts."""
    return any(type.lower().startswith("text/plain") for type in map(str, message.get_all("content-type", [])[1:]))


def _alternative(below: list[list[_Shown]]) -> list[_Shown]:
    """The first alternative with plain text; without one, the last one that shows anything (RFC 2046, 5.1.4)."""
    said = [[each for each in pieces if each.text.strip()] for pieces in below]
    plain = next((pieces for pieces in said if any(each.kind == "plain" for each in pieces)), None)
    return plain or next((pieces for pieces in reversed(said) if pieces), [])


def _read(part: Message, parts: MailParts, found: _Found, *, first: bool) -> list[_Shown]:
    """What a part without parts shows; what it does not show is a file."""
    type = part.get_content_type()
    found.encrypted = found.encrypted or type in _SMIME
    parts.report = parts.report or type in ("message/delivery-status", "message/feedback-report")
    parts.holds_mail = parts.holds_mail or type in ("message/rfc822", "message/global")
    name = _name(part)
    content = _content(part)
    # Parts that nothing separates are one text.
    is_text = type in ("text/plain", "text/html") or (first and type.startswith(("text/", "multipart/")))
    if is_text and (name is None or first) and _disposition(part) != "attachment":
        return [_Shown("html", _html(part, content)) if type == "text/html" else _Shown("plain", _text(part, content))]
    if not content and name is None:
        return []
    if len(found.files) == MOST_FILES:
        parts.cut.append("parts")
        return []
    found.files.append(MailFile(name or _unnamed(type, len(found.files) + 1), type, content))
    return []


def _content(part: Message) -> bytes:
    """The bytes of a part: decoded; of a mail within the mail, the mail itself. As they stand there, where they do not
    decode."""
    payload = part.get_payload()
    try:
        if isinstance(payload, list):
            # As it stands there: folding a header anew takes more than linear time.
            as_it_is = policy.default.clone(refold_source="none")
            return b"\n".join(each.as_bytes(policy=as_it_is) for each in payload if isinstance(each, Message))
        decoded = part.get_payload(decode=True)
        if isinstance(decoded, bytes):
            return decoded
    except _UNREADABLE:
        pass
    try:
        # Bytes beyond ASCII are halves of surrogate pairs.
        return str(payload).encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return str(payload).encode("utf-8", "replace")


def _text(part: Message, content: bytes) -> str:
    charset = _charset(part)
    if charset is not None:
        try:
            return _plain(content.decode(charset))
        except (LookupError, ValueError):
            pass
    return _plain(decoded(content))


def _html(part: Message, content: bytes) -> str:
    charset = _charset(part)
    if charset is not None:
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            pass
    return decoded(content)


def decoded(content: bytes) -> str:
    """Text of a coding that nobody declared, or that was declared wrongly."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content[:SAMPLE_BYTES]).best()
        return content.decode(best.encoding if best else "latin-1", "replace")


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_content_charset()
    except _UNREADABLE:
        return None
    # What declares US-ASCII and holds other bytes declares nothing.
    if charset in (None, "us-ascii", "ascii", "unknown-8bit", "x-unknown"):
        return None
    try:
        return None if codecs.lookup(charset).name in _NO_CHARSET else charset
    except (LookupError, ValueError):
        return None


def _told(text: str) -> str:
    """Text beside parts, of which the parser keeps bytes beyond ASCII as halves of surrogate pairs."""
    try:
        return _plain(decoded(text.encode("ascii", "surrogateescape")))
    except UnicodeEncodeError:
        return _plain(text)


def _plain(text: str) -> str:
    return readable(text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff").rstrip()


def _disposition(part: Message) -> str | None:
    try:
        return part.get_content_disposition()
    except _UNREADABLE:
        return None


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except _UNREADABLE:
        return None
    found = _NAME_IN_TYPE.search(readable(name)) if name else None
    return found[0].replace("/", "_").replace("\\", "_").strip() or None if found else None


def _unnamed(type: str, number: int) -> str:
    ends = {"message/rfc822": "eml", "text/html": "html", "text/plain": "txt", "text/calendar": "ics"}
    return f"part-{number}.{ends.get(type, 'bin')}"
