"""The bodies of requests that merge, and that undo a merge: of customers, strangers, conversations, themes, signals."""

from __future__ import annotations

from api.contract.bodies.fields import IdText
from domain.kernel.values import Frozen, Remark


class MergeBody(Frozen):
    """The target of a merge, and the reason. The reason is kept, and not sealed: no personal text."""

    into: IdText
    reason: Remark | None = None


class Separation(Frozen):
    """Why a merge is undone. The reason is kept, and not sealed: no personal text."""

    reason: Remark | None = None
