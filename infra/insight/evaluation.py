"""Evaluates the text model on texts that it has not seen: how often it is right, and how often as often as it says."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.insight.sentences import Floats, SentenceEncoder
from infra.insight.theme_model import BEST, ThemeModel
from infra.insight.training import LabelledTexts, split, train

SEEDS = (1, 2, 3, 4, 5)
HELD_BACK = 0.2
BINS = 10


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Texts whose best theme has about the same probability: how likely the model said, and how often it was right."""

    texts: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """How a model did on `texts` texts. `sure`: the share of which it was sure; `sure_right`: of those, the share that
    was right; 1 if there are none."""

    texts: int
    top_1: float
    top_3: float
    sure: float
    sure_right: float
    bins: tuple[CalibrationBin, ...]

    @property
    def calibration_error(self) -> float:
        """How far what the model says is from what is right, on average (expected calibration error)."""
        apart = sum(abs(each.said - each.right) * each.texts for each in self.bins)
        return apart / sum(each.texts for each in self.bins)


def measure(model: ThemeModel, texts: Sequence[str], themes: Sequence[str], vectors: Floats) -> ModelFigures:
    """How a model does on texts, each with its theme. A theme that the model does not know is never right."""
    known = {theme: number for number, theme in enumerate(model.themes)}
    wanted = np.array([known.get(theme, -1) for theme in themes])
    probabilities, sure = model.probabilities(texts, vectors)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    right = order[:, 0] == wanted
    return ModelFigures(
        texts=len(texts),
        top_1=float(right.mean()),
        top_3=float((order[:, :BEST] == wanted[:, None]).any(axis=1).mean()),
        sure=float(sure.mean()),
        sure_right=float(right[sure].mean()) if sure.any() else 1.0,
        bins=_bins(probabilities.max(axis=1), right),
    )


def evaluate(of: LabelledTexts, encoder: SentenceEncoder, tell: Callable[[int, ModelFigures], None]) -> ModelFigures:
    """Train on four fifths, measure on the last fifth, once for each seed. `tell` hears each result; the answer is the
    mean of them, its bins those of all texts together. Raises Refusal `training-unfit`."""
    found = []
    for seed in SEEDS:
        learned, held = split(of, HELD_BACK, seed)
        themes = [of.themes[number] for number in held.numbers]
        figures = measure(train(learned, encoder), held.texts, themes, held.vectors)
        tell(seed, figures)
        found.append(figures)
    return ModelFigures(
        texts=found[0].texts,
        top_1=statistics.mean(each.top_1 for each in found),
        top_3=statistics.mean(each.top_3 for each in found),
        sure=statistics.mean(each.sure for each in found),
        sure_right=statistics.mean(each.sure_right for each in found),
        bins=tuple(_together(bins) for bins in zip(*(each.bins for each in found), strict=True)),
    )


def _bins(probabilities: Floats, right: NDArray[np.bool_]) -> tuple[CalibrationBin, ...]:
    number = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    bins = []
    for at in range(BINS):
        here = number == at
        some = bool(here.any())
        said = float(probabilities[here].mean()) if some else 0.0
        bins.append(CalibrationBin(int(here.sum()), said, float(right[here].mean()) if some else 0.0))
    return tuple(bins)


def _together(bins: Sequence[CalibrationBin]) -> CalibrationBin:
    texts = sum(each.texts for each in bins)
    said = sum(each.texts * each.said for each in bins) / max(1, texts)
    return CalibrationBin(texts, said, sum(each.texts * each.right for each in bins) / max(1, texts))
