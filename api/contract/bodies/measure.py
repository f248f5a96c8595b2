"""The bodies of requests about measures."""

from __future__ import annotations

from domain.kernel.values import Frozen, Remark


class CitationBody(Frozen):
    """Where figures are published, or why. Nothing personal belongs in it."""

    reason: Remark | None = None
