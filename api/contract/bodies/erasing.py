"""The body of requests that erase a person."""

from __future__ import annotations

from api.contract.bodies.fields import IdText
from domain.kernel.values import Frozen, Remark


class Erasure(Frozen):
    """The grounds for erasing a person, and the customer or stranger who asked for it. The reason is kept, and not
    sealed: no personal text."""

    reason: Remark
    requested_by: IdText | None = None
