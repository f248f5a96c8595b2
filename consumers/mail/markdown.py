"""Replies as HTML: a small Markdown, from which nothing but a few tags comes.

Emphasis, code, links, lists, quotes and breaks of lines. HTML in a text is text; there are no images, and a link leads
to the web or to an address only.
"""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt

_RULES = ("newline", "escape", "backticks", "emphasis", "link", "autolink", "blockquote", "list")
_LINKS = ("https://", "http://", "mailto:")
_NESTING = 200
_DEEP = re.compile(r"^[\s>*+\-\d.)]{25}", re.MULTILINE)
"""A line that may begin more nested lists and quotes than the library reads: it would leave their text out."""


def html_of_markdown(text: str) -> str:
    """A text as HTML. Nothing of it is left out."""
    if _DEEP.search(text):
        lines = html.escape(text.strip()).replace("\n", "<br>\n")
        return f"<p>{lines}</p>\n"
    rendered: str = _markdown().render(text)
    return rendered


def _markdown() -> MarkdownIt:
    options = {"html": False, "breaks": True, "linkify": False, "typographer": False, "maxNesting": _NESTING}
    markdown = MarkdownIt("zero", options).enable(_RULES)
    markdown.validateLink = _leads_somewhere  # type: ignore[method-assign]  # as the library's page says to do it
    return markdown


def _leads_somewhere(url: str) -> bool:
    return url.strip().lower().startswith(_LINKS)
