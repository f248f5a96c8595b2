"""Settings of the company that the installation serves."""

from __future__ import annotations

from pydantic import Field

from domain.kernel.time import Zone
from infra.settings.room import Room


class CompanySettings(Room):
    """The settings of the whole company. All processes of an installation need the same values."""

    zone: Zone = Field(
        "UTC",
        validation_alias="ANTIPHON_ZONE",
        description="The company's time zone, by its IANA name such as Europe/Berlin. In it a day begins and ends "
        "where somebody gives a date without a time: the due of a promise, or the day on which something happened.",
    )
