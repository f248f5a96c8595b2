"""What is no route is answered with a problem document, too, that says what there is."""

from __future__ import annotations

import httpx
import pytest


@pytest.mark.parametrize("path", ["/nowhere", "/inbox/", "/conversations/", "//inbox", "/conversations/a-1/", "/%00"])
def test_what_is_no_route_is_not_found_and_leads_nowhere(agent: httpx.Client, path: str) -> None:
    answer = agent.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert "Location" not in answer.headers


def test_a_method_that_a_path_lacks_is_answered_with_those_it_has(agent: httpx.Client) -> None:
    for method, path, allowed in [
        ("DELETE", "/staff", "GET, POST"),
        ("PATCH", "/conversations/conversation-1", "GET"),
        ("GET", "/conversations/conversation-1/replies", "POST"),
        ("POST", "/docs", "GET"),
    ]:
        answer = agent.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
        assert answer.headers["Allow"] == allowed, path
