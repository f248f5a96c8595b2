"""The catalogue of themes on the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Antiphon


def test_the_catalogue_shows_names_and_merges(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    assert "no themes yet" in antiphon("themes", "list").out
    for key, name in (("leaks", "Leaks"), ("drips", "Drips")):
        assert antiphon("themes", "add", key, name).status == 0
    # When
    antiphon("themes", "rename", "leaks", "Water")
    antiphon("themes", "merge", "drips", "leaks")
    # Then
    assert antiphon("themes", "list").out.splitlines() == [
        "drips  Drips, counts as leaks  (version 2)",
        "leaks  Water, formerly Leaks  (version 3)",
    ]
    # When
    assert antiphon("themes", "separate", "drips").status == 0
    # Then
    assert "counts as" not in antiphon("themes", "list").out
    assert "antiphon: not-found: " in antiphon("themes", "split", "leaks", "drips", "item-none").err
    assert "antiphon: not-found: " in antiphon("themes", "undo-split", "leaks", "split-none").err
    assert "antiphon: input-invalid: " in antiphon("themes", "add", "No Key", "Leaks").err


def test_a_refusal_names_the_key_that_nobody_added(antiphon: Antiphon) -> None:
    antiphon("themes", "add", "leaks", "Leaks")
    for arguments in (
        ("merge", "leaks", "driips"), ("merge", "driips", "leaks"), ("rename", "driips", "Drips"),
        ("separate", "driips"), ("split", "leaks", "driips", "item-1"), ("undo-split", "driips", "split-1"),
    ):  # fmt: skip
        refused = antiphon("themes", *arguments).err
        assert refused.startswith("antiphon: not-found: a theme driips is not known here"), refused
