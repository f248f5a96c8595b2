"""Public holidays, from the package of that name. They are resolved when a version of a calendar is written, and stored
in the version: an update of the package must not change what was evaluated."""

from __future__ import annotations

from datetime import date

import holidays as package

from domain.kernel.refusal import Refusal
from domain.service_level.opening_hours import Holidays

YEARS_BEFORE, YEARS_AFTER = 10, 30
"""The range of years around the present one for which holidays are resolved."""


def resolved(whose: Holidays, year: int) -> list[date]:
    """The holidays in the years around `year`. Raises Refusal `holidays-unknown`."""
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    try:
        if whose.country not in package.list_supported_countries():  # the package also finds classes and exchanges
            raise NotImplementedError
        return sorted(package.country_holidays(whose.country, subdiv=whose.subdivision, years=years))
    except NotImplementedError:
        raise Refusal(
            "holidays-unknown",
            f"no holidays are known of {'-'.join(filter(None, (whose.country, whose.subdivision)))}; "
            "name a country by its two letters and a part of it by its ISO 3166-2 code, or write the dates as `closed`",
        ) from None
