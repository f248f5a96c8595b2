"""The company's own words: the channels, purposes, product areas and themes that a customer may name.

These fields are not sealed, go to topics and outlive an erasure. So a customer fills them with words of a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.channel import CHANNELS
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen

PURPOSES = frozenset({"calls", "marketing", "newsletter", "profiling", "research", "surveys"})


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """The words of each list."""

    channels: frozenset[str] = CHANNELS
    purposes: frozenset[str] = PURPOSES
    product_areas: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()

    def check(self, command: Frozen) -> None:
        """Check the command of a customer. Raises Refusal `word-unknown`, which does not repeat the word."""
        for name, known in self._by_field.items():
            if (word := getattr(command, name, None)) is not None and word not in known:
                choice = f"name one of {', '.join(sorted(known))}" if known else "leave it out"
                raise Refusal("word-unknown", f"{name}: customers use the company's own words here; {choice}")

    @property
    def _by_field(self) -> Mapping[str, frozenset[str]]:
        return {
            "channel": self.channels,
            "purpose": self.purposes,
            "product_area": self.product_areas,
            "theme": self.themes,
        }
