"""Checkpoints stay in the order in which they were made, also where the clock was set back to the day before: else
`antiphon audit verify` called them damaged for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.content.folder import Folder
from infra.proof.places import CheckpointFolder, CheckpointNotes, CheckpointPlace


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        (lambda folder: CheckpointFolder(folder), ["1", "2", "3", "4", "4"]),
        (lambda folder: CheckpointNotes(Folder(folder), "checkpoint-test-1", "content"), ["3", "4", "4"]),
    ],
    ids=["folder", "content-store"],
)
def test_notes_come_in_the_order_in_which_they_were_written(place: object, kept: list[str], tmp_path: Path) -> None:
    assert callable(place)
    made: CheckpointPlace = place(tmp_path)
    for day, note in (("2026-07-02", "1"), ("2026-07-01", "2"), ("2026-07-01", "3"), ("2026-07-03", "4")):
        made.write(day, note)
    assert [each.text for each in made.notes()] == kept
    assert made.last() == "4"
