"""The inbox over HTTP: names and first words beside its rows, several values for a filter, counts."""

from __future__ import annotations

from typing import get_args

import httpx

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Assign, ReceiveMessage, SendReply
from domain.conversation.events import Status
from tests.support.companies import AGENT, GATEWAY
from tests.support.open_work import erase
from tests.support.serving import Company


def test_a_page_has_names_and_first_words_and_an_erasure_reaches_them(
    agent: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given
    id = company.conversation
    for act in (
        Assign(team_id=company.team, agent_id=company.agent),
        SendReply(body="On its way"),
        ReceiveMessage(body="Nothing came. " + "w" * 200),
        SendReply(body="We look into it"),
    ):
        conversations.act(executor, id, act, AGENT)
    headers = {"At-Least": str(executor.log.position())}
    # When
    page = agent.get("/inbox", params=[("include", "names"), ("include", "words")], headers=headers).json()
    # Then
    assert [item["conversation_id"] for item in page["items"]] == [id]
    assert {page["names"][each] for each in (company.team, company.agent)} == {"Care", "The agent"}
    assert company.customer in page["names"]
    assert page["words"] == {id: ("Nothing came. " + "w" * 200)[:140]}
    plain = agent.get("/inbox").json()
    assert plain["items"] == page["items"]
    assert not {"names", "words"} & plain.keys()
    # When
    erase(executor, company.customer, GATEWAY)
    headers = {"At-Least": str(executor.log.position())}
    asked = [("include", "names"), ("include", "words"), *(("status", each) for each in get_args(Status))]
    after = agent.get("/inbox", params=asked, headers=headers)
    # Then
    assert [item["conversation_id"] for item in after.json()["items"]] == [id]
    assert "Nothing came" not in after.text
    assert "example.org" not in after.text


def test_filters_take_several_values_and_nobody(
    agent: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    headers = {"At-Least": str(executor.log.position())}

    def shown(*asked: tuple[str, str]) -> int:
        return len(agent.get("/inbox", params=asked, headers=headers).raise_for_status().json()["items"])

    assert shown(("status", "open"), ("status", "on_hold"), ("agent_id", "null"), ("team_id", "null")) == 1
    assert shown(("agent_id", company.agent), ("agent_id", company.lead)) == 0
    assert shown(("opened_before", "2020-01-01T00:00:00Z")) == 0
    for name, value in [("agent_id", "nobody"), ("status", "done"), ("opened_from", "2020-01-01"), ("include", "all")]:
        refused = agent.get("/inbox", params=[(name, value)])
        assert (refused.status_code, refused.json()["code"]) == (422, "input-invalid"), name
    many = agent.get("/inbox", params=[("team_id", company.team)] * 51)
    assert many.status_code == 422
    counts = agent.get("/inbox/counts", headers=headers).json()
    assert counts["counts"] == [
        {"status": "open", "team_id": None, "number": 1, "without_agent": 1, "waiting": 1, "due_missed": 0}
    ]
    assert counts["more"] == []
