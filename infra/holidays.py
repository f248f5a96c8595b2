"""Public holidays, from the package of that name. Read when a version of a calendar is written, and kept in it: another
version of the package must not change what was judged."""

from __future__ import annotations

from datetime import date

import holidays as package

from domain.kernel.refusal import Refusal
from domain.service_level.opening_hours import Holidays

YEARS_BEFORE, YEARS_AFTER = 10, 30
"""For which years around the present one they are resolved."""


def resolved(whose: Holidays, year: int) -> list[date]:
    """The dates in the years around this one. Raises Refusal `holidays-unknown`."""
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    try:
        if whose.country not in package.list_supported_countries():  # it also finds classes, and exchanges, by name
            raise NotImplementedError
        return sorted(package.country_holidays(whose.country, subdiv=whose.subdivision, years=years))
    except NotImplementedError:
        raise Refusal(
            "holidays-unknown",
            f"no holidays are known of {'-'.join(filter(None, (whose.country, whose.subdivision)))}; "
            "name a country by its two letters and a part of it by its ISO 3166-2 code, or write the dates as `closed`",
        ) from None
