"""The model of meaning: ridge regression on random Fourier features of sentence vectors.

The features stand in for a Gaussian kernel (Rahimi and Recht, 2007): near vectors have similar features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from infra.insight.sentences import DIMENSIONS, Floats

FEATURES = 4_096

_GAMMA = 1.0
"""The kernel of two vectors is exp(-gamma · distance²)."""
_RIDGE = 0.5
_SEED = 20130611
_AT_ONCE = 2_048
"""Rows whose features are in memory at a time."""


@dataclass(frozen=True, slots=True)
class MeaningModel:
    """Scores of themes by sentence vectors. `coefficients` has a column for each theme. The random directions are kept
    with the model: another release of NumPy may draw others."""

    directions: Floats
    phases: Floats
    coefficients: Floats

    @classmethod
    def fit(cls, vectors: Floats, themes: NDArray[np.intp]) -> Self:
        """Learn from vectors, each with the number of its theme, from 0."""
        chance = np.random.default_rng(_SEED)
        directions = chance.standard_normal((DIMENSIONS, FEATURES), np.float32) * np.float32((2 * _GAMMA) ** 0.5)
        phases = chance.uniform(0, 2 * np.pi, FEATURES).astype(np.float32)
        wanted = np.full((len(vectors), int(themes.max()) + 1), -1, np.float32)
        wanted[np.arange(len(vectors)), themes] = 1
        if len(vectors) <= FEATURES:  # the same solution by way of the smaller matrix
            features = _features(vectors, directions, phases)
            coefficients = features.T @ _solved(features @ features.T, wanted)
        else:
            products = np.zeros((FEATURES, FEATURES), np.float32)
            right = np.zeros((FEATURES, wanted.shape[1]), np.float32)
            for start in range(0, len(vectors), _AT_ONCE):
                features = _features(vectors[start : start + _AT_ONCE], directions, phases)
                products += features.T @ features
                right += features.T @ wanted[start : start + _AT_ONCE]
            coefficients = _solved(products, right)
        return cls(directions, phases, coefficients)

    def scores(self, vectors: Floats) -> Floats:
        """A row for each vector with a number for each theme; the highest fits best."""
        found = np.empty((len(vectors), self.coefficients.shape[1]), np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = _features(vectors[part], self.directions, self.phases) @ self.coefficients
        return found


def _features(vectors: Floats, directions: Floats, phases: Floats) -> Floats:
    features = vectors @ directions
    features += phases
    np.cos(features, out=features)
    features *= np.float32((2 / FEATURES) ** 0.5)
    return features


def _solved(products: Floats, right: Floats) -> Floats:
    products[np.diag_indices_from(products)] += np.float32(_RIDGE)
    return np.asarray(linalg.solve(products, right, assume_a="pos", overwrite_a=True), np.float32)
