"""The text model: suggests themes for a text, each with a probability. Suggestions decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.insight.meaning_model import MeaningModel
from infra.insight.sentences import Floats, SentenceEncoder
from infra.insight.word_model import WordModel

FEWEST_KNOWN = 0.5
"""If the model knows a smaller share of a text's words, as in another language, words have no say, and the text's
meaning alone counts."""

BEST = 3
"""How many themes are suggested for a text."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns scores into probabilities, found on texts that were held back."""

    words: float
    """The weight of the scores by words, beside those by meaning."""
    meaning: float
    meaning_alone: float
    """The weight of the scores by meaning, where words have no say."""
    sure: float
    """From this probability on, a suggestion was right in 98.5 of 100 held-back texts. Above 1: none was."""


@dataclass(frozen=True, slots=True)
class SuggestedTheme:
    """A theme, and how likely the text is about it (0 to 1)."""

    theme: str
    probability: float


@dataclass(frozen=True, slots=True)
class ThemeSuggestion:
    """The likeliest themes of one text, the best first. `sure`: the best one needs no person to confirm it."""

    best: tuple[SuggestedTheme, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class ThemeModel:
    """Both models and their calibration. `encoder` is the version of the sentence vectors that it learned from."""

    themes: tuple[str, ...]
    words: WordModel
    meaning: MeaningModel
    calibration: Calibration
    encoder: str

    def suggest(self, texts: Sequence[str], encoder: SentenceEncoder) -> list[ThemeSuggestion]:
        """The likeliest themes of each text."""
        probabilities, sure = self.probabilities(texts, encoder.encode(texts))
        suggestions = []
        for row, is_sure in zip(probabilities, sure, strict=True):
            best = np.argsort(-row, kind="stable")[:BEST]
            suggested = tuple(SuggestedTheme(self.themes[number], float(row[number])) for number in best)
            suggestions.append(ThemeSuggestion(suggested, bool(is_sure)))
        return suggestions

    def probabilities(self, texts: Sequence[str], vectors: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """A row for each text with the probability of each theme; and whether the model is sure of the highest."""
        by_words, by_meaning = self.words.scores(texts), self.meaning.scores(vectors)
        known = self.words.known(texts) >= FEWEST_KNOWN
        of = self.calibration
        fused = np.where(known[:, None], of.words * by_words + of.meaning * by_meaning, of.meaning_alone * by_meaning)
        found = softmax(fused)
        return found, known & (found.max(axis=1) >= of.sure)


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
