"""The values of an order as they are recorded, and their limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.kernel.text import Text

NUMBER_CHARACTERS = 200
Number = Annotated[Text, Field(min_length=1, max_length=NUMBER_CHARACTERS)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency code (ISO 4217)."""
PLACES = 4
"""Decimal places of an amount."""


def _plain(amount: Decimal) -> Decimal:
    """The amount without exponent and trailing zeros, which count as no digits: PostgreSQL limits zeros, too."""
    return round(amount, min(max(-int(amount.as_tuple().exponent), 0), PLACES))


Money = Annotated[Decimal, Field(max_digits=18, decimal_places=PLACES), AfterValidator(_plain)]
"""An amount as commands take it. Events keep whatever was once recorded."""

MOST = 2**31 - 1
"""The largest count of anything in an order."""
MOST_LINES = 1_000
"""How many lines of an order, or of a part of it, are recorded."""
MOST_PARTS = 500
"""How many parcels and returns of an order are kept each by itself."""
