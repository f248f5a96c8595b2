"""What gateways report of our messages: shown, never taken back, and nothing of the conversation's version."""

from __future__ import annotations

from itertools import permutations

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.kernel.ids import new_id
from tests.support.companies import AGENT
from tests.support.open_work import erase
from tests.support.serving import Company, client


@pytest.fixture
def answered(company: Company, executor: CommandExecutor) -> str:
    """The id of an answer."""
    conversations.act(executor, company.conversation, SendReply(body="On its way"), AGENT)
    return str(executor.read(company.conversation).state.last_answer_id)


def test_reports_in_any_order_are_shown_with_their_times(
    api: str, company: Company, executor: CommandExecutor, answered: str
) -> None:
    path = f"/conversations/{company.conversation}"
    with client(api, company.service) as gateway, client(api, company.agent) as agent:
        tag = agent.get(path, headers={"At-Least": str(executor.log.position())}).headers["ETag"]

        def report(state: str, second: int, **more: str) -> int:
            at = f"2026-01-01T00:00:{second:02}Z"
            body = {"conversation_id": company.conversation, "state": state, "occurred_at": at, **more}
            answer = gateway.put(f"/messages/{answered}/delivery", json=body).raise_for_status()
            return int(answer.json()["position"])

        # When
        positions = [
            report("queued", 1), report("failed", 3, code="mailbox-full"), report("sent", 2), report("failed", 4),
            report("read", 9), report("delivered", 8), report("read", 10),
        ]  # fmt: skip
        # Then
        seen = agent.get(path, headers={"At-Least": str(max(positions))}).raise_for_status()
        (receipt,) = seen.json()["receipts"]
        assert (receipt["message_id"], receipt["state"], receipt["code"]) == (answered, "read", "mailbox-full")
        times = {name: receipt[f"{name}_at"] for name in ("queued", "sent", "failed", "delivered", "read")}
        assert {name: at and at[17:19] for name, at in times.items()} == {
            "queued": "01", "sent": None, "failed": "03", "delivered": None, "read": "09",
        }  # fmt: skip
        assert executor.read(answered).version == 3
        with client(api, company.customer) as customer:
            theirs = customer.get(f"/me{path}", headers={"At-Least": str(max(positions))}).raise_for_status().json()
        assert theirs["receipts"] == [receipt]
        assert seen.headers["ETag"] != tag, "who has the page is told that it shows something else"
        with client(api, company.agent) as agent:
            note = agent.post(f"{path}/notes", json={"body": "x"}, headers={"If-Match": tag})
        assert note.status_code == 201, "whoever is answering is not told that the conversation changed"


def test_what_is_no_message_of_ours_in_the_conversation_is_not_known(
    api: str, company: Company, executor: CommandExecutor, answered: str
) -> None:
    # Given
    received = next(
        event.message_id  # type: ignore[attr-defined]
        for event, _ in executor.log.histories([company.conversation])[company.conversation]
        if event.stored_name == "conversation.message-received"
    )
    with client(api, company.service) as gateway:

        def report(message_id: str, conversation_id: str = company.conversation, code: str = "bounced") -> str:
            body = {"conversation_id": conversation_id, "state": "failed", "code": code}
            answer = gateway.put(f"/messages/{message_id}/delivery", json=body)
            return "done" if answer.is_success else str(answer.json()["code"])

        # Then
        assert report(new_id("message")) == report(received) == report(company.conversation) == "not-found"
        assert report(answered, new_id("conversation")) == "not-found"
        assert report(answered, code="Ada moved away") == "done", "it is kept as it was told"
        assert report(answered) == "done"
        assert report(answered, new_id("conversation")) == "not-found"
        # When
        erase(executor, company.customer, AGENT)
        # Then
        assert report(answered) == "done", "it adds nothing"
        body = {"conversation_id": company.conversation, "state": "read"}
        assert gateway.put(f"/messages/{answered}/delivery", json=body).json()["code"] == "customer-erased"


@pytest.mark.parametrize("states", list(permutations(["sent", "delivered", "read"]))[:3])
def test_each_message_has_a_receipt_of_its_own(
    api: str, company: Company, executor: CommandExecutor, answered: str, states: tuple[str, ...]
) -> None:
    # Given
    conversations.act(executor, company.conversation, SendReply(body="And one more"), AGENT)
    with client(api, company.service) as gateway:
        # When
        bodies = [{"conversation_id": company.conversation, "state": state} for state in states]
        told = [gateway.put(f"/messages/{answered}/delivery", json=body).raise_for_status() for body in bodies]
        # Then
        headers = {"At-Least": str(executor.log.position())}
        page = gateway.get(f"/conversations/{company.conversation}", headers=headers).json()
    assert {each.json()["id"] for each in told} == {answered}
    assert [(each["message_id"], each["state"]) for each in page["receipts"]] == [(answered, "read")]
