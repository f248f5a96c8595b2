"""The HTML of a mail, made safe to be shown: nothing in it runs, and nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage, Message
from itertools import islice

import nh3

from infra.mail.html_text import text_of_html, too_deep
from infra.mail.parsing import structure
from infra.mail.parts import decoded

MOST_PARTS = 500
MOST_CHARACTERS = 1_000_000
"""How much HTML of a mail is shown."""
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
"""No images, forms, frames, media or styles: each of them loads something, looks like something else, or tells the
sender that the mail was read."""
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
}
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"
"""The page's own policy, for what a later browser may make of it."""
_HEAD = (
    '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><meta name="referrer" content="no-referrer">'
    "<title>mail</title></head>\n<body>\n"
)


def safe_page(raw: bytes) -> str | None:
    """A page with the HTML of a mail. None where the mail has none; what it says is in its text."""
    parts = list(_html_of(structure(raw)))
    if not parts:
        return None
    return f"{_HEAD}{'<hr>'.join(map(safe_html, parts))}\n</body>\n</html>\n"


def safe_html(html: str) -> str:
    """A piece of HTML without whatever runs, loads, or hides. Of one that is nested too deep, its text."""
    if too_deep(html[:MOST_CHARACTERS]):
        return nh3.clean_text(text_of_html([html])[0])
    return nh3.clean(
        html[:MOST_CHARACTERS],
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "textarea", "noscript", "template", "iframe", "object"},
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _html_of(message: EmailMessage | None) -> Iterator[str]:
    parts: Iterator[Message] = iter(()) if message is None else message.walk()
    for part in islice(parts, MOST_PARTS):
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield _text(part, content)


def _text(part: Message, content: bytes) -> str:
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        return decoded(content)
