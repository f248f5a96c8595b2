"""Which signal something belongs to: one for each product area, theme and stage of the company's own cycle."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid5

Stage = Literal["design", "production", "distribution", "sales", "service"]
"""A stage of the company's own cycle, to which feedback points."""

_SIGNALS = UUID("7c1f4b52-5c0e-5d5e-9a3c-2f7d0a8b6e41")
"""The namespace of signals. It never changes: another one would give every signal another id."""


def signal_id(area: str, theme: str, stage: str) -> str:
    """The id of the signal about a product area, a theme (its key) and a stage: always the same for the same three."""
    # A zero byte stands in none of the three, so that ("a b", "c") and ("a", "b c") have different ids.
    return f"signal-{uuid5(_SIGNALS, chr(0).join((area, theme, stage)))}"
