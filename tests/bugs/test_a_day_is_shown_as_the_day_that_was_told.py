"""The command line shows times in the company's zone and names the zone, so a day that was told is shown as that day.

Until now all times were shown in UTC, where a day of Berlin begins on the day before, and nothing said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.display.terminal import show_times_in, when
from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]


@pytest.fixture(autouse=True)
def utc_afterwards() -> Iterator[None]:
    """Whatever a test set, the next one begins with UTC."""
    yield
    show_times_in("UTC")


def test_a_due_on_a_day_is_shown_as_that_day(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("ANTIPHON_ZONE", "Pacific/Auckland")
    id = antiphon("open", "inquiry", "word", "--from", "ada@x.example").id
    antiphon("promise", id, "It leaves", "--by", "2099-06-12")
    # When
    shown = antiphon("show", id).out
    # Then
    assert "2099-06-12 23:59" in shown
    assert "times     of Pacific/Auckland" in shown


def test_a_told_day_is_the_day_of_the_company() -> None:
    show_times_in("Europe/Berlin")
    told = datetime(2026, 5, 3, 22, tzinfo=UTC)
    assert (when(told, "day"), when(told)) == ("2026-05-04 (day)", "2026-05-04 00:00")
    assert when(datetime.max.replace(tzinfo=UTC)) == "9999-12-31 23:59"
