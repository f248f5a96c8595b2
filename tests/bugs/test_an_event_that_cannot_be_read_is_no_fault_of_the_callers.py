"""A command of a stream that holds an event nobody can read fails as our own fault, and the log says where."""

from __future__ import annotations

import structlog

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.support.companies import opened
from tests.support.serving import Company, client, served


def test_a_command_of_a_stream_that_cannot_be_read_is_a_failure_of_ours(
    database_urls: Urls, executor: CommandExecutor
) -> None:
    company = Company.founded(executor)
    # Given a conversation of which an event was changed in the log, and a process that has not read it yet
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("UPDATE antiphon.log SET state = 'x' WHERE originator_id = %s", [company.conversation])
    with (
        opened(database_urls) as beside,
        served(beside, database_urls) as url,
        client(url, company.agent) as agent,
        structlog.testing.capture_logs() as told,
    ):
        # When
        answer = agent.post(f"/conversations/{company.conversation}/notes", json={"body": "Seen."})
    # Then the caller is told to report it, and not to send something else
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    # And whoever runs it learns which event it is
    failed = next(line for line in told if line["event"] == "request-failed")
    assert failed["why"] == "not-decodable"
    assert f"{company.conversation} version" in failed["where"]
