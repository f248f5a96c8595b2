"""A gateway that sends the same call once more, after a timeout or a restart, hears its first answer, also where the
customer was erased meanwhile: their words do not come back as somebody else's."""

from __future__ import annotations

import httpx

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.open_work import erase
from tests.support.serving import Company, client, served

WORDS = {
    "channel": "mail",
    "channel_message_id": "<7@example.org>",
    "contact": {"kind": "mail", "value": "ben@example.org", "name": "Ben"},
    "kind": "inquiry",
    "body": "words to be forgotten",
}


def test_a_repeat_after_an_erasure_gets_the_first_answer(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    company = Company.founded(executor)
    with (
        served(executor, database_urls) as url,
        client(url, company.service) as gateway,
        client(url, company.agent) as agent,
    ):

        def delivered(**headers: str) -> httpx.Response:
            return gateway.post("/deliveries", json=WORDS, headers=headers)

        def replied() -> httpx.Response:
            path = f"/conversations/{conversation_id}/replies"
            return agent.post(path, json={"body": "Seen."}, headers={"Idempotency-Key": "reply-1"})

        # Given somebody who was answered, and erased
        first = delivered(**{"Idempotency-Key": "delivery-7"}).json()
        conversation_id = first["id"]
        answer = replied().json()
        customer_id = executor.read(conversation_id).state.customer_id
        erase(executor, customer_id, AGENT)
        end = log.position()
        # When what was sent is sent again, with its key and without
        again = [delivered(**{"Idempotency-Key": "delivery-7"}), delivered()]
        # Then nothing is added
        assert [each.json() for each in again] == [first, first]
        assert replied().json() == answer
        assert log.position() == end
