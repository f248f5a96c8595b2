"""Settings of the company that the installation serves."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.customer.contact_point import is_region
from domain.kernel.time import Zone
from infra.settings.room import Room


def _known_region(name: str) -> str:
    if not is_region(name):
        raise ValueError("no such region; name one by ISO 3166, such as DE")
    return name


class CompanySettings(Room):
    """The settings of the whole company. All processes of an installation need the same values."""

    zone: Zone = Field(
        "UTC",
        validation_alias="ANTIPHON_ZONE",
        description="The company's time zone, by its IANA name such as Europe/Berlin. In it a day begins and ends "
        "where somebody gives a date without a time: the due of a promise, or the day on which something happened.",
    )
    phone_region: Annotated[str, AfterValidator(_known_region)] | None = Field(
        None,
        validation_alias="ANTIPHON_PHONE_REGION",
        description="The company's region, by ISO 3166 such as DE. A phone number without the prefix of a country is "
        "one of this region. Default: such a number is compared by its digits.",
    )
