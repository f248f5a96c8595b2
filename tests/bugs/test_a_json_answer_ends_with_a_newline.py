"""Each JSON answer ends with a newline: what somebody typed next stood behind the answer before."""

from __future__ import annotations

import httpx

from tests.api.conftest import agent, api, company
from tests.support.serving import Company

__all__ = ["agent", "api", "company"]


def test_whoever_writes_an_answer_it_ends_with_a_newline(agent: httpx.Client, company: Company) -> None:
    path = f"/conversations/{company.conversation}"
    answers = {
        "a read that goes straight": agent.get(path),
        "a read with a query": agent.get(path, params={"limit": 1}),
        "the clocks": agent.get(f"{path}/clocks"),
        "a command": agent.post(f"{path}/notes", json={"body": "a word"}),
        "a refusal": agent.get("/conversations/conversation-0"),
        "no route": agent.get("/nonsense"),
        "a malformed request": agent.post(f"{path}/notes", content=b"{"),
        "the contract": agent.get("/openapi.json"),
        "whether it is ready": agent.get("/readyz"),
    }
    for name, answer in answers.items():
        assert answer.content.endswith(b"}\n"), name
        assert not answer.content.endswith(b"\n\n"), name
        assert answer.json(), name
    # And HEAD tells of the same length
    plain = {"Accept-Encoding": "identity"}
    length = len(agent.get(path, headers=plain).content)
    assert agent.head(path, headers=plain).headers["Content-Length"] == str(length)


def test_what_is_no_json_stays_as_it_is(agent: httpx.Client) -> None:
    assert agent.get("/livez").text == "alive\n"
