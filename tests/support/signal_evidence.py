"""Evidence of signals as a test says it is, for what is not about items and their views."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from domain.signal.evidence import Base, Contribution, Contributor, Evidence
from domain.survey import Reachable
from tests.support.signal_plants import Company, broad, survey_only


class Given:
    """The port of `commands/signal/evidence.py`: what was given, by signal; of any other signal, `of_any`."""

    def __init__(self, of: Mapping[str, Evidence] | None = None, of_any: Evidence | None = None) -> None:
        self._of = of or {}
        self._of_any = of_any

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        return self._of.get(signal_id, self._of_any)

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        found = self.evidence(signal_id)
        return [
            Contribution(each.person_id, f"item-{signal_id}-{each.person_id}-{number}", weight=Decimal(2))
            for each in (found.contributors if found else ())
            for number in range(each.items)
        ]

    def reachable(self, product_area: str, signal_ids: Sequence[str] | None = None) -> Sequence[Reachable]:
        return self.audience

    audience: Sequence[Reachable] = ()
    """Whom a survey may ask, whatever it is about."""


def planted(plant: Callable[[Company], Evidence]) -> Evidence:
    """The same evidence each time."""
    return plant(Company(random.Random(7)))


FEW = Evidence(
    tuple(Contributor(each, "families", "mail") for each in ("ada", "bob")), Base({"families": 9}, {"mail": 9})
)
"""Quickly weighed."""
STRONG = planted(broad(0.12))
SKEWED = planted(survey_only)


class NothingSaid:
    """Evidence of a company in which nothing is collected."""

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        """None of any signal."""
        return None

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        """Nobody."""
        return ()

    def reachable(self, product_area: str, signal_ids: Sequence[str] | None = None) -> Sequence[Reachable]:
        """Nobody."""
        return ()
