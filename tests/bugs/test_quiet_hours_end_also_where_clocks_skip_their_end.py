"""Quiet hours that begin soon after they end are over for a moment only; where clocks skip it, they end a day later."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.attention.quiet_hours import QuietHours


def test_an_end_that_clocks_skip_is_looked_for_on_the_next_day() -> None:
    # Given all day but from 02:30 to 03:00, which is not there on 29 March 2026
    quiet = QuietHours(from_minute=3 * 60, until_minute=2 * 60 + 30)
    # When
    end = quiet.first_after(datetime(2026, 3, 28, 10, tzinfo=UTC), "Europe/Berlin")
    # Then
    assert end == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)
