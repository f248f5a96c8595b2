"""Evidence of signals for use cases (`commands/signal/evidence.py`), read from views."""

from __future__ import annotations

from collections.abc import Sequence

from domain.signal.evidence import Contribution, Evidence
from infra.postgres.database import Database
from projections.signal import signals


class SignalEvidenceInViews:
    """Evidence as the views have it now. `zone`: the company's, in which a month begins and ends."""

    def __init__(self, database: Database, zone: str) -> None:
        self._database = database
        self._zone = zone

    def evidence(self, signal_id: str, month: str | None = None) -> Evidence | None:
        """What the signal rests on, in all or within a month; None where nothing is known of the signal."""
        with self._database.connection() as connection:
            signal = signals.one(connection, self._zone, signal_id)
            return None if signal is None else signals.evidence(connection, self._zone, signal, month)

    def contributors(self, signal_id: str) -> Sequence[Contribution]:
        """What was said for the signal, and by whom; merged customers are one person."""
        with self._database.connection() as connection:
            return signals.contributions(connection, self._zone, signal_id)
