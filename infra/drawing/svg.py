"""The parts of an SVG document that all pictures share. ElementTree escapes whatever is written into it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def picture(width: int, height: int, title: str, description: str, style: str) -> Element:
    """The root of a picture, which says in words what it shows: as its title, and as its description."""
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "width": f"{width}",
            "height": f"{height}",
        },
    )
    described(root, title, description)
    SubElement(root, "style").text = style
    SubElement(root, "rect", {"width": "100%", "height": "100%", "class": "paper"})
    return root


def described(root: Element, title: str, description: str) -> None:
    """Make a picture say what it shows, for those who do not see it (WAI-ARIA Graphics, role `img`)."""
    root.attrib |= {"role": "img", "aria-labelledby": "title description"}
    for number, (tag, said) in enumerate((("title", title), ("desc", description))):
        found = Element(tag, {"id": "title" if tag == "title" else "description"})
        found.text = legible(said)
        root.insert(number, found)


def write(parent: Element, lines: Iterable[str], x: float, y: float, kind: str, anchor: str = "middle") -> None:
    """Lines of text, one below the other."""
    for number, line in enumerate(lines):
        place = {"x": f"{x:.1f}", "y": f"{y + 14 * number:.1f}", "class": kind, "text-anchor": anchor}
        SubElement(parent, "text", place).text = legible(line)


def legible(text: str) -> str:
    """The text without the few characters that XML has no way to write."""
    return _NOT_XML.sub("\ufffd", text)


def rendered(root: Element) -> str:
    """The document; the same picture is the same text."""
    return tostring(root, encoding="unicode")
