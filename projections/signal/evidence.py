"""Evidence of signals for use cases (`commands/signal/evidence.py`), read from views."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from domain.signal.evidence import Contribution, Evidence
from domain.survey import Reachable
from infra.postgres.database import Database
from infra.views.view import AnyView
from projections.signal import signals

Reached = Callable[[Collection[AnyView]], None]
"""Waits until views have reached the log's present end. Raises Refusal where they do not in time."""


class SignalEvidenceInViews:
    """Evidence as of the log's present end: nobody who just said something is forgotten. `zone`: the company's, in
    which a month begins and ends."""

    def __init__(self, database: Database, zone: str, reached: Reached) -> None:
        self._database = database
        self._zone = zone
        self._reached = reached

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        """What the signal rests on, in all or within a month; None where nothing is known of the signal."""
        self._reached(signals.READS)
        with self._database.connection() as connection:
            signal = signals.one(connection, self._zone, signal_id)
            return None if signal is None else signals.evidence(connection, self._zone, signal, month)

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        """What was said for the signal, and by whom; merged customers are one person."""
        self._reached(signals.READS)
        with self._database.connection() as connection:
            return signals.contributions(connection, self._zone, signal_id)

    def reachable(self, product_area: str, signal_ids: Sequence[str] | None = None) -> Sequence[Reachable]:
        """Who had a conversation about the product area, with the last one; who contributed to any of these signals,
        where they are given."""
        self._reached(signals.READS)
        with self._database.connection() as connection:
            return signals.reachable(connection, self._zone, product_area, signal_ids)
