"""HTML of mails as text. Nothing is loaded, and nothing runs."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from inscriptis import get_text
from lxml.etree import LxmlError

from domain.kernel.text import readable

MOST_CHARACTERS = 2_000_000
"""How much HTML of a mail is read, of all its parts."""
MOST_TAGS = 100_000
MOST_PADDED = 20_000_000
"""How many characters a table may take once each of its rows is as wide as the widest. Beyond that, columns are not
below one another: 300 kB of HTML would take 3 GB."""
_CELL = re.compile(r"</?(?:table|tbody|thead|tfoot|td|th)\b[^<>]{0,5000}>", re.IGNORECASE)
_ROW = re.compile(r"</?tr\b[^<>]{0,5000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}>")
_HIDDEN = re.compile(r"<(script|style|head|title)\b[^<>]{0,5000}>", re.IGNORECASE)
_DEPTH = 150
_OPENS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{0,5000}?(/?)>")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "p", "li", "td", "tr"})


def text_of_html(parts: Sequence[bytes | str]) -> tuple[str, bool]:
    """The text of these pieces of HTML, and whether all of it was read."""
    texts, whole, characters, tags = [], True, MOST_CHARACTERS, MOST_TAGS
    for part in parts:
        source = part if isinstance(part, str) else part.decode("utf-8", "replace")
        if len(source) > characters or source.count("<") > tags:
            whole = False
            source = _beginning(source[:characters], tags)
        characters, tags = characters - len(source), tags - source.count("<")
        texts.append(_text(source))
    return "\n\n".join(text for text in texts if text), whole


def _beginning(source: str, tags: int) -> str:
    if source.count("<") <= tags:
        return source
    at = -1
    for _ in range(tags + 1):
        at = source.index("<", at + 1)
    return source[:at]


def _text(source: str) -> str:
    source = source.replace("\x00", "")
    if not source.strip():
        return ""
    if len(_ROW.findall(source)) * len(source) > MOST_PADDED:
        source = _ROW.sub("<br>", _CELL.sub(" ", source))
    try:
        text = _without_markup(source) if too_deep(source) else get_text(_without_declaration(source))
    except (LxmlError, ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError, AssertionError):
        text = _without_markup(source)
    lines = (line.rstrip() for line in readable(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_declaration(source: str) -> str:
    """Text is decoded already: a declaration of its coding would be refused by the reader."""
    return re.sub(r"^\s{0,1000}<\?xml[^<>]{0,1000}>", "", source)


def too_deep(source: str) -> bool:
    """Whether HTML is nested deeper than its readers can take in little time."""
    deep = 0
    for found in _OPENS.finditer(source):
        if found[2].lower() in _VOID or found[3]:
            continue
        deep = max(0, deep - 1) if found[1] else deep + 1
        if deep > _DEPTH:
            return True
    return False


def _without_markup(source: str) -> str:
    """The text between the tags, where the reader of HTML makes nothing of it."""
    return html.unescape(_TAG.sub(" ", source))
