"""The bodies of requests about legal holds."""

from __future__ import annotations

from domain.kernel.time import WrittenInstant
from domain.kernel.values import Frozen, Remark


class LegalHold(Frozen):
    """Why a legal hold is placed, and when it ends by itself; null: not before it is released. The reason is kept, and
    not sealed: no personal text."""

    reason: Remark
    until: WrittenInstant | None = None


class HoldRelease(Frozen):
    """Why a legal hold ends. The reason is kept, and not sealed: no personal text."""

    reason: Remark
