"""The text model suggests themes: what it learned, what it does not keep, and texts of every kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.kernel.refusal import Refusal
from infra.insight import meaning_model, training
from infra.insight.meaning_model import MeaningModel
from infra.insight.sentences import LONGEST, SentenceEncoder
from infra.insight.theme_model import Calibration, ThemeModel
from infra.insight.training import labelled, split, train
from infra.insight.word_model import WordModel

Pairs = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Why is my parcel so late?", "late-delivery"),
        ("The brakes of my bike are too weak", "brakes"),
        ("I am still waiting for my refund", "refund"),
        ("I do not know my password any more", "login"),
        ("Das Paket ist noch nicht angekommen.", "late-delivery"),
        ("Les freins font du bruit.", "brakes"),
        ("Quiero que me devuelvan el dinero.", "refund"),
        ("Esqueci a minha senha.", "login"),
        ("La sella è scomoda.", "saddle"),
    ],
)
def test_what_was_not_taught_finds_its_theme(
    model: ThemeModel, encoder: SentenceEncoder, text: str, theme: str
) -> None:
    (suggested,) = model.suggest([text], encoder)
    assert suggested.best[0].theme == theme


def test_in_another_language_the_model_is_never_sure(model: ThemeModel, encoder: SentenceEncoder) -> None:
    # Given a model that is sure of everything
    sure_of_all = replace(model, calibration=Calibration(1, 1, 1, sure=0))
    # Then
    english, german = sure_of_all.suggest(["The brakes of my bike", "Die Bremsen an meinem Rad"], encoder)
    assert (english.sure, german.sure) == (True, False)


def test_the_likeliest_come_first_and_all_add_up_to_one(model: ThemeModel, encoder: SentenceEncoder) -> None:
    texts = ["The brakes squeal.", "Where is it?"]
    found, _ = model.probabilities(texts, encoder.encode(texts))
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    for suggested in model.suggest(texts, encoder):
        likely = [each.probability for each in suggested.best]
        assert likely == sorted(likely, reverse=True)
        assert len(likely) == 3


def test_labels_that_mean_nothing_teach_nothing(taught: Pairs, encoder: SentenceEncoder) -> None:
    # Given every theme's texts dealt out over all themes
    dealt = [(text, taught[at * 8 % 40 + at // 5][1]) for at, (text, _) in enumerate(taught)]
    learned, held = split(labelled(dealt, encoder)[0], 0.25, seed=1)
    # When
    found, sure = train(learned, encoder).probabilities(held.texts, held.vectors)
    # Then
    assert (found.argmax(axis=1) == held.numbers).mean() < 0.5
    assert not sure.any()


def test_what_fewer_than_three_texts_say_is_not_in_the_model(taught: Pairs, encoder: SentenceEncoder) -> None:
    named = [("I am Xaverine Quastenflug and the saddle is hard.", "saddle")]
    for times, kept in ((2, False), (3, True)):
        of, _ = labelled(taught + named * times, encoder)
        words = WordModel.fit(of.texts, of.numbers)
        assert ("quastenflug" in words.words.names) is kept
        assert any("xaver" in piece for piece in words.pieces.names) is kept


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x1b[31m", "\ud800", "💥" * 50, "brake " * 50_000, "x" * 300_000, "دراجة", "\u202e\u0301"]
)
def test_a_text_of_any_kind_gets_a_suggestion(model: ThemeModel, encoder: SentenceEncoder, text: str) -> None:
    (suggested,) = model.suggest([text], encoder)
    assert all(0 <= each.probability <= 1 for each in suggested.best)


def test_only_the_beginning_of_a_long_text_is_read(model: ThemeModel, encoder: SentenceEncoder) -> None:
    begun = ("The brakes squeal. " * LONGEST)[:LONGEST]
    assert model.suggest([begun], encoder) == model.suggest([begun + "I want my money back."], encoder)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([], "0 themes"),
        ([("The brakes squeal.", "brakes")] * 9, "1 themes"),
        ([(f"text {at}", f"theme-{at}") for at in range(40)], "0 themes"),
        ([(f"text {at}", f"theme-{at % 201}") for at in range(201 * 5)], "201 themes"),
        ([("a", "b")] * 50_001, "more than 50,000"),
    ],
)
def test_what_cannot_teach_is_refused(pairs: Pairs, says: str, encoder: SentenceEncoder) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        labelled(pairs, encoder)
    assert refused.value.code == "training-unfit"


def test_texts_that_share_no_word_are_refused(encoder: SentenceEncoder) -> None:
    pairs = [(f"{chr(97 + at) * 9}", "even" if at % 2 else "odd") for at in range(20)]
    with pytest.raises(Refusal, match="share a word"):
        train(labelled(pairs, encoder)[0], encoder)


def test_a_theme_with_few_texts_is_left_out_and_named(taught: Pairs, encoder: SentenceEncoder) -> None:
    of, left_out = labelled([*taught, ("The bell is silent.", "bell")], encoder)
    assert left_out == (("bell", 1),)
    assert "bell" not in of.themes


@pytest.mark.parametrize("features", [40, 39])
def test_the_coefficients_solve_the_equations_of_ridge_regression(
    taught: Pairs, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, features: int
) -> None:
    # Given forty texts: as many as there are features; or more than those, and read in several parts
    monkeypatch.setattr(meaning_model, "FEATURES", features)
    monkeypatch.setattr(meaning_model, "_AT_ONCE", 7)
    of, _ = labelled(taught, encoder)
    # When
    fitted = MeaningModel.fit(of.vectors, of.numbers)
    # Then
    seen = meaning_model._features(of.vectors, fitted.directions, fitted.phases)
    wanted = np.where(np.arange(5) == of.numbers[:, None], 1, -1)
    left = seen.T @ (wanted - seen @ fitted.coefficients) - meaning_model._RIDGE * fitted.coefficients
    assert np.abs(left).max() < 1e-3
    assert np.abs(seen.T @ wanted).max() > 0.1  # so that is not small by itself


def test_two_themes_are_enough(taught: Pairs, encoder: SentenceEncoder) -> None:
    two = [(text, theme) for text, theme in taught if theme in ("brakes", "refund")]
    trained = train(labelled(two, encoder)[0], encoder)
    assert [each.best[0].theme for each in trained.suggest(["my brakes", "my refund"], encoder)] == ["brakes", "refund"]
    scores = trained.words.scores(["my brakes"])
    assert scores.shape == (1, 2)
    assert scores[0, 0] > scores[0, 1]


@pytest.mark.parametrize(
    ("likely", "right", "sure"),
    [
        ([0.9, 0.8, 0.7], [True, True, True], 0.7),
        ([0.9, 0.8, 0.7], [True, True, False], 0.8),
        ([0.7, 0.9, 0.8], [False, True, True], 0.8),
        ([0.9, 0.8], [False, True], 2.0),
        ([], [], 2.0),
        ([1.0] * 100 + [0.5], [True] * 100 + [False], 0.5),
    ],
)
def test_the_threshold_is_the_lowest_that_is_right_enough(likely: list[float], right: list[bool], sure: float) -> None:
    found = training._threshold(np.array(likely, np.float32), np.array(right, bool))
    assert found == pytest.approx(sure)
