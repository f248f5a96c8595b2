"""Settings of the company that the installation serves."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.channel import CHANNELS, ServedChannels
from domain.company_words import PURPOSES, CompanyWords
from domain.customer.contact_point import Comparing, is_region
from domain.kernel.refusal import Refusal
from domain.kernel.time import Zone
from infra.settings.room import Listed, Room


def _kinds_of_handles(kinds: tuple[str, ...]) -> tuple[str, ...]:
    for number, kind in enumerate(kinds, 1):
        if kind in ("mail", "phone") or kind != kind.strip().lower() or ":" in kind:
            raise ValueError(f"entry {number}: name handle, account, or a gateway's own kind in lower case")
    return kinds


def _known_region(name: str) -> str:
    if not is_region(name):
        raise ValueError("no such region; name one by ISO 3166, such as DE")
    return name


def _served(described: tuple[str, ...]) -> tuple[str, ...]:
    ServedChannels.of(described)
    return described


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
    caseless_handles: Annotated[Listed, AfterValidator(_kinds_of_handles)] = Field(
        (),
        validation_alias="ANTIPHON_CASELESS_HANDLES",
        description="The handles whose channels give each to one person, however its capitals are written, with "
        "commas between them: handle, account, or a gateway's own kind, such as telegram. Default: none, and @ada and "
        "@Ada are two people.",
    )
    channels: Listed = Field(
        tuple(sorted(CHANNELS)),
        validation_alias="ANTIPHON_CHANNELS",
        description="The channels that customers may name, with commas between them, for a message or as the one that "
        "they prefer. Staff and gateways name any.",
    )
    served_channels: Annotated[Listed, AfterValidator(_served)] = Field(
        (),
        validation_alias="ANTIPHON_SERVED_CHANNELS",
        description="The channels over which somebody brings what the company says to its customers, with commas "
        "between them, each with the kind of its contact points where it has one: chat,fax=phone,mail. An answer over "
        "another channel is refused. Default: all of the default of ANTIPHON_CHANNELS, and those that it names.",
    )
    taken_within: Listed = Field(
        (),
        validation_alias="ANTIPHON_TAKEN_WITHIN",
        description="The channels whose gateways report how far messages come, with commas between them, each with the "
        "minutes within which the gateway takes a message: mail=10,chat=1. A message that nobody took by then is named "
        "by doctor, metrics and `antiphon show`. Default: none.",
    )
    purposes: Listed = Field(
        tuple(sorted(PURPOSES)),
        validation_alias="ANTIPHON_CONSENT_PURPOSES",
        description="The purposes to which customers may consent by themselves, with commas between them. Staff and "
        "gateways record a consent to any.",
    )
    product_areas: Listed = Field(
        (),
        validation_alias="ANTIPHON_PRODUCT_AREAS",
        description="The product areas that customers may name, with commas between them. Default: none.",
    )
    themes: Listed = Field(
        (),
        validation_alias="ANTIPHON_THEMES",
        description="The themes that customers may name, with commas between them. Default: none.",
    )

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        try:
            _ = self.served
        except ValueError as error:
            raise Refusal("settings-invalid", f"ANTIPHON_TAKEN_WITHIN: {error}") from None

    @property
    def served(self) -> ServedChannels:
        """The channels over which messages of the company go."""
        served = ServedChannels.of(self.served_channels or CHANNELS.union(self.channels))
        return served.reporting(self.taken_within)

    @property
    def comparing(self) -> Comparing:
        """How contact points are compared."""
        return Comparing(self.phone_region, frozenset(self.caseless_handles))

    @property
    def words(self) -> CompanyWords:
        """The words that customers may name."""
        return CompanyWords(
            channels=frozenset(self.channels),
            purposes=frozenset(self.purposes),
            product_areas=frozenset(self.product_areas),
            themes=frozenset(self.themes),
        )
