"""Every event says who did it: what stands around it does not come about otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.kernel.event import EVENTS, Envelope, Event
from domain.kernel.ids import new_id
from domain.staff import TeamFormed

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


def test_a_stored_name_is_one_events_only() -> None:
    with pytest.raises(TypeError, match=r"event name team\.formed is taken by TeamFormed"):
        type("Formed", (Event,), {}, name="team.formed", published_as=None)
    assert EVENTS["team.formed"] is TeamFormed


def test_an_event_says_how_it_is_published() -> None:
    with pytest.raises(TypeError, match="does not say how it is published"):
        type("Formed", (Event,), {}, name="team.formed-anew")
    assert "team.formed-anew" not in EVENTS
