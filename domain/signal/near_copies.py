"""Which texts are nearly the same: MinHash over pairs of neighbouring words (Broder, 1997), in bands.

A text has *marks*. Two texts that share a mark count as near-copies. Of the pairs of words that either text has, let
`s` be the share that both have; they share a mark with a likelihood of 1 - (1 - s^7)^10: 0.998 for 0.9, 0.91 for 0.8,
0.58 for 0.7, 0.002 for 0.3. A text of fewer than eight words has one mark, its words: only the same words are a copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

METHOD: Final = "word-pairs-1"
"""The name of this method, recorded with what it found. Other numbers below are another method."""
FEWEST_WORDS: Final = 8
"""From how many words on a text is told from what many people say by chance, such as "it does not work"."""
MOST_WORDS: Final = 400
"""How many words of a text are compared."""
_BANDS = 10
_ROWS = 7
_PRIME = 2**61 - 1


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")


_DRAWN = [(_hashed(f"{METHOD} factor {row}") + 1, _hashed(f"{METHOD} term {row}")) for row in range(_BANDS * _ROWS)]


def marks(words: Sequence[str]) -> tuple[str, ...]:
    """The marks of a text with these words; none without words. A mark says something of the text: it is kept under a
    key, and for as long as the text."""
    words = words[:MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return (f"{METHOD} {' '.join(words)}",) if words else ()
    pairs = {_hashed(f"{one} {other}") for one, other in pairwise(words)}
    least = [min([(factor * pair + term) % _PRIME for pair in pairs]) for factor, term in _DRAWN]
    bands = (least[band * _ROWS : (band + 1) * _ROWS] for band in range(_BANDS))
    return tuple(f"{METHOD} {number} {_hashed(str(band)):x}" for number, band in enumerate(bands))
