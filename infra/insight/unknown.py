"""What no theme fits yet: the texts that a text model is unsure of, grouped by nearness, for a person to name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from infra.insight.grouping import MOST_TEXTS, groups
from infra.insight.model_file import read_model
from infra.insight.sentences import SentenceEncoder

_AT_ONCE = 50
"""How many texts are read before it is asked whether to go on."""


@dataclass(frozen=True, slots=True)
class UnknownThemes:
    """Groups of texts by their numbers, the largest group first, in each the most typical text first. `alone`: how many
    texts are near no other one. `sure`: of how many texts the model is sure; they are in no group."""

    groups: Sequence[Sequence[int]]
    alone: int
    sure: int


def unknown_themes(
    texts: Sequence[str], encoder: SentenceEncoder, model: Path | None, go_on: Callable[[], None] = lambda: None
) -> UnknownThemes:
    """Group texts, at most the first 2,000. `model`: the file of a text model; None: none is asked, so that no text is
    left out. `go_on`: is called again and again, and raises where nobody waits any more. Raises Refusal as
    `read_model`."""
    texts = texts[:MOST_TEXTS]
    asked = None if model is None else read_model(model, encoder)[0]
    if not texts:
        return UnknownThemes([], 0, 0)
    vectors, sure = [], []
    for begin in range(0, len(texts), _AT_ONCE):
        go_on()
        some = texts[begin : begin + _AT_ONCE]
        vectors.append(encoder.encode(some))
        sure.append(np.zeros(len(some), bool) if asked is None else asked.probabilities(some, vectors[-1])[1])
    go_on()
    (left,) = np.nonzero(~np.concatenate(sure))
    found = [[int(left[number]) for number in group.texts] for group in groups(np.concatenate(vectors)[left])]
    return UnknownThemes(found, len(left) - sum(map(len, found)), len(texts) - len(left))
