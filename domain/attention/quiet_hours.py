"""Quiet hours: a part of each local day in which nobody is written to unasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.kernel.zones import zone as find_zone

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a minute of the local day up to another one, which may lie on the next day. The same twice: none.

    Raises ValueError for what is no minute of a day."""

    from_minute: int
    until_minute: int

    def __post_init__(self) -> None:
        if not all(0 <= each < MINUTES_OF_DAY for each in (self.from_minute, self.until_minute)):
            raise ValueError("quiet hours begin and end from 0 up to, not including, 24 o'clock")

    def cover(self, at: datetime, zone: str) -> bool:
        """Whether an instant lies in them, by the wall clock of a zone."""
        local = at.astimezone(find_zone(zone))
        minute = local.hour * 60 + local.minute
        if self.from_minute <= self.until_minute:
            return self.from_minute <= minute < self.until_minute
        return minute >= self.from_minute or minute < self.until_minute

    def first_after(self, at: datetime, zone: str) -> datetime:
        """The first instant from `at` on that does not lie in them, in UTC; where clocks skip their end, later by as
        much as clocks skip, or on the next day where that lies in them, too."""
        if not self.cover(at, zone):
            return at.astimezone(UTC)
        here = find_zone(zone)
        until, day = time(*divmod(self.until_minute, 60)), at.astimezone(here).date()
        # Where clocks go back, the end comes twice, and `at` may lie behind the first one.
        ends = (
            datetime.combine(day + timedelta(days=later), until, here).replace(fold=fold).astimezone(UTC)
            for later in (0, 1, 2)
            for fold in (0, 1)
        )
        return next(end for end in ends if end > at and not self.cover(end, zone))
