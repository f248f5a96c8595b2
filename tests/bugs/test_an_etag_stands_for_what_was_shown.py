"""If-Match passes only where all that happened was shown: the ETag is never ahead of a conversation's lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ReceiveMessage
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.companies import GATEWAY
from tests.support.serving import Company, client, served


def version_of(page: httpx.Response) -> int:
    """The version in the ETag of a page."""
    return int(page.headers["ETag"].strip('"').partition("-")[0])


def test_a_version_whose_line_is_not_shown_yet_does_not_pass_for_seen(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    company = Company.founded(executor)
    path = f"/conversations/{company.conversation}"
    subscriptions = {view.name: Projector(view) for view in VIEWS}
    with served(executor, database_urls) as url, client(url, company.agent) as agent:
        # Given a conversation that all views have taken in
        with Host(log, projector, list(subscriptions.values()), lease_seconds=5, poll_seconds=0.2):
            noted = agent.post(f"{path}/notes", json={"body": "look"})
            before = version_of(agent.get(path, headers={"At-Least": noted.headers["Position"]}))
        # When something happens of which the history does not tell yet
        others = [follower for name, follower in subscriptions.items() if name != HISTORY.name]
        with Host(log, projector, others, lease_seconds=5, poll_seconds=0.2):
            unseen = agent.post(f"{path}/notes", json={"body": "wait, they wrote"})
            agent.get("/inbox", headers={"At-Least": unseen.headers["Position"]}).raise_for_status()
            page = agent.get(path)
        # Then
        assert page.json()["conversation"]["version"] > page.json()["lines"][-1]["version"]
        assert version_of(page) == before
        late = agent.post(f"{path}/replies", json={"body": "Hello"}, headers={"If-Match": page.headers["ETag"]})
        assert (late.status_code, late.json()["code"]) == (412, "version-changed")


def test_the_etag_comes_with_the_last_page_and_not_for_what_came_since(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    company = Company.founded(executor)
    path = f"/conversations/{company.conversation}"
    with (
        Host(log, projector, [Projector(view) for view in VIEWS], lease_seconds=5, poll_seconds=0.2),
        served(executor, database_urls) as url,
        client(url, company.agent) as agent,
    ):
        noted = agent.post(f"{path}/notes", json={"body": "look"})

        def read_on(page: httpx.Response) -> httpx.Response:
            while cursor := page.json()["cursor"]:
                assert "ETag" not in page.headers
                page = agent.get(path, params={"limit": 2, "cursor": cursor})
            return page

        # Given
        first = agent.get(path, params={"limit": 2}, headers={"At-Least": noted.headers["Position"]})
        version = first.json()["conversation"]["version"]
        assert version_of(read_on(first)) == version
        # When something comes in late, with its place on a page that was read
        told = replace(GATEWAY, occurred_at=datetime(2026, 1, 1, tzinfo=UTC))
        late = conversations.act(executor, company.conversation, ReceiveMessage(body="I wrote a letter"), told)
        agent.get("/inbox", headers={"At-Least": str(late.position)}).raise_for_status()
        last = read_on(first)
        # Then it does not pass for seen
        assert last.json()["conversation"]["version"] > version
        assert version_of(last) == version
