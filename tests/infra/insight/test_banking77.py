"""The text model on real questions to a bank: how often it is right, in English and in five other languages."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.insight.evaluation import HELD_BACK, SEEDS, ModelFigures, evaluate, measure
from infra.insight.sentences import SentenceEncoder
from infra.insight.theme_model import ThemeModel
from infra.insight.training import labelled, split, train

QUESTIONS = Path(__file__).parent / "questions_in_five_languages.csv"
SOME = ("card_arrival", "change_pin", "lost_or_stolen_card", "terminate_account", "exchange_rate", "age_limit")
Rows = list[tuple[str, str]]


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8") as opened:
        return [(row["text"], row["category"]) for row in csv.DictReader(opened)]


def in_other_languages(model: ThemeModel, encoder: SentenceEncoder) -> ModelFigures:
    """How a model that learned from English does on the questions in five languages, of its themes."""
    texts, themes = zip(*(row for row in rows(QUESTIONS) if row[1] in model.themes), strict=True)
    return measure(model, texts, themes, encoder.encode(texts))


def test_a_few_themes_are_told_apart(shared_data: Callable[[str], Path], encoder: SentenceEncoder) -> None:
    # Given a few questions of each of six themes
    every = sorted(rows(shared_data("banking77_inquiries.csv")), key=lambda row: row[1])
    by_theme = {theme: list(group) for theme, group in itertools.groupby(every, key=lambda row: row[1])}
    some = [row for theme in SOME for row in by_theme[theme][:20]]
    learned, held = split(labelled(some, encoder)[0], HELD_BACK, seed=1)
    themes = [held.themes[number] for number in held.numbers]
    # When
    model = train(learned, encoder)
    found, elsewhere = measure(model, held.texts, themes, held.vectors), in_other_languages(model, encoder)
    # Then
    assert (found.texts, sum(each.texts for each in found.bins)) == (24, 24)
    assert found.top_1 >= 0.9
    assert found.top_3 >= 0.95
    assert elsewhere.top_3 >= 0.9
    assert (elsewhere.sure, elsewhere.sure_right) == (0, 1)


@pytest.mark.faults
@pytest.mark.long_only
def test_all_themes_are_told_apart(shared_data: Callable[[str], Path], encoder: SentenceEncoder) -> None:
    # When
    told = []
    of, _ = labelled(rows(shared_data("banking77_inquiries.csv")), encoder)
    found = evaluate(of, encoder, lambda seed, figures: told.append(seed))
    # Then
    assert tuple(told) == SEEDS
    assert found.top_1 >= 0.915
    assert found.top_3 >= 0.973
    assert found.sure >= 0.75
    assert found.sure_right >= 0.98
    assert found.calibration_error <= 0.04
    assert in_other_languages(train(of, encoder), encoder).top_3 >= 0.95
