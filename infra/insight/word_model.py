"""The model of words: which words and pieces of words a theme's texts have (TF-IDF, linear support vectors)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from infra.insight.sentences import Floats, readable

FEWEST_TEXTS = 3
"""A piece is kept in the model if so many texts have it: what a single person wrote, such as a name, is not."""
MOST_WORDS, MOST_PIECES = 20_000, 40_000

_WORD = r"\w+"
Kind = Literal["word", "char_wb"]
"""Words and pairs of words; or pieces of 2 to 5 letters within a word."""
_PENALTY = 0.5


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """What is looked for in a text, and the weight of each by how rare it is (inverse document frequency)."""

    names: tuple[str, ...]
    weights: Floats


@dataclass(frozen=True, slots=True)
class WordModel:
    """Scores of themes by words. `coefficients` has a row for each theme, `intercepts` a number."""

    words: WeightedTerms
    pieces: WeightedTerms
    coefficients: Floats
    intercepts: Floats

    @classmethod
    def fit(cls, texts: Sequence[str], themes: NDArray[np.intp]) -> Self:
        """Learn from texts, each with the number of its theme; there are at least two themes, numbered from 0. Raises
        ValueError if no three texts share a word."""
        read = [readable(text) for text in texts]
        words, of_words = _terms("word", read, MOST_WORDS)
        pieces, of_pieces = _terms("char_wb", read, MOST_PIECES)
        learned = LinearSVC(C=_PENALTY, random_state=0).fit(sparse.hstack([of_words, of_pieces]).tocsr(), themes)
        coefficients, intercepts = learned.coef_, learned.intercept_
        if len(coefficients) == 1:  # of two themes, it learns the second only
            coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.r_[-intercepts, intercepts]
        return cls(words, pieces, coefficients.astype(np.float32), intercepts.astype(np.float32))

    def scores(self, texts: Sequence[str]) -> Floats:
        """A row for each text with a number for each theme; the highest fits best."""
        read = [readable(text) for text in texts]
        found = sparse.hstack([_of("word", self.words).transform(read), _of("char_wb", self.pieces).transform(read)])
        return np.asarray(found.tocsr() @ self.coefficients.T + self.intercepts, np.float32)

    def known(self, texts: Sequence[str]) -> Floats:
        """For each text, the share (0 to 1) of its different words that the model knows."""
        names = frozenset(self.words.names)
        found = (set(re.findall(_WORD, readable(text).lower())) for text in texts)
        return np.array([len(words & names) / max(1, len(words)) for words in found], np.float32)


def _terms(kind: Kind, texts: Sequence[str], most: int) -> tuple[WeightedTerms, sparse.csr_matrix]:
    """What to look for in texts like these, and where each of these texts has it."""
    vectorizer = _vectorizer(kind, min_df=FEWEST_TEXTS, max_features=most)
    found = vectorizer.fit_transform(texts)
    names = tuple(str(name) for name in vectorizer.get_feature_names_out())
    return WeightedTerms(names, np.asarray(vectorizer.idf_, np.float32)), found


def _vectorizer(kind: Kind, **options: object) -> TfidfVectorizer:
    if kind == "word":
        options |= {"token_pattern": _WORD}
    lengths = (1, 2) if kind == "word" else (2, 5)
    return TfidfVectorizer(analyzer=kind, ngram_range=lengths, sublinear_tf=True, dtype=np.float32, **options)


def _of(kind: Kind, terms: WeightedTerms) -> TfidfVectorizer:
    vectorizer = _vectorizer(kind, vocabulary=terms.names)
    vectorizer.idf_ = terms.weights
    return vectorizer
