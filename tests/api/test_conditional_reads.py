"""Reads over HTTP: an ETag of what they show, 304 for who has it, HEAD, and nothing that is there twice."""

from __future__ import annotations

import httpx

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from tests.support.companies import AGENT, GATEWAY
from tests.support.contract import CONTRACT
from tests.support.open_work import erase
from tests.support.serving import Company, client


def known(agent: httpx.Client, executor: CommandExecutor, path: str) -> httpx.Response:
    """What a read answers as of all that has happened."""
    return agent.get(path, headers={"At-Least": str(executor.log.position())}).raise_for_status()


def test_who_has_what_a_read_shows_gets_304(
    agent: httpx.Client, gateway: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given
    path = f"/conversations/{company.conversation}"
    reply = conversations.act(executor, company.conversation, SendReply(body="On its way"), AGENT)
    for read in (path, "/inbox", f"/customers/{company.customer}", "/staff"):
        seen = known(agent, executor, read)
        # When the same is read again, also after something elsewhere has happened
        with client(str(agent.base_url), company.lead) as lead:
            lead.post("/teams", json={"name": f"Team of {read[1:5]}"}).raise_for_status()
        held = {"If-None-Match": f'"other", {seen.headers["ETag"]}', "At-Least": str(reply.position)}
        again = agent.get(read, headers=held)
        # Then
        assert (again.status_code, again.content) == (304, b""), read
        assert again.headers["ETag"] == seen.headers["ETag"]
        assert int(again.headers["Position"]) >= int(seen.headers["Position"])
    # When a receipt comes, which is no event of the conversation
    seen = known(agent, executor, path)
    about = str(executor.read(company.conversation).state.last_answer_id)
    report = {"conversation_id": company.conversation, "state": "read"}
    told = gateway.put(f"/messages/{about}/delivery", json=report).raise_for_status()
    held = {"If-None-Match": seen.headers["ETag"], "At-Least": told.headers["Position"]}
    # Then it is shown, and an answer may still be given to what was seen
    assert agent.get(path, headers=held).json()["receipts"]
    matched = {"If-Match": seen.headers["ETag"]}
    assert agent.post(f"{path}/notes", json={"body": "read"}, headers=matched).status_code == 201
    # When the customer is erased, which is no event of the conversation either
    seen = known(agent, executor, path)
    erase(executor, company.customer, GATEWAY)
    held = {"If-None-Match": seen.headers["ETag"], "At-Least": str(executor.log.position())}
    # Then nobody is told to keep what they have
    assert agent.get(path, headers=held).status_code == 200


def test_head_is_answered_where_get_is(agent: httpx.Client, company: Company, executor: CommandExecutor) -> None:
    known(agent, executor, f"/conversations/{company.conversation}")
    for path in ("/inbox", "/me", f"/conversations/{company.conversation}", "/inbox/live", "/openapi.json", "/livez"):
        answer = agent.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
    assert agent.head("/inbox", headers={"Accept-Encoding": "identity"}).headers["Content-Length"] == str(
        len(agent.get("/inbox", headers={"Accept-Encoding": "identity"}).content)
    )
    assert agent.head("/conversations/conversation-none").status_code == 404
    assert agent.head(f"/conversations/{company.conversation}/replies").status_code == 405


def test_what_counts_once_and_is_there_twice_is_refused(agent: httpx.Client, company: Company) -> None:
    """Every name in every query, and every header that a route names."""
    asked = 0
    for path, operations in CONTRACT["paths"].items():
        if "get" not in operations or {"agent"}.isdisjoint(operations["get"]["x-roles"]):
            continue
        url = path.replace("{id}", "conversation-1")
        for each in operations["get"]["parameters"]:
            if each.get("in") == "query" and each["schema"].get("type") != "array":
                answer = agent.get(url, params=[(each["name"], "1"), (each["name"], "2")])
            elif each.get("in") == "header":
                answer = agent.get(url, headers=[(each["name"], "1"), (each["name"], "2")])
            else:
                continue
            asked += 1
            assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), (path, each["name"])
            assert "once" in answer.json()["detail"], (path, each["name"])
    assert asked > 50
    note = f"/conversations/{company.conversation}/notes"
    for name in ("Idempotency-Key", "If-Match", "Content-Type"):
        value = {"If-Match": '"1"', "Content-Type": "application/json"}.get(name, "k")
        answer = agent.post(note, content=b'{"body": "x"}', headers=[(name, value), (name, value)])
        assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), name
        assert "once" in answer.json()["detail"]


def test_a_customer_cannot_count_by_guessing_versions(api: str, company: Company) -> None:
    path = f"/conversations/{company.conversation}/messages"
    with client(api, company.customer) as customer:
        for version in range(3):
            answer = customer.post(path, json={"body": "Hello"}, headers={"If-Match": f'"{version}"'})
            assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")
