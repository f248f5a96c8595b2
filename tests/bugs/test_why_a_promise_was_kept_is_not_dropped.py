"""What became of a promise is taken in whole, or refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.contract.bodies.promise import Outcome
from domain.promise import BreakPromise, KeepPromise, PromiseCommand, WithdrawPromise


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ({"outcome": "kept"}, KeepPromise()),
        ({"outcome": "kept", "because": None}, KeepPromise()),
        ({"outcome": "kept", "because": "It came"}, None),
        ({"outcome": "broken", "because": "It burnt"}, BreakPromise(because="It burnt")),
        ({"outcome": "broken"}, None),
        ({"outcome": "withdrawn"}, WithdrawPromise()),
        ({"outcome": "withdrawn", "because": "Not needed"}, WithdrawPromise(because="Not needed")),
    ],
    ids=str,
)
def test_a_reason_that_nobody_would_keep_is_refused(
    said: dict[str, str | None], command: PromiseCommand | None
) -> None:
    body = Outcome.model_validate(said)
    if command is None:
        with pytest.raises(ValidationError, match="because"):
            body.command()
    else:
        assert body.command() == command
