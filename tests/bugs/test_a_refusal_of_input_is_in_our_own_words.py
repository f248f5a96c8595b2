"""What is wrong with input is said in our words, without those of a library before them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from api.edge.problems import told
from domain.kernel.refusal import InputInvalid
from domain.service_level.policy import Targets


class _Asked(BaseModel):
    targets: Targets


@pytest.mark.parametrize("duration", ["P1M", "PT0.4S"])
def test_our_validators_speak_for_themselves(duration: str) -> None:
    # When
    with pytest.raises(ValidationError) as refused:
        _Asked.model_validate({"targets": {"first_reply": duration}})
    # Then
    assert "Value error" in str(refused.value), "the library's own words"
    for said in (InputInvalid(refused.value).what_to_do, told(refused.value.errors())):
        assert said.startswith("targets.first_reply: ")
        assert "Value error" not in said
        assert "write a duration as" in said
