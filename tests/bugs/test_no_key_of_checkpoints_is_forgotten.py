"""Each key that ever signed checkpoints stays known: of two processes that make a new key, one waits for the other; and
a key file with a damaged line is named, and left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.errors import LockNotAvailable

from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from infra.proof.keys import rotate
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]


def test_a_key_is_replaced_while_nobody_else_replaces_it_or_signs(
    antiphon: Antiphon, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    antiphon("audit", "checkpoint")
    met = list[Path]()

    def rotated(file: Path, former: tuple[str, ...]) -> None:
        with connect(database_urls.database_url, "projector") as another, pytest.raises(LockNotAvailable):
            another.execute("SELECT FROM antiphon.proof_status FOR UPDATE NOWAIT")
        met.append(file)
        rotate(file, former)

    monkeypatch.setattr("cli.verbs.audit.audit.rotate_keys", rotated)
    # When
    new = antiphon("audit", "rotate").out.strip()
    # Then
    assert len(met) == 1
    assert antiphon("audit", "keys").out.split()[0] == new


def test_a_damaged_line_of_the_key_file_is_refused_by_name(antiphon: Antiphon, tmp_path: Path) -> None:
    # Given
    antiphon("audit", "keys")
    file = tmp_path / "keys" / "checkpoint.key"
    damaged = f"{file.read_text()}known nonsense\n"
    file.write_text(damaged)
    # When
    for verb in ("keys", "rotate", "checkpoint", "verify"):
        ran = antiphon("audit", verb)
        # Then
        assert (ran.status, "checkpoint-key-missing" in ran.err, str(file) in ran.err) == (2, True, True), verb
    assert file.read_text() == damaged
