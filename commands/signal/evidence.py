"""The port through which use cases read what a signal rests on: its evidence, and who contributed to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.signal.evidence import Contribution, Evidence
from domain.survey import Reachable


class SignalEvidence(Protocol):
    """Evidence of signals by their id, read from views."""

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        """What the signal rests on, in all or within a calendar month (`2026-11`) in the company's zone. None where
        nothing is known of the signal."""
        ...

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        """Every item of the signal with the person who contributed it; merged customers are one person."""
        ...

    def reachable(self, product_area: str, signal_ids: Sequence[str] | None = None) -> Sequence[Reachable]:
        """Every person who had a conversation about the product area, once, with the last one; of those who contributed
        to any of these signals, where they are given."""
        ...
