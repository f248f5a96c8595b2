"""Two API processes beside one another over the same databases: what one did, the other knows."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.api_process import ApiProcess
from tests.support.exactly_once import assert_said_once, whole
from tests.support.host_process import HostProcess
from tests.support.serving import Company, client


def test_commands_reads_and_repeats_go_through_either(
    executor: CommandExecutor, log: Log, database_urls: Urls, home: Path
) -> None:
    company = Company.founded(executor)
    one, other = ApiProcess(database_urls, home), ApiProcess(database_urls, home)
    replies, conversation = (f"/conversations/{company.conversation}{path}" for path in ("/replies", ""))
    with (
        HostProcess(database_urls),
        one,
        other,
        client(one.url, company.agent) as here,
        client(other.url, company.agent) as there,
    ):
        for number in range(10):
            first, second = (here, there) if number % 2 else (there, here)
            # When
            body, key = {"body": f"answer {number}"}, {"Idempotency-Key": f"k{number}"}
            answered = first.post(replies, json=body, headers=key)
            # Then the other one shows it, and its version is what a change through that one may build on
            read = second.get(conversation, headers={"At-Least": answered.headers["Position"]})
            assert read.json()["lines"][-1]["text"] == f"answer {number}"
            # And a repeat is the same command there, as is the same key with another body another command
            assert second.post(replies, json=body, headers=key).json() == answered.json()
            assert second.post(replies, json={"body": "else"}, headers=key).status_code == 422
            changed = {"If-Match": read.headers["ETag"]}
            assert second.put(f"{conversation}/priority", json={"priority": "high"}, headers=changed).is_success
            priority = {"priority": "normal"}
            assert first.put(f"{conversation}/priority", json=priority, headers=changed).status_code == 412
            assert first.put(f"{conversation}/priority", json=priority).is_success

        # When the same key comes to both at once
        answers: list[httpx.Response] = []

        def say(tool: httpx.Client, number: int) -> None:
            word = {"body": f"at once {number}"}
            answers.append(tool.post(replies, json=word, headers={"Idempotency-Key": f"a{number}"}))

        for number in range(10):
            both = [threading.Thread(target=say, args=(tool, number)) for tool in (here, there)]
            for each in both:
                each.start()
            for each in both:
                each.join()
        # Then
        assert [each.status_code for each in answers] == [201] * 20, answers
        assert len({each.text for each in answers}) == 10
        said = [f"answer {number}" for number in range(10)] + [f"at once {number}" for number in range(10)]
        assert_said_once(whole(log), said)
        # And each ends in order
        one.leave()
        other.leave()
