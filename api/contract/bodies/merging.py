"""The bodies of requests that merge, undo a merge, or leave two apart: customers, conversations, themes, signals."""

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


class SuggestionDismissal(Frozen):
    """The other conversation, of another matter, and why. The reason is kept, and not sealed: no personal text."""

    other_id: IdText
    reason: Remark | None = None
