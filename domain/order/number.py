"""Order numbers: when two spellings are the same number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_HYPHENS = re.compile("[\\u2010-\\u2015\\u2212]")
_UNSEEN = re.compile("[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]")
"""Signs without width that come along when a number is copied."""


def normalised(number: str) -> str:
    """The number as it is compared: `#K-2`, `k-2 ` and `K‑2` are the same number. It is shown as it was written."""
    text = unicodedata.normalize("NFKC", _HYPHENS.sub("-", _UNSEEN.sub("", number))).casefold()
    return " ".join(text.lstrip("# \t\n").split()) or number


def former_spellings(number: str) -> Sequence[str]:
    """The spellings under which a former release may have known the number: numbers were compared as written."""
    alike = normalised(number)
    return tuple(dict.fromkeys((number, number.strip(), alike.upper(), alike, f"#{alike.upper()}")))
