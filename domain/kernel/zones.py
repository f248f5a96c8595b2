"""Time zones by the data of the pinned package `tzdata`, never by the data of the machine."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# As soon as this is imported, and whatever PYTHONTZPATH says: machines hold data of other releases, by which a due is
# another instant, and a replay elsewhere comes to another verdict.
zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

zone = lru_cache(ZoneInfo)
"""A time zone by its name in the IANA database. Raises ZoneInfoNotFoundError."""
