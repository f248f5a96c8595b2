"""A setting whose name is misspelt, and which nothing reads, is named by doctor; until now it was ignored silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.settings.settings import unknown
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]


def test_the_setting_that_is_meant_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Given
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ANTIPHON_MASTERKEY_FILE=/k\nOTHER=1\nantiphon_zone=UTC\n")
    monkeypatch.setenv("ANTIPHON_ZON", "Europe/Berlin")
    monkeypatch.setenv("ANTIPHON_API_PORT", "8001")
    # Then
    assert unknown() == [("ANTIPHON_MASTERKEY_FILE", "ANTIPHON_MASTER_KEY_FILE"), ("ANTIPHON_ZON", "ANTIPHON_ZONE")]


def test_doctor_ends_with_a_finding(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_ZON", "Europe/Berlin")
    ran = antiphon("doctor")
    assert ran.status == 1
    assert "settings: nothing reads ANTIPHON_ZON, take it out; is ANTIPHON_ZONE meant?" in ran.out
