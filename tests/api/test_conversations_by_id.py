"""Many conversations are read with one call, by their ids: closed ones too, and none that the caller does not see."""

from __future__ import annotations

import httpx

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus
from tests.support.calling import UNKNOWN
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.serving import Company, client


def test_conversations_are_read_by_their_ids(
    api: str, agent: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    # Given three, one of them resolved
    ids = [company.conversation, *(deliver(executor, mail(n, f"t{n}", f"{n}@x.example"), GATEWAY).id for n in (2, 3))]
    answer = conversations.act(executor, ids[1], ChangeStatus(status="resolved"), AGENT)
    asked = {"id": [*reversed(ids[:2]), f"conversation-{UNKNOWN}", ids[0]], "include": ["names", "words"]}
    # When
    read = agent.get("/conversations", params=asked, headers={"At-Least": str(answer.position)}).json()
    # Then
    assert [item["conversation_id"] for item in read["items"]] == sorted(ids[:2])
    assert {item["status"] for item in read["items"]} == {"open", "resolved"}
    assert read["names"].keys() >= {item["customer_id"] for item in read["items"]}
    assert read["words"].keys() == set(ids[:2])
    # And nobody asks for none, for too many, or for what is no id; nor a customer for anything
    for wrong in ([], ["conversation-1"] * 101, ["'; --"]):
        assert agent.get("/conversations", params={"id": wrong}).json()["code"] == "input-invalid"
    with client(api, company.customer) as customer:
        assert customer.get("/conversations", params={"id": ids[0]}).status_code == 403
