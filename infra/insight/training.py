"""Trains the text model: learns from most texts, calibrates on those held back, then learns from all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.model_selection import StratifiedShuffleSplit

from domain.kernel.refusal import Refusal
from infra.insight.meaning_model import MeaningModel
from infra.insight.sentences import Floats, SentenceEncoder
from infra.insight.theme_model import FEWEST_KNOWN, Calibration, ThemeModel, softmax
from infra.insight.word_model import WordModel

FEWEST_OF_A_THEME = 5
MOST_THEMES = 200
MOST_TEXTS = 50_000
"""More take more than a gigabyte of memory, or more than some minutes."""

_HELD_BACK = 0.25
_RIGHT = 0.985
"""The share of right suggestions that is asked of the texts on which the threshold is chosen. Other texts are to reach
98 %, and a threshold looks better on the texts on which it was chosen."""


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts, each with its sentence vector and the number of its theme, from 0."""

    themes: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Floats
    numbers: NDArray[np.intp]

    def part(self, rows: NDArray[np.intp]) -> LabelledTexts:
        """Some of the texts."""
        texts = tuple(self.texts[row] for row in rows)
        return LabelledTexts(self.themes, texts, self.vectors[rows], self.numbers[rows])


def labelled(
    pairs: Sequence[tuple[str, str]], encoder: SentenceEncoder
) -> tuple[LabelledTexts, tuple[tuple[str, int], ...]]:
    """Take in texts, each with its theme; and the themes that are left out, with how many texts each has: what is
    learned from fewer than five texts cannot be tried out. Raises Refusal `training-unfit`."""
    if len(pairs) > MOST_TEXTS:
        raise Refusal("training-unfit", f"there are more than {MOST_TEXTS:,} texts; train on a sample of them")
    counts = Counter(theme for _, theme in pairs)
    themes = tuple(sorted(theme for theme, count in counts.items() if count >= FEWEST_OF_A_THEME))
    if not 2 <= len(themes) <= MOST_THEMES:
        raise Refusal(
            "training-unfit",
            f"{len(themes)} themes have at least {FEWEST_OF_A_THEME} texts; a model takes 2 to {MOST_THEMES}",
        )
    number = {theme: at for at, theme in enumerate(themes)}
    kept = [(text, number[theme]) for text, theme in pairs if theme in number]
    texts = tuple(text for text, _ in kept)
    left_out = tuple(sorted((theme, count) for theme, count in counts.items() if theme not in number))
    return LabelledTexts(themes, texts, encoder.encode(texts), np.array([at for _, at in kept], np.intp)), left_out


def split(of: LabelledTexts, held_back: float, seed: int) -> tuple[LabelledTexts, LabelledTexts]:
    """The texts to learn from, and those held back: the same share of each theme, and at least one text."""
    size = max(len(of.themes), round(held_back * len(of.texts)))
    drawing = StratifiedShuffleSplit(1, test_size=size, random_state=seed)
    learned, held = next(drawing.split(of.numbers, of.numbers))
    return of.part(learned), of.part(held)


def train(of: LabelledTexts, encoder: SentenceEncoder) -> ThemeModel:
    """The text model that these texts teach. Raises Refusal `training-unfit`."""
    learned, held = split(of, _HELD_BACK, seed=0)
    calibration = _calibrated(*_fitted(learned), held)
    words, meaning = _fitted(of)
    return ThemeModel(of.themes, words, meaning, calibration, encoder.version)


def _fitted(of: LabelledTexts) -> tuple[WordModel, MeaningModel]:
    try:
        words = WordModel.fit(of.texts, of.numbers)
    except ValueError as error:
        if "no terms remain" not in str(error) and "empty vocabulary" not in str(error):
            raise
        raise Refusal("training-unfit", "no three texts share a word; train on more texts") from None
    return words, MeaningModel.fit(of.vectors, of.numbers)


def _calibrated(words: WordModel, meaning: MeaningModel, held: LabelledTexts) -> Calibration:
    by_words, by_meaning = words.scores(held.texts), meaning.scores(held.vectors)

    def loss(scores: Floats) -> float:
        likelihood = softmax(scores)[np.arange(len(held.numbers)), held.numbers]
        return float(-np.log(np.maximum(likelihood, 1e-12)).mean())

    # The logarithm of a weight is looked for, so that each weight is above 0.
    both = optimize.minimize(
        lambda x: loss(np.exp(x[0]) * by_words + np.exp(x[1]) * by_meaning),
        x0=[1.0, 1.0],
        method="Nelder-Mead",
        bounds=[(-5, 5), (-5, 5)],
    )
    alone = optimize.minimize_scalar(lambda x: loss(np.exp(x) * by_meaning), bounds=(-5, 5), method="bounded")
    of_words, of_meaning = (float(np.exp(x)) for x in both.x)
    found = softmax(of_words * by_words + of_meaning * by_meaning)
    known = words.known(held.texts) >= FEWEST_KNOWN
    sure = _threshold(found.max(axis=1)[known], (found.argmax(axis=1) == held.numbers)[known])
    return Calibration(of_words, of_meaning, float(np.exp(alone.x)), sure)


def _threshold(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    """The lowest probability from which on the wanted share of suggestions is right; above 1 if there is none."""
    order = np.argsort(-probabilities, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= _RIGHT)
    return float(probabilities[order[enough[-1]]]) if len(enough) else 2.0
