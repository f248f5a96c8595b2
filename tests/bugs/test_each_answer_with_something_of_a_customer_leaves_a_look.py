"""Every read of the contract that shows something of a customer is recorded as a look at that customer: also where the
answer names nobody, as a file or some words do."""

from __future__ import annotations

import re

import httpx

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import connect
from tests.api.conftest import api, company
from tests.support.calling import Call, Place, calls
from tests.support.companies import opened
from tests.support.serving import Company, client, served

__all__ = ["api", "company"]

OF_SOMEBODY = re.compile(r'"(?:customer|stranger|conversation|order|promise)-')


def read_and_looked_at(call: Call, calling: httpx.Client, place: Place, urls: Urls) -> tuple[bool, set[str]]:
    """Whether the call shows something of somebody, and at whom a look was recorded."""
    with connect(urls.database_url, "auditor") as connection:
        ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM antiphon.looks").fetchall()
        answer = call.made(calling, place.id(call), place.names)
        assert answer.status_code == 200, (call.path, answer.text)
        found = connection.execute("SELECT subjects FROM antiphon.looks WHERE id > %s", [last]).fetchall()
    shows = call.kind in ("conversation", "customer", "stranger", "order", "promise", "message")
    shows = shows or OF_SOMEBODY.search(answer.text) is not None
    return shows, {subject for (subjects,) in found for subject in subjects}


def test_each_read_of_somebodys_data_is_a_look_at_them(
    api: str, company: Company, executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    place = Place.furnished(executor, company)
    reads = [call for call in calls() if call.method == "GET" and "auditor" in call.roles]
    with client(api, company.auditor) as auditor:
        auditor.headers["At-Least"] = str(log.position())
        # When
        found = {
            call.path: read_and_looked_at(call, auditor, place, database_urls)
            for call in reads
            if call.path != "/me" and not call.path.endswith("/live")
        }
    # Then
    assert [path for path, (shows, subjects) in found.items() if shows != bool(subjects)] == []
    for path in ("/signals/{id}/verbatims", "/conversations/{id}/content", "/conversations/{id}/as-sent", "/orders"):
        assert found[path] == (True, {company.customer}), path


def test_a_read_of_views_needs_no_readable_log(api: str, company: Company, database_urls: Urls) -> None:
    # Given a conversation of which an event was changed in the log, and a process that has not read it yet
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = 'x' WHERE originator_id = %s", [company.conversation])
    with (
        opened(database_urls) as beside,
        served(beside, database_urls) as url,
        client(url, company.agent) as agent,
        connect(database_urls.database_url, "auditor") as auditor,
    ):
        # When
        answer = agent.get(f"/conversations/{company.conversation}/participants")
        # Then
        assert (answer.status_code, answer.json()["participants"]) == (200, [])
        looks = auditor.execute("SELECT about, subjects FROM antiphon.looks").fetchall()
        assert looks == [(company.conversation, [])]
