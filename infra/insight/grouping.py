"""Texts grouped by nearness: what no theme fits yet, so that a person can name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from infra.insight.sentences import Floats

NEAR = 0.5
"""From this cosine on, on average, texts are of one group."""
MOST_TEXTS = 2_000
"""How many texts are grouped: each is held against each other one."""
FEWEST = 2
"""One text is no group."""


@dataclass(frozen=True, slots=True)
class TextGroup:
    """Texts that are near each other, by their numbers, the most typical first."""

    texts: tuple[int, ...]


def groups(vectors: Floats) -> list[TextGroup]:
    """The groups of texts with these sentence vectors, the largest first."""
    if len(vectors) < FEWEST:
        return []
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - NEAR
    )
    members: defaultdict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(clustering.fit_predict(vectors[:MOST_TEXTS])):
        members[int(label)].append(number)
    found = [TextGroup(_typical_first(vectors, each)) for each in members.values() if len(each) >= FEWEST]
    return sorted(found, key=lambda group: (-len(group.texts), min(group.texts)))


def _typical_first(vectors: Floats, numbers: Sequence[int]) -> tuple[int, ...]:
    near = vectors[list(numbers)] @ vectors[list(numbers)].mean(axis=0)
    return tuple(numbers[place] for place in np.argsort(-near, kind="stable"))
