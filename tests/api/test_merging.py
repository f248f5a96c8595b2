"""Over the API: merged, written to, looked at, undone; and whoever follows it live holds what is read."""

from __future__ import annotations

import httpx
import pytest

from api.live import routes as live
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.live_client import LiveClient, live_clients, read_whole
from tests.support.serving import Company, client, served
from tests.support.waiting import wait_until


def test_live_updates_of_merged_and_separated_conversations_equal_reads(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PAGE", 3)  # so that all of it goes in several steps
    company = Company.founded(executor)
    subscriptions = [Projector(view) for view in VIEWS]
    with (
        Host(log, projector, subscriptions, lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
        client(url, company.agent) as agent,
        client(url, company.service) as gateway,
        live_clients() as portal,
    ):

        def done(answer: httpx.Response) -> str:
            assert answer.is_success, answer.text
            agent.headers["At-Least"] = answer.headers["Position"]
            return str(answer.json()["id"])

        # Given two conversations, both followed, and the inbox
        target = company.conversation
        opening = {"customer_id": company.customer, "kind": "complaint", "channel": "mail", "body": "It leaks"}
        part = done(agent.post("/conversations", json=opening))
        paths = [f"/conversations/{target}", f"/conversations/{part}", "/inbox", f"/customers/{company.customer}"]
        at_least = int(agent.headers["At-Least"])
        clients = [LiveClient(portal, company.agent, path, at_least=at_least).connect(url) for path in paths]

        def same() -> None:
            for each in clients:
                whole = read_whole(agent, each.path, {})
                wait_until(lambda: each.now_holds() == whole, 20, f"held as read: {each.path}")  # noqa: B023

        same()
        # When
        for number in range(3):
            done(gateway.post(f"/conversations/{part}/messages", json={"body": f"word {number}"}))
        done(agent.post(f"/conversations/{part}/merge", json={"into": target, "reason": "one matter"}))
        same()
        # Then
        page = agent.get(f"/conversations/{target}").json()
        assert {line["conversation_id"] for line in page["lines"]} == {target, part}
        assert [line["occurred_at"] for line in page["lines"]] == sorted(line["occurred_at"] for line in page["lines"])
        assert agent.get(f"/conversations/{part}").json()["conversation"]["merged_into"] == target
        assert [item["conversation_id"] for item in agent.get("/inbox").json()["items"]] == [target]
        # When somebody writes to the part, what was seen of the target does not stand any more
        seen = agent.get(f"/conversations/{target}").headers["ETag"]
        done(gateway.post(f"/conversations/{part}/messages", json={"body": "to the old one"}))
        late = agent.post(f"/conversations/{target}/replies", json={"body": "x"}, headers={"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "version-changed")
        same()
        # And with what is seen now, it does
        seen = agent.get(f"/conversations/{target}").headers["ETag"]
        done(agent.post(f"/conversations/{target}/replies", json={"body": "to both"}, headers={"If-Match": seen}))
        refused = agent.post(f"/conversations/{part}/notes", json={"body": "x"})
        assert (refused.status_code, refused.json()["code"]) == (409, "conversation-merged")
        assert target in refused.json()["detail"]
        same()
        # When it is undone
        done(agent.post(f"/conversations/{part}/separation", json={}))
        same()
        # Then
        page = agent.get(f"/conversations/{target}").json()
        assert {line["conversation_id"] for line in page["lines"]} == {target}
        for each in clients:
            each.drop()
