"""The bodies of requests about four eyes."""

from __future__ import annotations

from domain.kernel.values import Frozen, Remark


class Confirmation(Frozen):
    """What who confirms says about it, if anything. It is kept, and not sealed: no personal text."""

    reason: Remark | None = None
