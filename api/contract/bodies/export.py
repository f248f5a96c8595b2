"""The body of requests that export what is kept about a person."""

from __future__ import annotations

from api.contract.bodies.fields import IdText
from domain.kernel.values import Frozen, Remark


class Export(Frozen):
    """Why a person's data are exported, for who has to confirm it; it is kept, and not sealed: no personal text.
    `confirmation_id`: another person has confirmed it."""

    reason: Remark | None = None
    confirmation_id: IdText | None = None
