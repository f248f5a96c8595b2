"""What no theme fits yet is found: what a text model is sure of is left out, and the rest is grouped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.insight.model_file import write_model
from infra.insight.sentences import SentenceEncoder
from infra.insight.theme_model import Calibration, ThemeModel
from infra.insight.unknown import unknown_themes

TEXTS = ["Do you sell tents?", "The brakes of my bike", "Is a tent in stock?", "Good morning"]


def test_texts_are_grouped_without_those_of_which_the_model_is_sure(
    model: ThemeModel, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    # Given
    found = unknown_themes(TEXTS, encoder, None)
    assert ([sorted(group) for group in found.groups], found.alone, found.sure) == ([[0, 2]], 2, 0)
    # When a model is sure of whatever words it knows
    file = tmp_path / "themes.safetensors"
    write_model(replace(model, calibration=Calibration(1, 1, 1, sure=0)), file)
    found = unknown_themes(TEXTS, encoder, file)
    # Then
    assert ([sorted(group) for group in found.groups], found.alone, found.sure) == ([[0, 2]], 1, 1)
    assert unknown_themes([], encoder, file).groups == []


def test_grouping_ends_where_nobody_waits_any_more(encoder: SentenceEncoder) -> None:
    class Gone(Exception):
        pass

    def go_on() -> None:
        raise Gone

    with pytest.raises(Gone):
        unknown_themes(TEXTS, encoder, None, go_on)
