"""Over the API: split off, written to, looked at by both sides, undone; and whoever follows live holds what is read."""

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

INTERNAL = ("between us", "another device")


def test_live_updates_of_a_split_and_its_undoing_equal_reads(
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
        client(url, company.customer) as customer,
        live_clients() as portal,
    ):

        def done(answer: httpx.Response) -> str:
            assert answer.is_success, answer.text
            for each in (agent, customer):
                each.headers["At-Least"] = answer.headers["Position"]
            return str(answer.json()["id"])

        # Given a conversation that is followed
        source = company.conversation
        clients: list[LiveClient] = []

        def follow(*paths: str) -> None:
            at_least = int(agent.headers["At-Least"])
            clients.extend(LiveClient(portal, company.agent, path, at_least=at_least).connect(url) for path in paths)

        def same() -> None:
            for each in clients:
                whole = read_whole(agent, each.path, {})
                wait_until(lambda: each.now_holds() == whole, 20, f"held as read: {each.path}")  # noqa: B023

        for number in range(4):
            done(gateway.post(f"/conversations/{source}/messages", json={"body": f"said {number}"}))
        follow(f"/conversations/{source}", "/inbox", f"/customers/{company.customer}")
        same()
        lines = agent.get(f"/conversations/{source}").json()["lines"]
        (message,) = [line["about"] for line in lines if line["text"] == "said 1"]
        # When
        seen = agent.get(f"/conversations/{source}").headers["ETag"]
        asked = {"message_id": message, "kind": "complaint", "reason": "another device"}
        new = done(agent.post(f"/conversations/{source}/splits", json=asked, headers={"If-Match": seen}))
        late = agent.post(f"/conversations/{source}/splits", json=asked, headers={"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "version-changed")
        again = agent.post(f"/conversations/{source}/splits", json=asked)
        assert (again.status_code, again.json()["code"]) == (422, "split-already")
        follow(f"/conversations/{new}")
        done(agent.post(f"/conversations/{new}/notes", json={"body": "between us"}))
        same()
        # Then
        page = agent.get(f"/conversations/{new}").json()
        assert (page["lines"][0]["text"], page["lines"][0]["conversation_id"]) == ("said 1", source)
        assert page["conversation"]["split_from"] == source
        assert {item["conversation_id"] for item in agent.get("/inbox").json()["items"]} == {source, new}
        # And the customer is told where it went, and can read it there, and answer
        theirs = [customer.get(f"/me/conversations/{each}") for each in (source, new)]
        went = [(line["kind"], line["what"]) for line in theirs[0].json()["lines"] if line["about"] == message]
        assert went == [("split", new)]
        assert theirs[1].json()["lines"][0]["text"] == "said 1"
        assert theirs[1].json()["conversation"]["split_from"] == source
        assert not [word for word in INTERNAL for each in theirs if word in each.text]
        done(customer.post(f"/conversations/{new}/messages", json={"body": "and another word"}))
        same()
        # When it is undone
        done(agent.post(f"/conversations/{new}/undo-split", json={"reason": "one device"}))
        same()
        # Then
        lines = agent.get(f"/conversations/{source}").json()["lines"]
        texts = [line["text"] for line in lines if line["kind"] == "received"]
        assert texts[-5:] == [*(f"said {number}" for number in range(4)), "and another word"]
        assert [item["conversation_id"] for item in agent.get("/inbox").json()["items"]] == [source]
        shown_page = customer.get(f"/me/conversations/{new}").json()
        assert shown_page["conversation"]["merged_into"] == source
        assert [line["text"] for line in shown_page["lines"] if line["kind"] == "message"] == ["and another word"]
        again = agent.post(f"/conversations/{new}/undo-split", json={})
        assert (again.status_code, again.json()["code"]) == (422, "not-split")
        for each in clients:
            each.drop()
