"""Ids on the command line may be cut short: the beginning of an id stands for the id, as long as no other begins so."""

from __future__ import annotations

import re

from cli.wiring.composition import antiphon
from domain.kernel.refusal import Refusal

_CUT_SHORT = re.compile(r"[a-z]+-[0-9a-f][0-9a-f-]{3,34}")
"""At least four digits, and less than a whole id."""
MOST_NAMED = 5


def whole(word: str) -> str:
    """The id that begins so; the word itself where none does, or where it is no beginning of an id. Raises Refusal
    `id-ambiguous`, and as `antiphon`."""
    if not _CUT_SHORT.fullmatch(word):
        return word
    with antiphon() as parts:
        found = parts.log.ids_beginning(word, MOST_NAMED + 1)
    if len(found) > 1:
        named = [*found[:MOST_NAMED], "…"] if len(found) > MOST_NAMED else found
        raise Refusal("id-ambiguous", f"{word} begins {', '.join(named)}; name more of the one you mean")
    return found[0] if found else word
