"""Every event says who did it: what stands around it does not come about otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.kernel.event import Envelope
from domain.kernel.ids import new_id

SOMEBODY = {"id": "staff-1", "kind": "agent"}


def envelope(**actor: Any) -> dict[str, Any]:
    """One as it is stored."""
    return {"event_id": new_id("event"), **actor}


def test_an_event_has_an_actor() -> None:
    assert Envelope.model_validate(envelope(actor=SOMEBODY)).actor.id == "staff-1"


@pytest.mark.parametrize(
    "actor",
    [
        {},
        {"actor": None},
        {"actor": {"kind": "agent"}},
        {"actor": {"id": "staff-1"}},
        {"actor": SOMEBODY | {"id": ""}},
        {"actor": SOMEBODY | {"kind": "nobody"}},
    ],
)
def test_an_event_that_nobody_did_is_none(actor: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="actor"):
        Envelope.model_validate(envelope(**actor))
