"""A text model that a few texts taught."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from infra.insight.sentences import SentenceEncoder, sentence_encoder
from infra.insight.theme_model import ThemeModel
from infra.insight.training import labelled, train

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def taught() -> list[tuple[str, str]]:
    """Forty texts of a bicycle shop's customers, each with its theme."""
    with (HERE / "taught.csv").open(encoding="utf-8") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return sentence_encoder()


@pytest.fixture(scope="session")
def model(taught: list[tuple[str, str]], encoder: SentenceEncoder) -> ThemeModel:
    """What those texts teach."""
    return train(labelled(taught, encoder)[0], encoder)
