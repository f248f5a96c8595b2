"""Subjects of mails: what is left without `Re:` and tags, by which a changed subject is told."""

from __future__ import annotations

import regex

from domain.kernel.text import readable

_TAG = regex.compile(r"\[#[A-Za-z2-7]{26}\.[A-Za-z2-7]{16}\]", regex.V1)
_PREFIX = regex.compile(r"\s*\p{L}{1,5}(\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:\uff1a]\s*", regex.V1)
"""What stands before an answered subject in any language: a short word and a colon (`Re:`, `AW:`, `SV:`, `回复：`)."""
MOST_PREFIXES = 20


def bare_subject(subject: str) -> str:
    """The subject without tags of ours, without what answers and forwards put before it, and with single blanks."""
    text = _TAG.sub("", readable(subject))
    begin = 0
    for _ in range(MOST_PREFIXES):
        found = _PREFIX.match(text, begin)
        if found is None:
            break
        begin = found.end()
    return " ".join(text[begin:].split())


def changed(subject: str | None, former: str | None) -> bool:
    """Whether a mail has another subject than the one before. Without either, nothing changed."""
    if not subject or not former:
        return False
    return bare_subject(subject).casefold() != bare_subject(former).casefold()
