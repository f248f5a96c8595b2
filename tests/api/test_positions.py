"""Whoever names a position reads nothing older than that, or hears that it is not reached yet."""

from __future__ import annotations

import sys

import httpx
import pytest

from api.edge.parts import wait_for_views


def test_a_position_that_is_not_reached_is_waited_for_only_shortly(
    agent: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(sys.modules[wait_for_views.__module__], "AT_LEAST_SECONDS", 0.1)
    # When somebody asks for what nobody has written
    answer = agent.get("/inbox", headers={"At-Least": str(10**9)})
    # Then
    assert answer.json()["code"] == "position-not-reached"
    assert answer.status_code == 425
    assert int(answer.headers["Retry-After"]) > 0
